"""From where to where something is possible, and how much of that counts."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import GREY, INK, MUTED, RULE

__all__ = ["reaches"]


def reaches(names: Sequence[str], starts: Sequence[float], counted: Sequence[float], ends: Sequence[float], *,
            axis: str, bands: Mapping[str, tuple[float, float]], says: Sequence[str]) -> Axes:
    """A row a name: a thin line of all that is possible, from ``starts`` to ``ends``, and a thick one over
    the part that counts, up to ``counted`` (NaN: none of it).

    ``bands`` are ranges to compare with, shaded, darker where two overlap, and named above; ``says`` stands
    at the end of each row.
    """
    ax = plt.figure(figsize=(5.6, 1.15 + 0.4 * len(names))).add_subplot()
    for place, (name, (low, high)) in enumerate(bands.items()):
        ax.axvspan(low, high, color=RULE, alpha=0.4, linewidth=0, zorder=0)
        ax.annotate(name, ((low + high) / 2, 1), xycoords=("data", "axes fraction"), ha="center", va="bottom",
                    xytext=(0, 3 + 14 * (len(bands) - 1 - place)), textcoords="offset points", color=MUTED,
                    fontsize=10.5)
    for row, (start, limit, end, said) in enumerate(zip(starts, counted, ends, says, strict=True)):
        ax.plot([start, end], [row, row], color=GREY, linewidth=1, zorder=2)
        if np.isfinite(limit):
            ax.plot([start, limit], [row, row], color=INK, linewidth=4, solid_capstyle="butt", zorder=3)
        ax.annotate(said, (1, row), xycoords=("axes fraction", "data"), xytext=(8, 0), ha="left",
                    textcoords="offset points", va="center_baseline", color=INK, fontsize=10.5,
                    annotation_clip=False)
    ax.set_yticks(range(len(names)), names)
    ax.set(ylim=(len(names) - 0.5, -0.5), xlim=(0, 1.02 * max(ends)), xlabel=axis)
    ax.grid(visible=False)
    return ax
