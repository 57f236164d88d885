"""What is quoted, what was measured and what nobody has run, side by side."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.intervals import write_beside, write_estimate
from cvlib.plot.style import FAMILY, PAGE

__all__ = ["scoreboard"]

GAP = 1.3  # rows from one group to the title of the next


Row = tuple[str, str, float, float, float, Sequence[float]]


def scoreboard(groups: Sequence[tuple[str, str, Sequence[Row]]], *, axis: str, limits: tuple[float, float]
               ) -> Axes:
    """Groups of rows, (title, family, rows), in the unit that ``axis`` names.

    A row is (name, how, mean, low, high, runs): "measured" is a solid dot with its interval and the runs
    behind it small below, "quoted" a hollow dot, "not run" a dashed line from edge to edge. NaN for both ends
    is no interval.
    """
    rows = sum(len(group) for *_, group in groups)
    ax = plt.figure(figsize=(5.6, 0.7 + 0.27 * (rows + GAP * len(groups)))).add_subplot()
    place, ticks = 0.0, []
    for title, family, group in groups:
        ax.annotate(title, (0, place), xycoords=("axes fraction", "data"), va="center_baseline",
                    color=FAMILY[family], fontweight="semibold", fontsize=11)
        for row in group:
            place += 1
            ticks.append((place, row[0]))
            _draw(ax, place, row, FAMILY[family])
        place += GAP
    ax.set_yticks(*zip(*ticks, strict=True))
    ax.set(ylim=(place - 0.7, -0.6), xlim=limits, xlabel=axis)
    ax.grid(visible=False)
    return ax


def _draw(ax: Axes, place: float, row: Row, colour: str) -> None:
    _, how, centre, low, high, runs = row
    if how == "not run":
        ax.axhline(place, color=colour, linewidth=1.1, dashes=(4, 4), alpha=0.7)
        write_beside(ax, place, "", f"{how} yet")
        return
    ax.plot([low, high], [place, place], color=colour, zorder=2)
    ax.scatter(centre, place, s=46, color=PAGE if how == "quoted" else colour, edgecolor=colour,
               linewidth=1.5, zorder=4)
    ax.scatter(runs, np.full(len(runs), place + 0.3), s=8, color=colour, alpha=0.8, linewidth=0, zorder=3)
    if how == "quoted":
        write_beside(ax, place, f"{centre:.2f}", how)
    else:
        write_estimate(ax, place, centre, low, high)
