"""The first cell of every chapter finds the course's cvlib, or replaces another on Kaggle and Colab."""
import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
WRITER = runpy.run_path(str(ROOT / "book" / "share_setup_cell.py"))
NO_PIP = "import subprocess; subprocess.run = None\n"  # a broken cell must not reach this machine's packages
HOSTED = {"KAGGLE_KERNEL_RUN_TYPE": "Interactive"}
FOREIGN = {"another": "from cvlib import part\n", "a broken one": "raise RuntimeError('no tensorflow')\n"}
TORCH = """
class cuda:
    is_available, get_device_name = {available}, lambda: "Tesla P100-PCIE-16GB"

class ones:
    def __init__(self, count, device):
        assert cuda.is_available(), "asked for a GPU that is not there"

    def add_(self, one):
        {does}
"""
INSTALLS = """
import json, subprocess, sys
import cvlib.part

def run(command, check):
    calls.append(command)
    if "install" in command:
        sys.path.insert(0, {course!r})

calls, subprocess.run = [], run
exec({cell!r})
import cvlib
print(json.dumps([calls, cvlib.COURSE, "cvlib.part" in sys.modules, sys.executable]))
"""


def package(folder, text):
    """A folder with a package called cvlib."""
    (folder / "cvlib").mkdir(parents=True)
    (folder / "cvlib" / "__init__.py").write_text(text)
    (folder / "cvlib" / "part.py").write_text("")
    shutil.copy(ROOT / "cvlib" / "gpu.py", folder / "cvlib")
    return cards(folder)


def cards(folder, available="lambda: False", does="pass"):
    """The folder with a torch that sees a GPU or none: to import the real one takes seconds, and there is no
    P100 here."""
    (folder / "torch.py").write_text(TORCH.format(available=available, does=does))
    return folder


def executed(code, path, **variables):
    """What Python does with ``code`` where ``path`` comes first in the search for packages."""
    hosts = {"KAGGLE_KERNEL_RUN_TYPE", "COLAB_RELEASE_TAG"}
    environment = {name: value for name, value in os.environ.items() if name not in hosts}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=path,
                          env=environment | variables | {"PYTHONPATH": str(path)})


def test_where_the_course_is_installed_it_says_nothing():
    done = executed(NO_PIP + WRITER["setup_cell"]("https://example.org/course"), ROOT, **HOSTED)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize(("address", "variables"), [("https://example.org/course", {}), ("", HOSTED)],
                         ids=["not hosted", "no address"])
def test_another_package_is_left_alone_and_the_way_out_is_said(tmp_path, foreign, address, variables):
    done = executed(NO_PIP + WRITER["setup_cell"](address), package(tmp_path, foreign), **variables)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("ImportError: this chapter needs the course's own cvlib")
    assert "pip uninstall -y cvlib" in done.stderr


def test_on_a_host_another_package_gives_way_to_the_course(tmp_path):
    course = package(tmp_path / "course", "COURSE = True\n")
    cell = WRITER["setup_cell"]("https://example.org/course")

    done = executed(INSTALLS.format(course=str(course), cell=cell),
                    package(tmp_path / "foreign", FOREIGN["another"]), **HOSTED)

    assert done.stderr == ""
    calls, is_course, stale, python = json.loads(done.stdout)
    assert calls == [[python, "-m", "pip", "-qq", "uninstall", "-y", "cvlib"],
                     [python, "-m", "pip", "-qq", "install", "--no-deps", "git+https://example.org/course"]]
    assert is_course
    assert not stale


@pytest.mark.parametrize(("does", "said"), [
    ("pass", []),
    ("raise RuntimeError('no kernel image is available for execution on the device')",
     ["RuntimeError: the Tesla P100-PCIE-16GB is too old for the PyTorch here. On Kaggle choose Settings, "
      "Accelerator, GPU T4 x2 (not a P100), on Colab Runtime, Change runtime type, T4 GPU; or none"]),
], ids=["a T4", "a P100"])
def test_on_a_host_a_gpu_is_tried_and_one_that_is_too_old_is_named(tmp_path, does, said):
    folder = cards(package(tmp_path, "COURSE = True\n"), "lambda: True", does)

    done = executed(NO_PIP + WRITER["setup_cell"](""), folder, **HOSTED)

    assert done.stderr.splitlines()[-1:] == said
    assert done.returncode == len(said)


def test_elsewhere_nobody_waits_for_torch(tmp_path):
    folder = cards(package(tmp_path, "COURSE = True\n"), "1 / 0")

    assert executed(NO_PIP + WRITER["setup_cell"](""), folder).returncode == 0


@pytest.mark.parametrize("place", ["datasets/me/cvlib-course", "cvlib-course"], ids=["new layout", "old"])
def test_on_kaggle_the_wheel_of_an_attached_data_set_is_what_is_installed(tmp_path, place):
    course = package(tmp_path / "course", "COURSE = True\n")
    wheel = tmp_path / "input" / place / "cvlib_course-0.1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    wheel.touch()

    done = executed(INSTALLS.format(course=str(course), cell=WRITER["setup_cell"]("")),
                    package(tmp_path / "foreign", FOREIGN["another"]),
                    CVLIB_KAGGLE_INPUT=str(tmp_path / "input"), **HOSTED)

    calls, is_course, *_ = json.loads(done.stdout)
    assert calls[-1][-2:] == ["--no-deps", str(wheel)]
    assert is_course


@pytest.mark.parametrize("host", ["KAGGLE_KERNEL_RUN_TYPE", "COLAB_RELEASE_TAG"])
@pytest.mark.parametrize("address", ["", "https://example.org/course"], ids=["no address", "an address"])
def test_on_a_host_an_uploaded_wheel_is_what_is_installed(tmp_path, address, host):
    course = package(tmp_path / "course", "COURSE = True\n")
    folder = package(tmp_path / "foreign", FOREIGN["another"])
    wheel = folder / "cvlib_course-0.1.0-py3-none-any.whl"
    wheel.touch()

    done = executed(INSTALLS.format(course=str(course), cell=WRITER["setup_cell"](address)), folder,
                    **{host: "release"})

    assert done.stderr == ""
    calls, is_course, *_ = json.loads(done.stdout)
    assert calls[-1][-3:] == ["install", "--no-deps", wheel.name]
    assert is_course


def notebook(path, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_the_writer_replaces_the_set_up_cell_and_nothing_else(tmp_path):
    path = notebook(tmp_path / "made.ipynb", 'import os\nADDRESS = "old"', "print(1)")

    written = WRITER["share"](path, "ADDRESS is new")

    assert written
    assert [cell.source for cell in nbformat.read(path, 4).cells] == ["ADDRESS is new", "print(1)"]


def test_a_chapter_that_begins_otherwise_is_left_as_it_is(tmp_path):
    path = notebook(tmp_path / "made.ipynb", "print(1)")
    before = path.read_bytes()

    assert not WRITER["share"](path, "ADDRESS is new")
    assert path.read_bytes() == before
