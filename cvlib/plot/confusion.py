"""Which class is taken for which."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, SURFACE, mix

__all__ = ["FULL_COLOUR", "confusion_matrices", "confusion_matrix"]

FULL_COLOUR = 20.0  # per cent of a row, in every confusion matrix
PALE = 0.4  # of the family's colour: the darkest under ink that is legible on dark pages too
CORNER = "true ↓  predicted →"
WIDTH, LEFT, RIGHT, TOP, BETWEEN, UNDER = 5.6, 0.74, 0.24, 0.66, 0.14, 0.42  # inches: matrices on a sheet


def confusion_matrix(confusion: np.ndarray, classes: Sequence[str], *, family: str,
                     full: float = FULL_COLOUR) -> Axes:
    """Per cent of each true class (rows) by predicted class. Errors are coloured, up to ``full`` per cent,
    with a step to the dark at half of that; the diagonal is written only, and what is below half a per cent
    is left empty."""
    ax = plt.figure(figsize=(5.6, 4.6)).add_subplot()
    _draw(ax, confusion, family, full)
    _name(ax, classes)
    ax.annotate(CORNER, (0, 1), xycoords="axes fraction", xytext=(-8, 8), color=MUTED,
                textcoords="offset points", ha="right", fontsize=10.5)
    return ax


def confusion_matrices(confusions: Mapping[str, np.ndarray], classes: Sequence[str],
                       titles: Mapping[str, str], *, full: float = FULL_COLOUR) -> Figure:
    """`confusion_matrix` for several families on one scale, two in a row, each in its family's colour with
    its title under it: legible on a phone. ``confusions`` and ``titles`` go by family."""
    rows = -(-len(confusions) // 2)
    side = (WIDTH - LEFT - BETWEEN - RIGHT) / 2
    height = TOP + rows * (side + UNDER)
    figure = plt.figure(figsize=(WIDTH, height), layout="none")
    for place, (family, confusion) in enumerate(confusions.items()):
        row, column = divmod(place, 2)
        left, below = LEFT + column * (side + BETWEEN), height - TOP - (row + 1) * side - row * UNDER
        ax = figure.add_axes((left / WIDTH, below / height, side / WIDTH, side / height))
        _draw(ax, confusion, family, full, fontsize=9.8)
        _name(ax, classes, above=row == 0, beside=column == 0)
        ax.annotate(titles[family], (0, 0), xycoords="axes fraction", xytext=(0, -7), color=FAMILY[family],
                    textcoords="offset points", va="top", fontweight="semibold")
    figure.text(0.004, 1 - 0.02 / height, CORNER.replace("  ", "\n"), va="top", color=MUTED, fontsize=10)
    return figure


def _draw(ax: Axes, confusion: np.ndarray, family: str, full: float, *, fontsize: float = 11) -> None:
    """The cells of one matrix, with gaps of paper between them."""
    share = 100 * confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    errors = np.where(np.eye(len(share), dtype=bool), 0, share)
    ax.imshow(errors, cmap=_colours(FAMILY[family]), vmin=0, vmax=full)
    for (row, column), value in np.ndenumerate(share):
        _cell(ax, row, column, value, dark=errors[row, column] >= 0.5 * full, fontsize=fontsize)
    gaps = np.arange(0.5, len(share) - 1)
    ax.set_xticks(gaps, minor=True)
    ax.set_yticks(gaps, minor=True)
    ax.spines[:].set_visible(False)
    ax.tick_params(which="both", length=0)
    ax.grid(visible=False)
    ax.grid(visible=True, which="minor", axis="both", color=PAGE, linewidth=2)


def _colours(deep: str) -> LinearSegmentedColormap:
    """Pale under ink, then dark under paper: on what lies between no text is legible in both modes."""
    return LinearSegmentedColormap.from_list("errors", [(0, PAGE), (0.5, mix(PAGE, deep, PALE)), (0.5, deep),
                                                        (1, mix(deep, "black", 0.45))])


def _name(ax: Axes, classes: Sequence[str], *, above: bool = True, beside: bool = True) -> None:
    """Class names on top and at the left."""
    ax.tick_params(labeltop=True, labelbottom=False)
    ax.set_xticks(range(len(classes)), classes if above else [""] * len(classes), rotation=32, ha="left",
                  rotation_mode="anchor")
    ax.set_yticks(range(len(classes)), classes if beside else [""] * len(classes))


def _cell(ax: Axes, row: int, column: int, value: float, *, dark: bool, fontsize: float) -> None:
    if row == column:
        ax.add_patch(plt.Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, color=SURFACE))
    elif value < 0.5:
        return
    text = f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
    colour = MUTED if row == column else PAGE if dark else INK
    ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=fontsize,
            fontweight="normal" if row == column else "semibold")
