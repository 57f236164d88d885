"""Two shares of the same thing, a row each."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import GREY, INK, RULE, colour_of

__all__ = ["paired_shares"]


def paired_shares(names: Sequence[str], shares: dict[str, Sequence[float]], *, family: str,
                  axis: str = "% of the network") -> Axes:
    """Two shares a row, in per cent of what ``axis`` names: the first as a dot, the second as a square,
    joined by a hairline, each written on its outer side. ``family`` is one of `FAMILY`, or "ink"."""
    ax = plt.figure(figsize=(5.6, 3.4)).add_subplot()
    rows, colour = np.arange(len(names)), colour_of(family)
    first, second = (100 * np.asarray(values, float) for values in shares.values())
    ax.hlines(rows, first, second, color=RULE, linewidth=1.2, zorder=1)
    for label, values, others, marker, fill in zip(shares, (first, second), (second, first), "os",
                                                   (colour, GREY if family == "ink" else INK), strict=True):
        ax.scatter(values, rows, s=38, marker=marker, color=fill, zorder=2)
        ax.annotate(label, (values[0], 0), xytext=(0, 10), textcoords="offset points", ha="center",
                    color=fill, fontweight="semibold", annotation_clip=False)
        _write(ax, values, values > others, colour=fill)
    ax.set_yticks(rows, names)
    ax.set(ylim=(len(names) - 0.5, -1.1), xlim=(-6, 1.09 * max(first.max(), second.max())),
           xlabel=axis)
    ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= ax.get_xlim()[1]])
    ax.spines.bottom.set_bounds(0, ax.get_xlim()[1])
    ax.grid(visible=False)
    return ax


def _write(ax: Axes, values: np.ndarray, outermost: np.ndarray, *, colour: str) -> None:
    """Each value, right of its mark where that is the ``outermost`` of the two and left of it elsewhere."""
    for row, (value, right) in enumerate(zip(values, outermost, strict=True)):
        ax.annotate(f"{value:.0f}" if value >= 9.95 else f"{value:.1f}", (value, row),
                    xytext=(7 if right else -7, 0), textcoords="offset points", va="center_baseline",
                    ha="left" if right else "right", fontsize=10.5, color=colour)
