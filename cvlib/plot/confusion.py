"""Which class is taken for which."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, SURFACE, mix

__all__ = ["FULL_COLOUR", "confusion_matrix"]

FULL_COLOUR = 20.0  # per cent of a row, in every confusion matrix
PALE = 0.4  # of the family's colour: the darkest under ink that is legible on dark pages too


def confusion_matrix(confusion: np.ndarray, classes: Sequence[str], *, family: str,
                     full: float = FULL_COLOUR) -> Axes:
    """Per cent of each true class (rows) by predicted class. Errors are coloured, up to ``full`` per cent,
    with a step to the dark at half of that; the diagonal is written only, and what is below half a per cent
    is left empty."""
    share = 100 * confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    ax = plt.figure(figsize=(5.6, 4.6)).add_subplot()
    errors = np.where(np.eye(len(share), dtype=bool), 0, share)
    ax.imshow(errors, cmap=_colours(FAMILY[family]), vmin=0, vmax=full)
    for (row, column), value in np.ndenumerate(share):
        _confusion_cell(ax, row, column, value, dark=errors[row, column] >= 0.5 * full)
    _confusion_frame(ax, classes)
    return ax


def _colours(deep: str) -> LinearSegmentedColormap:
    """Pale under ink, then dark under paper: on what lies between no text is legible in both modes."""
    return LinearSegmentedColormap.from_list("errors", [(0, PAGE), (0.5, mix(PAGE, deep, PALE)), (0.5, deep),
                                                        (1, mix(deep, "black", 0.45))])


def _confusion_frame(ax: Axes, classes: Sequence[str]) -> None:
    """Class names on top and at the left, gaps of paper between the cells."""
    ax.set_xticks(range(len(classes)), classes, rotation=32, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(classes)), classes)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    gaps = np.arange(0.5, len(classes) - 1)
    ax.set_xticks(gaps, minor=True)
    ax.set_yticks(gaps, minor=True)
    ax.tick_params(which="minor", length=0)
    ax.grid(visible=True, which="minor", axis="both", color=PAGE, linewidth=2)
    ax.annotate("true ↓  predicted →", (0, 1), xycoords="axes fraction", xytext=(-8, 8), color=MUTED,
                textcoords="offset points", ha="right", fontsize=10.5)


def _confusion_cell(ax: Axes, row: int, column: int, value: float, *, dark: bool) -> None:
    if row == column:
        ax.add_patch(plt.Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, color=SURFACE))
    elif value < 0.5:
        return
    text = f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
    colour = MUTED if row == column else PAGE if dark else INK
    ax.text(column, row, text, ha="center", va="center", color=colour,
            fontweight="normal" if row == column else "semibold")
