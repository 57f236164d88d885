"""What `make kaggle` writes, run as Kaggle would run it: `make check-notebooks`, after make notebooks.

That is in an image that has everything but the course, and another project's cvlib in its place; in a working
folder that holds nothing else; with the data sets attached in Kaggle's new layout or in its old one; and with
the internet off.
"""
import hashlib
import os
import runpy
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path

import nbformat
import pytest
from check_pages import ROOT
from nbformat.v4 import new_code_cell

import cvlib

OPEN = ROOT / "_build" / "open"
INTEL = "puneet6060/intel-image-classification"
LAYOUTS = {"new": "datasets/{}/{}", "old": "{1}"}
OFFLINE = """
import socket
ours, names = socket.socket.connect, socket.getaddrinfo

def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "localhost", "::1"):
        raise OSError(101, f"the internet is off: {address}")
    return ours(self, address)

def getaddrinfo(host, *arguments, **options):
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        raise socket.gaierror(-3, f"Temporary failure in name resolution: {host}")
    return names(host, *arguments, **options)

socket.socket.connect, socket.getaddrinfo = connect, getaddrinfo
"""
FOREIGN = {"cvlib/__init__.py": "import cv2  # which is not there\n",
           "cvlib-0.2.7.dist-info/METADATA": "Metadata-Version: 2.1\nName: cvlib\nVersion: 0.2.7\n",
           "cvlib-0.2.7.dist-info/INSTALLER": "pip\n"}
LAST = "import cvlib, torch; print(profile, data, cvlib.__file__, torch.__file__)"


@pytest.fixture
def image(tmp_path):
    """The interpreter of an environment as Kaggle's image is."""
    folder = tmp_path / "image"
    venv.create(folder, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "cvlib" not in entry.name:
            (site / entry.name).symlink_to(entry)
    for name, text in FOREIGN.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(text)
    listed = "".join(f"{name},,\n" for name in [*FOREIGN, "cvlib-0.2.7.dist-info/RECORD"])
    (site / "cvlib-0.2.7.dist-info" / "RECORD").write_text(listed)
    (site / "sitecustomize.py").write_text(OFFLINE)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folders of `make kaggle` for "me"."""
    if not (OPEN / "15_intel.ipynb").is_file():
        pytest.fail(f"there is no {OPEN}/15_intel.ipynb: run make notebooks first")
    out = tmp_path_factory.mktemp("made") / "kaggle"
    runpy.run_path(str(ROOT / "book" / "kaggle.py"))["write"](OPEN / "15_intel.ipynb", "me", out, out)
    return out


def attach(inputs, layout, made):
    """What the kernels' metadata names: the package, and a tree like Intel's of drawn scenes."""
    package, intel = (inputs / LAYOUTS[layout].format(*name.split("/"))
                      for name in ("me/cvlib-course", INTEL))
    shutil.copytree(made / "package", package)
    scenes = cvlib.load_dataset("scenes", "train")
    for part, first in (("seg_train", 0), ("seg_test", 600)):
        for number, label in enumerate(scenes.labels[first:first + 240]):
            folder = intel / part / part / scenes.classes[label]
            folder.mkdir(parents=True, exist_ok=True)
            scenes.image(first + number).save(folder / f"{first + number}.jpg")
    for path in inputs.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    return inputs


def content(folder):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
            for path in folder.rglob("*")}


def run(notebook, python, inputs, working):
    """The notebook as papermill leaves it, which is on Kaggle's image too."""
    notebook.cells.append(new_code_cell(LAST, metadata={"tags": []}))
    working.mkdir()
    nbformat.write(notebook, working / "__notebook__.ipynb")
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        [python, "-m", "papermill", "-k", "python3", "--no-progress-bar", "__notebook__.ipynb", "out.ipynb"],
        capture_output=True, text=True, cwd=working, env=kept | {
            "HOME": str(working.parent), "OMP_NUM_THREADS": "1", "KAGGLE_KERNEL_RUN_TYPE": "Batch",
            "CVLIB_KAGGLE_INPUT": str(inputs)})
    assert done.returncode == 0, done.stderr[-3000:]
    return nbformat.read(working / "out.ipynb", as_version=4).cells[-1].outputs[0].text.split()


def whose(files, image):
    """Where cvlib and torch came from: the image's own folder, or the checkout's."""
    site = next(image.parent.parent.glob("lib/python*/site-packages"))
    return [Path(file).is_relative_to(site) for file in files]


def test_a_pushed_chapter_runs_from_its_first_cell_to_its_last(image, made, tmp_path):
    inputs = attach(tmp_path / "input", "new", made)
    before = content(inputs)
    notebook = nbformat.read(made / "cvlib-15-intel-quick" / "15_intel.ipynb", as_version=4)

    profile, data, *files = run(notebook, image, inputs, tmp_path / "working")

    assert (profile, data) == ("quick", "scenes")
    assert whose(files, image) == [True, True]
    assert content(inputs) == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_run_finds_its_photographs_where_they_are_attached(image, made, tmp_path, layout):
    inputs = attach(tmp_path / "input", layout, made)
    before = content(inputs)
    notebook = nbformat.read(made / "cvlib-15-intel-cpu-resnet" / "15_intel.ipynb", as_version=4)
    at = next(number for number, cell in enumerate(notebook.cells)
              if "injected-parameters" in cell.metadata.tags)
    notebook.cells = [cell for cell in notebook.cells[:at + 1] if cell.cell_type == "code"]
    notebook.cells.append(new_code_cell(
        "recipe = cvlib.get_recipe(recipes[profile].format(network=network))\n"
        "run = cvlib.Run(replace(recipe, name='short', epochs=1, views=1), data=data, seed=seed)\n"
        "assert len(list(run)) == 1 and run.record.data['sizes']['test'] == 240", metadata={"tags": []}))

    profile, data, *files = run(notebook, image, inputs, tmp_path / "working")

    assert (profile, data) == ("cpu", "intel")
    assert whose(files, image) == [True, True]
    assert (tmp_path / "working" / "runs" / "short-intel-s0" / "record.json").is_file()
    assert content(inputs) == before
