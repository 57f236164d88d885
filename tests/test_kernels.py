"""The strips of kernels on the pages are the weights of the records, less those that the runs began with."""
import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cvlib.analysis.selectivity import first_layer
from cvlib.results import load_run, results_folder

ROOT = Path(__file__).parents[1]
KERNELS = runpy.run_path(str(ROOT / "book" / "kernels.py"))
FAMILIES = pytest.mark.parametrize("family", KERNELS["RUNS"])


def shown(family: str) -> np.ndarray:
    """The kernels of a strip, (N, K, K, 3) in -1 ... 1, and what parts them."""
    pixels = np.asarray(Image.open(ROOT / "_static" / f"kernels-{family}.png")).astype(float)
    tiles = pixels.reshape(side := len(pixels), -1, side + 1, 4).swapaxes(0, 1)
    assert (tiles[:, :, :side, 3] == 255).all()
    assert (tiles[:, :, side, 3] == 0).all()
    return (tiles[:, :, :side, :3] - 127.5) / 127.5


@FAMILIES
def test_a_strip_shows_what_training_added_to_the_first_layer_of_its_record(family):
    weights, colours = KERNELS["added"](KERNELS["RUNS"][family]), shown(family)

    scaled = weights / np.abs(weights).max((1, 2, 3), keepdims=True)
    distances = np.abs(scaled[:, None] - colours[None]).max((2, 3, 4))
    assert sorted(distances.argmin(1)) == list(range(len(weights)))
    assert distances.min(1).max() < 0.01


def test_alexnet_s_towers_take_turns():
    weights, colours = KERNELS["added"](KERNELS["RUNS"]["alexnet"]), shown("alexnet")

    scaled = weights / np.abs(weights).max((1, 2, 3), keepdims=True)
    places = np.abs(scaled[:, None] - colours[None]).max((2, 3, 4)).argmin(0)
    assert (places // (len(places) // 2)).tolist() == [0, 1] * (len(places) // 2)


def roughness(kernels: np.ndarray) -> np.ndarray:
    """How much a weight differs from the one below it, over how large it is; 1.4 on average for noise."""
    return np.abs(np.diff(kernels, axis=1)).mean((1, 2, 3)) / np.abs(kernels).mean((1, 2, 3))


@FAMILIES
def test_the_noise_that_is_taken_off_is_that_of_the_run(family):
    run = KERNELS["RUNS"][family]
    trained = first_layer(load_run(results_folder() / run)).transpose(0, 2, 3, 1).astype(float)

    assert roughness(KERNELS["added"](run)).mean() < 0.85 * roughness(trained).mean()


def test_clear_patterns_come_before_noise():
    kernels = shown("alexnet")
    rough = roughness(kernels - kernels.mean((1, 2), keepdims=True))

    assert rough[:12].mean() < 0.8 * rough[-12:].mean()
