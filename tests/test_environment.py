"""What a number was measured on: the commit of this course or none, and a GPU that can be used or none."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import cvlib
from cvlib.environment import environment
from cvlib.gpu import try_gpu

PACKAGE = Path(cvlib.__file__).parent
SAYS = "import torch; from cvlib import environment as e; print(e.environment(torch.device('cpu'))['commit'])"


def git(folder, *arguments):
    command = ["git", "-C", folder, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit_said(folder):
    names = {"PYTHONPATH": str(folder), "GIT_DIR": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run([sys.executable, "-c", SAYS], cwd=folder, env=os.environ | names, check=True,
                          capture_output=True, text=True)
    return said.stdout.strip()


def repository(folder, *, tracked):
    """A repository with the parts of cvlib that this needs, tracked or not."""
    (folder / "cvlib").mkdir(parents=True)
    for name in ("__init__.py", "environment.py"):
        shutil.copy(PACKAGE / name, folder / "cvlib")
    git(folder, "init", "-q")
    (folder / "README").write_text("mine")
    git(folder, "add", "README", *(["cvlib"] if tracked else []))
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first")
    return folder


def test_a_checkout_says_its_commit_and_whether_it_was_changed(tmp_path):
    checkout = repository(tmp_path / "course", tracked=True)
    head = git(checkout, "rev-parse", "HEAD")

    clean = commit_said(checkout)
    (checkout / "cvlib" / "new.py").write_text("")

    assert clean == head
    assert commit_said(checkout) == head + "+"


def test_a_copy_in_another_repository_says_none(tmp_path):
    assert commit_said(repository(tmp_path / "mine", tracked=False)) == "None"


def test_it_names_versions_device_and_threads():
    said = environment(torch.device("cpu"), processes=2)

    assert said["torch"] == torch.__version__.split("+")[0] or said["torch"] == torch.__version__
    assert said["threads"] == torch.get_num_threads()
    assert said["processes"] == 2
    assert "core" in said["device"]


def test_a_gpu_that_is_too_old_is_named_once_it_is_tried(monkeypatch):
    def no_kernel(*_, **__):
        raise RuntimeError("no kernel image is available for execution on the device")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Tesla P100-PCIE-16GB")
    monkeypatch.setattr(torch, "ones", no_kernel)

    with pytest.raises(RuntimeError, match="the Tesla P100-PCIE-16GB is too old for the PyTorch here"):
        try_gpu()


def test_where_there_is_no_gpu_none_is_tried(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch, "ones", None)

    assert try_gpu() is None
