"""First-layer kernels of two towers: as pictures, and as points on a scale."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from cvlib.plot.mosaics import mosaic, shades
from cvlib.plot.png import SHARP
from cvlib.plot.style import FAMILY, HAIR, INK, MUTED, PAGE

__all__ = ["tower_kernels", "tower_strips"]

WIDTH, DPI = 5.6, 100
HEAD, ROW, ASIDE = 26, 0.34, 0.17  # pixels above the kernels; inches a row; rows from its line to the dots
NAMES = ("GPU 1", "GPU 2")


def tower_kernels(kernels: np.ndarray, index: np.ndarray, *, family: str, columns: int = 6) -> Axes:
    """``kernels`` (N, 3, K, K) of two towers side by side, the first half left, each tower sorted by
    ``index`` (N,) from the least on, row by row. Each kernel has its own scale, zero is the middle grey."""
    half, side = len(kernels) // 2, kernels.shape[-1]
    order = [start + np.argsort(index[start:start + half], kind="stable") for start in (0, half)]
    towers = [mosaic(shades(kernels[one]), columns) for one in order]
    (rows, width, _), room = towers[0].shape, SHARP * WIDTH * DPI
    scale = room // (2 * width + side) / SHARP  # whole pixels of the file to a weight
    aisle = np.full((rows, int(room // (scale * SHARP)) - 2 * width, 3), to_rgb(PAGE))
    image = np.concatenate([towers[0], aisle, towers[1]], axis=1)
    height = (HEAD + scale * image.shape[0]) / DPI
    figure = plt.figure(figsize=(WIDTH, height), layout="none")
    box = (0, 0, scale * image.shape[1] / DPI / WIDTH, scale * image.shape[0] / DPI / height)
    ax = figure.add_axes(box)
    ax.axis("off")
    ax.imshow(image, aspect="auto")
    for name, left in zip(NAMES, (0, image.shape[1] - width), strict=True):
        ax.annotate(name, (left - 0.5, -0.5), xytext=(0, 5), textcoords="offset points", va="bottom",
                    color=FAMILY[family], fontweight="semibold", annotation_clip=False)
    return ax


def tower_strips(names: Sequence[str], towers: Sequence[tuple[np.ndarray, np.ndarray]], *, family: str,
                 axis: str, notes: Sequence[str] = ()) -> Axes:
    """A row a network: a dot for each value in 0 ... 1, tower 1's above the row's line and tower 2's below
    it, and a bar at each tower's mean. ``notes`` stand right of the rows; ``axis`` names the scale."""
    ax = plt.figure(figsize=(WIDTH, 0.62 + ROW * len(names))).add_subplot()
    for row, pair in enumerate(towers):
        ax.axhline(row, color=HAIR, linewidth=0.8, zorder=1)
        for values, aside in zip(pair, (-ASIDE, ASIDE), strict=True):
            ax.scatter(values, np.full(len(values), row + aside), s=11, color=FAMILY[family], alpha=0.5,
                       linewidth=0, zorder=3)
            if len(values):
                ax.plot([np.mean(values)] * 2, [row, row + 2 * aside], color=INK, linewidth=2, zorder=4,
                        solid_capstyle="butt")
    for name, aside in zip(NAMES, (-ASIDE, ASIDE), strict=True):
        _beside(ax, 1.6 * aside, name, 4, FAMILY[family])
    for row, note in enumerate(notes):
        _beside(ax, row, note, 46, MUTED)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlim=(0, 1), ylim=(len(names) - 0.5, -0.5), xlabel=axis)
    ax.grid(visible=False)
    return ax


def _beside(ax: Axes, row: float, text: str, points: float, colour: str) -> None:
    """Words that begin so many points right of the axes."""
    ax.annotate(text, (1, row), xycoords=("axes fraction", "data"), xytext=(points, 0),
                textcoords="offset points", va="center_baseline", color=colour, fontsize=10.5,
                annotation_clip=False)
