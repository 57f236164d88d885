"""How many pictures a difference needs."""
from collections.abc import Callable, Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import GREY, INK, MUTED, PAGE, mix, name_axis

__all__ = ["needed"]

POINTS = np.geomspace(0.02, 5, 60)


def needed(plan: Callable[[float, float], int], alone: tuple[float, float], *, sizes: Mapping[str, int],
           marks: Mapping[str, float]) -> Axes:
    """Pictures over the difference that they show, both on scales where equal steps are equal factors: a band
    between what ``plan`` (difference, share alone: fractions) gives for the two shares of ``alone``.

    ``sizes`` are pictures that there are, lines across; ``marks`` differences in points, hollow, named below.
    """
    ax = plt.figure(figsize=(5.6, 3.8)).add_subplot()
    low, high = ([plan(points / 100, share) for points in POINTS] for share in alone)
    ax.fill_between(POINTS, low, high, color=mix(PAGE, INK, 0.14), linewidth=0)
    for name, size in sizes.items():
        ax.axhline(size, color=GREY, linewidth=1, zorder=1)
        ax.annotate(name, (POINTS[0], size), xytext=(2, 3), textcoords="offset points", color=MUTED,
                    fontsize=10.5)
    for name, points in marks.items():
        ends = [plan(points / 100, share) for share in alone]
        ax.plot([points] * 2, ends, color=INK, zorder=3)
        ax.scatter(points, np.sqrt(ends[0] * ends[1]), s=46, facecolor=PAGE, edgecolor=INK, linewidth=1.5,
                   zorder=4)
        ax.annotate(name, (points, max(ends)), xytext=(6, 4), textcoords="offset points", fontsize=10.5)
    ax.set(xscale="log", yscale="log", xlim=(POINTS[0], POINTS[-1]),
           xlabel="difference of two accuracies, points")
    ax.set_xticks([0.03, 0.1, 0.3, 1, 3], ["0.03", "0.1", "0.3", "1", "3"])
    ticks = [10**power for power in range(2, 8)]
    ax.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    ax.minorticks_off()
    name_axis(ax, "Test pictures needed")
    return ax
