"""One thread for every test and notebook: the last digits of a float sum depend on the threads."""
import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import pytest

import cvlib

assert cvlib.COURSE, f"another project's cvlib is in the way: {cvlib.__file__}"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder of the test's own."""
    monkeypatch.setenv("CVLIB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def intel_photographs():
    """The folder of the Intel photographs, where this machine has them."""
    root = os.path.join(os.environ.get("CVLIB_DATA", ""), "intel")
    if not os.path.isdir(root):
        pytest.skip("no Intel photographs")
    return root
