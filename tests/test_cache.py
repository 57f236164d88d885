"""Decoded once: nothing is stale, nothing is left half done."""
import os
from types import SimpleNamespace

import numpy as np
import pytest

import cvlib
from conftest import picture
from cvlib.data.cache import decoded


def test_decoded_pictures_are_centre_squares_resized_once(tree):
    dataset = cvlib.load_dataset(str(tree), "test")

    pixels = decoded(dataset, 32)
    first_time = os.stat(pixels.path).st_mtime_ns
    again = decoded(cvlib.load_dataset(str(tree), "test"), 32)

    assert pixels.shape == (10, 32, 32, 3)
    assert (pixels[3] == np.asarray(dataset.image(3))[:, 4:36]).all()
    assert os.stat(again.path).st_mtime_ns == first_time


def test_a_changed_picture_is_decoded_again(tree):
    before = decoded(cvlib.load_dataset(str(tree), "test"), 16)[0].copy()
    picture().save(tree / "test" / "cat" / "000.png")

    assert (decoded(cvlib.load_dataset(str(tree), "test"), 16)[0] != before).any()


def test_a_picture_that_was_only_touched_is_not_decoded_again(tree, cache):
    decoded(cvlib.load_dataset(str(tree), "test"), 16)
    entries = {path.name for path in cache.iterdir() if not path.name.startswith("key-")}
    os.utime(tree / "test" / "cat" / "000.png", (0, 0))

    decoded(cvlib.load_dataset(str(tree), "test"), 16)

    assert {path.name for path in cache.iterdir() if not path.name.startswith("key-")} == entries


def test_a_build_that_fails_leaves_nothing_behind(tree, cache):
    (tree / "test" / "cat" / "000.png").write_bytes(b"no picture")

    with pytest.raises(OSError, match=r"000\.png"):
        decoded(cvlib.load_dataset(str(tree), "test"), 16)

    assert [path.name.split("-")[0] for path in cache.iterdir()] == ["key"]


def test_a_disk_that_is_too_small_is_said_to_be(tree, cache, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1000))

    with pytest.raises(OSError, match=r"take 0\.0 GB and .* set CVLIB_CACHE to a folder on a larger disk"):
        decoded(cvlib.load_dataset(str(tree), "test"), 16)
