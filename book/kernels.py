"""Write the strips of first-layer kernels that head the chapters and stand on the cover: `make kernels`.

A strip is a PNG with one pixel a weight and one transparent pixel between two kernels; the pages enlarge it.
A network without a record has no strip.
"""
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

from cvlib.results import results_folder

STATIC = Path(__file__).parents[1] / "_static"
RUNS = {  # family -> study and run whose first layer it shows
    "alexnet": "runs/alexnet_mini-intel-s0",
    **{family: f"families/{family}_common-intel-s0" for family in ("vgg", "resnet", "convnext")},
}


def weights(run: str) -> np.ndarray:
    """The first layer of a run, "study/name": (N, K, K, 3) float32."""
    study, name = run.split("/")
    kept = load_file(results_folder() / study / "first_layers.safetensors")
    return kept[name].transpose(0, 2, 3, 1).astype(np.float32)


def first_layer(run: str) -> np.ndarray:
    """Its `weights`, the clearest patterns first: what is flat or still noise comes last.

    Clear means that, once each channel's mean is taken off, much of the energy survives averaging 3 x 3
    neighbours.
    """
    kernels = weights(run)
    pattern, inner = kernels - kernels.mean((1, 2), keepdims=True), kernels.shape[1] - 2
    shifts = [pattern[:, y:y + inner, x:x + inner] for y in range(3) for x in range(3)]
    clear = np.square(np.mean(shifts, axis=0)).sum((1, 2, 3)) / np.square(pattern).sum((1, 2, 3))
    return kernels[np.argsort(-clear, kind="stable")]


def strip(kernels: np.ndarray) -> np.ndarray:
    """(K, N (K + 1), 4) uint8: each kernel to its own scale, zero in the middle of the grey."""
    largest = np.abs(kernels).max((1, 2, 3), keepdims=True)
    colour = np.rint(127.5 + 127.5 * kernels / largest).astype(np.uint8)
    opaque = np.concatenate([colour, np.full((*colour.shape[:3], 1), 255, np.uint8)], axis=3)
    return np.concatenate([np.pad(one, ((0, 0), (0, 1), (0, 0))) for one in opaque], axis=1)


if __name__ == "__main__":
    for family, run in RUNS.items():
        Image.fromarray(strip(first_layer(run))).save(STATIC / f"kernels-{family}.png", optimize=True)
