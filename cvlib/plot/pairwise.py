"""One number for every two of a few networks."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, INK, PAGE, mix

__all__ = ["triangle"]

DARKEST = 0.45  # of the ink: on more, no text is legible in both modes


def triangle(matrix: np.ndarray, names: Sequence[str], *, families: Sequence[str]) -> Axes:
    """The lower half of a symmetric ``matrix`` of numbers in 0 ... 1, written on squares that darken with
    them; each network's name in the colour of its family."""
    few = len(names)
    ax = plt.figure(figsize=(5.6, 0.75 * few)).add_subplot()
    for row in range(1, few):
        for column in range(row):
            value = float(matrix[row, column])
            ax.add_patch(plt.Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, linewidth=0,
                                       color=mix(PAGE, INK, DARKEST * min(max(value, 0), 1))))
            ax.text(column, row, f"{value:.2f}".replace("-", "−"), ha="center", va="center_baseline",
                    fontweight="semibold")
    ax.set_yticks(range(1, few), names[1:])
    ax.set_xticks(range(few - 1), names[:-1])
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    for labels, kinds in ((ax.get_yticklabels(), families[1:]), (ax.get_xticklabels(), families[:-1])):
        for label, kind in zip(labels, kinds, strict=True):
            label.set(color=FAMILY[kind], fontweight="semibold")
    ax.set(xlim=(-0.5, few - 1.5), ylim=(few - 0.5, 0.5))
    ax.set_aspect(0.62)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    return ax
