"""What becomes of a quantity from block to block."""
from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from cvlib.plot.style import FAMILY, GREY, INK, PAGE, mix, name_axis

__all__ = ["through_depth"]

LINE = 14.5  # points that a name needs


def through_depth(lines: Mapping[str, np.ndarray], *, family: str, label: str, axis: str,
                  floor: float = 1e-12) -> Axes:
    """Up to five lines by name, (seeds, blocks) each, on a scale of powers: every seed thin, their geometric
    mean thick, named at its end. What falls under ``floor`` goes on along it.

    Raises ValueError for more than five lines.
    """
    if len(lines) > 5:
        raise ValueError(f"five lines can be told apart, not {len(lines)}")
    ax = plt.figure(figsize=(5.6, 3.4)).add_subplot()
    colours = (FAMILY[family], mix(PAGE, FAMILY[family], 0.6), INK, GREY, GREY)
    ends = []
    for (name, values), colour in zip(lines.items(), colours, strict=False):
        values = np.maximum(np.asarray(values, float), floor)
        steps, mean = np.arange(values.shape[1]), np.exp(np.log(values).mean(0))
        ax.plot(steps, values.T, color=colour, linewidth=0.8, alpha=0.8)
        ax.plot(steps, mean, color=colour)
        ends.append((np.log10(mean[-1]), steps[-1], name, colour))
    ax.axhline(1, color=INK, linewidth=1, zorder=1)
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(numticks=7))
    ax.minorticks_off()
    ax.set_xlabel(axis)
    name_axis(ax, label)
    _name(ax, ends)
    return ax


def _name(ax: Axes, ends: list[tuple]) -> None:
    """Names at the ends of the lines, pushed apart from below."""
    ax.figure.draw_without_rendering()
    low, high = np.log10(ax.get_ylim())
    per_point = (high - low) / (ax.bbox.height * 72 / ax.figure.dpi)
    free = -np.inf
    for y, x, name, colour in sorted(ends):
        at = max(y, free)
        ax.annotate(name, (x, 10**at), xytext=(6, 0), textcoords="offset points", va="center",
                    color=colour, fontweight="semibold", annotation_clip=False)
        free = at + LINE * per_point
