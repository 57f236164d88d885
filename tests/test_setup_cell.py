"""The first cell of every chapter finds the course's cvlib, or replaces another on Kaggle and Colab."""
import json
import os
import runpy
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


@pytest.mark.parametrize("address", ["", "https://example.org/course"], ids=["no address", "an address"])
def test_on_a_host_an_uploaded_wheel_is_what_is_installed(tmp_path, address):
    course = package(tmp_path / "course", "COURSE = True\n")
    folder = package(tmp_path / "foreign", FOREIGN["another"])
    wheel = folder / "cvlib_course-0.1.0-py3-none-any.whl"
    wheel.touch()

    done = executed(INSTALLS.format(course=str(course), cell=WRITER["setup_cell"](address)), folder, **HOSTED)

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
