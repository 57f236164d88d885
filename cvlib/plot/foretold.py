"""What was counted beside what a model foretells, a row a kind."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import GREY, INK, MUTED, RULE

__all__ = ["counted"]


def counted(names: Sequence[str], made: Sequence[Sequence[float]], foretold: Sequence[float], *, axis: str,
            labels: tuple[str, str] = ("counted", "foretold")) -> Axes:
    """A row for each name: the counts of one or more groups as dots, and what is ``foretold`` as a dashed
    stroke, joined by a hairline; at the right the mean count and the other in figures, under ``labels``."""
    ax = plt.figure(figsize=(5.6, 0.86 + 0.4 * len(names))).add_subplot()
    for row, (counts, expected) in enumerate(zip(made, foretold, strict=True)):
        mean = float(np.mean(counts))
        ax.plot([mean, expected], [row, row], color=RULE, linewidth=1.2, zorder=1)
        ax.plot([expected, expected], [row - 0.3, row + 0.3], color=GREY, linewidth=1.6, zorder=2,
                linestyle=(0, (2, 1.4)))
        ax.scatter(counts, [row] * len(counts), s=46, color=INK, linewidth=0, zorder=3)
        _write(ax, row, f"{mean:,.0f}", f"{expected:,.0f}" if expected >= 9.95 else f"{expected:.1f}")
    _write(ax, -0.95, *labels, heads=True)
    ax.set_yticks(range(len(names)), names)
    ax.set(ylim=(len(names) - 0.4, -1.3), xlabel=axis)
    ax.set_xlim(0, 1.04 * max(max(map(max, made)), *foretold))
    ax.grid(visible=False)
    return ax


def _write(ax: Axes, row: float, count: str, expected: str, *, heads: bool = False) -> None:
    """Two columns right of the axes."""
    for text, right, colour, weight in ((count, 48, INK, "semibold"), (expected, 140, MUTED, "normal")):
        ax.annotate(text, (1, row), xycoords=("axes fraction", "data"), xytext=(right, 0), color=colour,
                    textcoords="offset points", ha="right", va="center_baseline", fontsize=10.5,
                    fontweight="semibold" if heads else weight, annotation_clip=False)
