"""One thread for every test and notebook: the last digits of a float sum depend on the threads."""
import os

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest
from PIL import Image

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


@pytest.fixture
def stripes(tmp_path, cache):
    """A folder of horizontal and vertical stripes."""
    random = np.random.default_rng(0)
    for split, count in (("train", 40), ("test", 12)):
        for name in ("flat", "upright"):
            folder = tmp_path / "stripes" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                wave = np.tile(128 + 100 * np.sin(np.arange(48) / 3 + random.uniform(0, 6)), (48, 1))
                pixels = (wave.T if name == "flat" else wave) + random.normal(0, 20, (48, 48))
                Image.fromarray(np.uint8(np.clip(pixels, 0, 255))).convert("RGB").save(folder / f"{i}.png")
    return tmp_path / "stripes"


RANDOM = np.random.default_rng(0)


def picture(width=40, height=32):
    """Coloured blobs, another each time."""
    coarse = RANDOM.integers(256, size=(4, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture
def tree(tmp_path, cache):
    """train/ and test/ with two classes of 60 and 5 pictures."""
    for split, count in (("train", 60), ("test", 5)):
        for name in ("cat", "dog"):
            folder = tmp_path / "pets" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                picture().save(folder / f"{i:03d}.png")
    return tmp_path / "pets"
