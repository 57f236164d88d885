"""What a network promises beside what it does."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, GREY, INK, MUTED, PAGE, name_axis
from cvlib.stats import wilson_interval

__all__ = ["calibration"]

LARGEST = 130.0  # the area of the mark with most pictures, in square points


def calibration(promised: Sequence, made: Sequence, counts: Sequence, *, family: str,
                names: Sequence[str]) -> Axes:
    """Promised against made errors, a curve for each of up to three ``names``.

    ``promised``, ``made`` and ``counts`` are (curves, bins): the mean of 1 - p in a bin, the fraction that
    was wrong, and its pictures; bins without pictures are left out. Bars are Wilson's 95 % intervals, areas
    of the marks are counts, and the largest is written. On the ink line promises are kept.
    """
    ax, few = plt.figure(figsize=(5.6, 4.6)).add_subplot(), len(names)
    most, ends = max(np.max(count) for count in counts), []
    for x, y, n, marker, colour in zip(promised, made, counts, "os^"[:few],
                                       (FAMILY[family], INK, GREY)[:few], strict=True):
        x, y, n = (np.asarray(values)[np.asarray(n) > 0] for values in (x, y, n))
        doubt = [wilson_interval(round(share * count), count) for share, count in zip(y, n, strict=True)]
        ax.vlines(100 * x, *100 * np.transpose(doubt), color=colour, linewidth=1.4, alpha=0.8, zorder=2)
        ax.plot(100 * x, 100 * y, color=colour, linewidth=0.8, alpha=0.8, zorder=2)
        ax.scatter(100 * x, 100 * y, s=LARGEST * n / most, marker=marker, color=colour, zorder=3)
        ends.append((100 * x[-1], 100 * y[-1], colour))
    _reference(ax, most)
    _name_ends(ax, names, ends)
    return ax


def _reference(ax: Axes, most: int) -> None:
    """Both axes alike, the line on which as many errors are made as promised, and what a mark stands for."""
    end = max(ax.get_xlim()[1], ax.get_ylim()[1])
    ax.plot([0, end], [0, end], color=INK, linewidth=1, zorder=1)
    ax.set(xlim=(0, end), ylim=(0, end), xlabel="errors promised, %", aspect="equal")
    name_axis(ax, "Errors made, %")
    for text, x, y, side in (("more than promised", 0.03, 0.95, "left"),
                             ("fewer than promised", 0.97, 0.12, "right"),
                             (f"{most:,} pictures", 0.97, 0.045, "right")):
        ax.text(x, y, text, transform=ax.transAxes, ha=side, va="center_baseline", color=MUTED, fontsize=10.5)
    ax.scatter(0.69, 0.05, s=LARGEST, color=MUTED, transform=ax.transAxes)


def _name_ends(ax: Axes, names: Sequence[str], ends: Sequence[tuple[float, float, str]]) -> None:
    """Each curve's name at its end, pushed up where another stands there."""
    gap, free = 0.06 * ax.get_ylim()[1], 0.0
    for (x, y, colour), name in sorted(zip(ends, names, strict=True), key=lambda end: end[0][1]):
        free = max(free, y)
        ax.annotate(name, (x, free), xytext=(8, 0), textcoords="offset points", va="center", color=colour,
                    fontweight="semibold", annotation_clip=False,
                    bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1})
        free += gap
