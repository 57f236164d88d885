"""Bars made of parts, against a limit."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, mix

__all__ = ["stacked"]

LINE = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0}  # from a name down


def stacked(names: Sequence[str], parts: Mapping[str, Sequence[float]], *, family: str, axis: str,
            limit: tuple[float, str] | None = None) -> Axes:
    """A bar a row, whose ``parts`` stand one behind the other and are named over the first bar, each at a
    line where it begins; the whole is written at the bar's end. ``limit`` is a line in ink with a name;
    ``axis`` names the unit."""
    ax = plt.figure(figsize=(5.6, 1.1 + 0.5 * len(names))).add_subplot()
    rows, start = np.arange(len(names)), np.zeros(len(names))
    for i, (label, values) in enumerate(parts.items()):
        fill = mix(PAGE, FAMILY[family], (1 - i / len(parts)) ** 1.5)
        ax.barh(rows, values, 0.56, left=start, color=fill, edgecolor=FAMILY[family], linewidth=1.1)
        ax.annotate(label, (start[0], -0.28), xytext=(4, 4 + 13 * (len(parts) - 1 - i)), ha="left",
                    textcoords="offset points", color=MUTED, fontsize=10.5, annotation_clip=False)
        ax.annotate("", (start[0], -0.28), xytext=(0, 13 * (len(parts) - i)), textcoords="offset points",
                    arrowprops=LINE)
        start = start + np.asarray(values, float)
    for row, whole in zip(rows, start, strict=True):
        ax.annotate(f"{whole:.2f}", (whole, row), xytext=(6, 0), textcoords="offset points", ha="left",
                    va="center_baseline", fontweight="semibold", fontsize=10.5)
    if limit:
        ax.axvline(limit[0], color=INK, linewidth=1)
        ax.annotate(limit[1], (limit[0], rows[-1] + 0.42), xytext=(-5, 0), textcoords="offset points",
                    ha="right", va="center_baseline", fontsize=10.5)
    ax.set_yticks(rows, names)
    ax.set(ylim=(len(names) - 0.35, -0.4 - 0.36 * len(parts)), xlabel=axis,
           xlim=(0, 1.04 * max([*start, (limit or (0,))[0]])))
    ax.grid(visible=False)
    return ax
