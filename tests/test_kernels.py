"""The strips of kernels on the pages are the weights of the records."""
import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
KERNELS = runpy.run_path(str(ROOT / "book" / "kernels.py"))


@pytest.mark.parametrize(("family", "run"), KERNELS["RUNS"].items())
def test_a_strip_shows_the_first_layer_of_its_record(family, run):
    shown = np.asarray(Image.open(ROOT / "_static" / f"kernels-{family}.png")).astype(float)
    weights = KERNELS["weights"](run)
    side = weights.shape[1]

    tiles = shown.reshape(side, len(weights), side + 1, 4).swapaxes(0, 1)

    assert (tiles[:, :, :side, 3] == 255).all()
    assert (tiles[:, :, side, 3] == 0).all()
    colours = (tiles[:, :, :side, :3] - 127.5) / 127.5
    scaled = weights / np.abs(weights).max((1, 2, 3), keepdims=True)
    distances = np.abs(scaled[:, None] - colours[None]).max((2, 3, 4))
    assert sorted(distances.argmin(1)) == list(range(len(weights)))
    assert distances.min(1).max() < 0.01


def test_clear_patterns_come_before_noise():
    kernels = KERNELS["first_layer"](KERNELS["RUNS"]["alexnet"])
    centred = kernels - kernels.mean((1, 2), keepdims=True)

    steps = np.abs(np.diff(centred, axis=1)).mean((1, 2, 3)) / np.abs(centred).mean((1, 2, 3))

    assert steps[:12].mean() < 0.8 * steps[-12:].mean()
