"""Numbers with their doubt, a row each."""
from collections.abc import Collection, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import INK, MUTED, PAGE, colour_of

__all__ = ["estimates", "write_beside", "write_estimate"]


def estimates(names: Sequence[str], centres: Sequence[float], lows: Sequence[float], highs: Sequence[float],
              *, family: str | Sequence[str], axis: str, points: Sequence[Sequence[float]] | None = None,
              quoted: Collection[str] = (), reference: float | None = None, absent: str = "") -> Axes:
    """Estimates in the unit that ``axis`` names: a dot, its interval, and at the right both in figures.

    ``points`` are each row's runs, small dots under the interval. Names in ``quoted`` are hollow; NaN for
    both ends is an estimate without an interval, for all three a row without an estimate, at whose right
    stands ``absent``. ``reference`` is a line in ink; where it is 0, signs are written. ``family`` is one of
    `FAMILY` or, where each row is a network of its own, one a row; "ink" is no network's.
    """
    ax = plt.figure(figsize=(5.6, 0.62 + 0.42 * len(names))).add_subplot()
    families, signed = [family] * len(names) if isinstance(family, str) else family, reference == 0
    for row, (name, centre, low, high, kind) in enumerate(zip(names, centres, lows, highs, families,
                                                              strict=True)):
        colour = colour_of(kind)
        ax.plot([low, high], [row, row], color=colour, zorder=2)
        hollow = name in quoted
        ax.scatter(centre, row, s=46, color=PAGE if hollow else colour, edgecolor=colour, linewidth=1.5,
                   zorder=4)
        runs = [] if points is None else points[row]
        ax.scatter(runs, np.full(len(runs), row + 0.28), s=9, color=colour, alpha=0.8, linewidth=0, zorder=3)
        write_estimate(ax, row, centre, low, high, signed=signed)
        if absent and np.isnan(centre):
            write_beside(ax, row, "", absent)
    if reference is not None:
        ax.axvline(reference, color=INK, linewidth=1, zorder=1)
    ax.set_yticks(range(len(names)), names)
    ax.set(ylim=(len(names) - 0.5, -0.5), xlabel=axis)
    if np.isnan(centres).all():
        ax.set_xticks([])
    ax.grid(visible=False)
    return ax


def write_estimate(ax: Axes, row: float, centre: float, low: float, high: float, *, signed: bool = False
                   ) -> None:
    """The estimate and its interval in two columns right of the axes; nothing where there is none."""
    if np.isnan(centre):
        return
    sign = "+" if signed else ""
    value, *ends = (f"{number:{sign}.1f}".replace("-", "−") for number in (centre, low, high))
    write_beside(ax, row, value, "" if np.isnan(low) else " to ".join(ends))


def write_beside(ax: Axes, row: float, value: str, note: str) -> None:
    """Two columns of text right of the axes, at the height of ``row``."""
    for text, right, colour, weight in ((value, 42, INK, "semibold"), (note, 132, MUTED, "normal")):
        ax.annotate(text, (1, row), xycoords=("axes fraction", "data"), xytext=(right, 0),
                    textcoords="offset points", ha="right", va="center_baseline", color=colour,
                    fontweight=weight, fontsize=10.5, annotation_clip=False)
