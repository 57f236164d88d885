"""Write the strips that head the chapters and stand on the cover: `make kernels`.

They show what training added to the kernels of a first layer. A run this short leaves much of the noise that
a kernel began as, and of a ResNet's hardly anything else would be seen. A strip is a PNG with one pixel a
weight and one transparent pixel between two kernels; the pages enlarge it.
"""
from pathlib import Path

import numpy as np
from PIL import Image

from cvlib.analysis.selectivity import first_layer, towers_of
from cvlib.probe import first_convolution
from cvlib.results import load_run, results_folder
from cvlib.starting import Start

STATIC = Path(__file__).parents[1] / "_static"
RUNS = {  # family -> study and run whose first layer it shows
    "alexnet": "runs/alexnet_intel-intel-s0",
    **{family: f"families/{family}_common-intel-s0" for family in ("vgg", "resnet", "convnext")},
}


def added(run: str) -> np.ndarray:
    """The first layer of a run, "study/name", less its start: (N, K, K, 3) float32."""
    record = load_run(results_folder() / run)
    start = first_convolution(Start.of(record).network()).weight.detach().numpy()
    return (first_layer(record) - start).transpose(0, 2, 3, 1)


def clearest(kernels: np.ndarray, towers: int) -> np.ndarray:
    """The clearest patterns first, and what is flat or noise last; of several ``towers`` in turn.

    Clear means that, once each channel's mean is taken off, much of the energy survives averaging 3 x 3
    neighbours.
    """
    pattern, inner = kernels - kernels.mean((1, 2), keepdims=True), kernels.shape[1] - 2
    shifts = [pattern[:, y:y + inner, x:x + inner] for y in range(3) for x in range(3)]
    clear = np.square(np.mean(shifts, axis=0)).sum((1, 2, 3)) / np.square(pattern).sum((1, 2, 3))
    order = np.argsort(-clear.reshape(towers, -1), axis=1, kind="stable")
    return kernels[(order + order.shape[1] * np.arange(towers)[:, None]).T.ravel()]


def strip(kernels: np.ndarray) -> np.ndarray:
    """(K, N (K + 1), 4) uint8: each kernel to its own scale, zero in the middle of the grey."""
    largest = np.abs(kernels).max((1, 2, 3), keepdims=True)
    colour = np.rint(127.5 + 127.5 * kernels / largest).astype(np.uint8)
    opaque = np.concatenate([colour, np.full((*colour.shape[:3], 1), 255, np.uint8)], axis=3)
    return np.concatenate([np.pad(one, ((0, 0), (0, 1), (0, 0))) for one in opaque], axis=1)


if __name__ == "__main__":
    for family, run in RUNS.items():
        ordered = clearest(added(run), towers_of(load_run(results_folder() / run).recipe))
        Image.fromarray(strip(ordered)).save(STATIC / f"kernels-{family}.png", optimize=True)
