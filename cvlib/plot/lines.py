"""Several kinds of training in one chart, a bundle of seeds each."""
from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, GREY, INK, PAGE, mix, name_axis

__all__ = ["bundles"]

LINE = 15.0  # points that a name at a line's end needs


def bundles(x: np.ndarray, runs: Mapping[str, np.ndarray], *, family: str, label: str, axis: str,
            reference: tuple[str, float] | None = None) -> Axes:
    """Up to four bundles over ``x`` (steps,): ``runs`` by name, (seeds, steps) each, every seed a thin line
    and their mean a thick one, named at its end.

    ``label`` names the vertical axis, ``axis`` the horizontal one; a line ends where it turns to NaN.
    ``reference`` is a name and a value: a line in ink. Raises ValueError for more than four bundles.
    """
    if len(runs) > 4:
        raise ValueError(f"four bundles can be told apart, not {len(runs)}")
    ax = plt.figure().add_subplot()
    colours = (FAMILY[family], mix(PAGE, FAMILY[family], 0.6), INK, GREY)
    ends = []
    for (name, values), colour in zip(runs.items(), colours, strict=False):
        values = np.asarray(values, float)
        ax.plot(x, values.T, color=colour, linewidth=0.8, alpha=0.8)
        mean = values.mean(0)
        ax.plot(x, mean, color=colour)
        ends.append((mean[np.isfinite(mean)][-1], name, colour))  # a line may stop before the others
    if reference:
        ax.axhline(reference[1], color=INK, linewidth=1)
        ax.annotate(reference[0], (x[0], reference[1]), xytext=(0, 3), textcoords="offset points",
                    va="bottom")
    ax.set_xlabel(axis)
    name_axis(ax, label)
    _name(ax, x[-1], ends)
    return ax


def _name(ax: Axes, x: float, ends: list[tuple]) -> None:
    """Names at the ends of the lines, pushed apart from below."""
    ax.figure.draw_without_rendering()
    low, high = ax.get_ylim()
    per_point = (high - low) / (ax.bbox.height * 72 / ax.figure.dpi)
    free = -np.inf
    for y, name, colour in sorted(ends, key=lambda end: end[0]):
        at = max(y, free)
        ax.annotate(name, (x, at), xytext=(6, 0), textcoords="offset points", va="center", color=colour,
                    fontweight="semibold", annotation_clip=False)
        free = at + LINE * per_point
