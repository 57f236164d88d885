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
def imagenet_mini():
    """A hundred pictures in Kaggle's ImageNet tree, where this machine has them."""
    root = os.path.join(os.environ.get("CVLIB_DATA", ""), "imagenet-mini")
    if not os.path.isdir(root):
        pytest.skip("no imagenet-mini")
    return root


def named_random(*words):
    """A generator that follows from words: no test's pictures hang on which test ran before it."""
    return np.random.default_rng(list(" ".join(map(str, words)).encode()))


def make_stripes(folder, names=("flat", "upright"), noise=20):
    """A tree of horizontal and vertical stripes: 40 and 12 of each."""
    for split, count in (("train", 40), ("test", 12)):
        for upright, name in enumerate(names):
            random, pictures = named_random(split, name), folder / "stripes" / split / name
            pictures.mkdir(parents=True)
            for i in range(count):
                wave = np.tile(128 + 100 * np.sin(np.arange(48) / 3 + random.uniform(0, 6)), (48, 1))
                pixels = (wave if upright else wave.T) + random.normal(0, noise, (48, 48))
                Image.fromarray(np.uint8(np.clip(pixels, 0, 255))).convert("RGB").save(pictures / f"{i}.png")
    return folder / "stripes"


@pytest.fixture
def stripes(tmp_path, cache):
    """A folder of horizontal and vertical stripes."""
    return make_stripes(tmp_path)


def picture(width=40, height=32, *, name="picture"):
    """Coloured blobs that follow from ``name``."""
    coarse = named_random(name).integers(256, size=(4, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture
def tree(tmp_path, cache):
    """train/ and test/ with two classes of 60 and 5 pictures."""
    for split, count in (("train", 60), ("test", 5)):
        for name in ("cat", "dog"):
            folder = tmp_path / "pets" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                picture(name=f"{split} {name} {i}").save(folder / f"{i:03d}.png")
    return tmp_path / "pets"


@pytest.fixture
def small_intel(tmp_path, cache):
    """Intel's tree of small pictures: 40 and 20 a class."""
    for part, count in (("seg_train", 40), ("seg_test", 20)):
        for name in cvlib.data.intel.CLASSES:
            folder = tmp_path / "intel" / part / part / name
            folder.mkdir(parents=True)
            for i in range(count):
                picture(20, 20, name=f"{part} {name} {i}").save(folder / f"{i}.png")
    return tmp_path / "intel"
