"""How many epochs runs needed to get somewhere, with those that never got there."""
from collections.abc import Mapping, Sequence
from math import inf

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, ScalarFormatter

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE

__all__ = ["epochs_needed"]

TICKS = (1, 2, 5, 10, 20, 30, 50, 100, 200)


def epochs_needed(rows: Mapping[str, Sequence[float]], *, cap: int, family: str | None = None,
                  quoted: Mapping[str, float] | None = None) -> Axes:
    """A dot for each run of each row, at its epochs on a scale of powers, and a tick at the row's median.

    A run that is infinite stands at ``cap`` as an arrow. ``quoted`` are rows of one hollow dot each. In
    ink where it is of no ``family``. Raises ValueError where there is nothing to draw.
    """
    quoted, colour = quoted or {}, FAMILY[family] if family else INK
    if not rows and not quoted:
        raise ValueError("there are no runs to draw")
    ax = plt.figure(figsize=(5.6, 0.75 + 0.36 * (len(rows) + len(quoted)))).add_subplot()
    for row, values in enumerate(rows.values()):
        _draw_runs(ax, row, np.asarray(values, float), cap, colour)
    for row, value in enumerate(quoted.values(), len(rows)):
        ax.scatter(value, row, s=46, color=PAGE, edgecolor=colour, linewidth=1.5, zorder=4)
    ax.axvline(cap, color=INK, linewidth=1, zorder=1)
    ax.annotate(f"{cap} epochs: the end", (cap, -0.62), xytext=(-4, 0), textcoords="offset points",
                ha="right", va="center", color=MUTED, fontsize=10.5, annotation_clip=False)
    known = [value for values in rows.values() for value in values if value < inf]
    least, most = min([cap, *known, *quoted.values()]), max([cap, *quoted.values()])
    ax.set_xscale("log")
    ax.set_yticks(range(len(rows) + len(quoted)), [*rows, *quoted])
    ax.set(xlim=(0.8 * least, 1.35 * most), ylim=(len(rows) + len(quoted) - 0.5, -1), xlabel="epochs")
    ax.set_xticks([tick for tick in TICKS if 0.8 * least <= tick <= 1.35 * most])
    ax.xaxis.set_major_formatter(ScalarFormatter())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="x", which="minor", length=0)
    ax.grid(visible=False)
    return ax


def _draw_runs(ax: Axes, row: int, values: np.ndarray, cap: int, colour: str) -> None:
    """Runs that got there as dots, side by side where they are close; the others as arrows at the cap."""
    order = np.sort(values)
    shifts = 0.22 * (np.arange(len(order)) - (len(order) - 1) / 2) / max(1, (len(order) - 1) / 2)
    there = order < inf
    ax.scatter(order[there], row + shifts[there], s=26, color=colour, linewidth=0, zorder=3)
    for shift in shifts[~there]:
        ax.annotate("", (cap * 1.17, row + shift), (cap, row + shift), zorder=3, annotation_clip=False,
                    arrowprops={"arrowstyle": "-|>,head_length=0.3,head_width=0.15", "color": colour,
                                "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0})
    middle = float(np.median(order)) if len(order) else inf
    if middle < inf:
        ax.plot([middle, middle], [row - 0.34, row + 0.34], color=colour, linewidth=1.4, zorder=2)
