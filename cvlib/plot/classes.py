"""One value a class, a panel a network."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, HAIR, RULE

__all__ = ["by_class"]


def by_class(values: Mapping[str, tuple[str, Sequence[float]]], classes: Sequence[str], *, axis: str,
             limits: tuple[float, float]) -> list[Axes]:
    """Values in the unit that ``axis`` names, (title, one a class) by family, each family in a panel: dots,
    and behind them as ticks the means of all panels."""
    figure, axes = plt.subplots(1, len(values), sharey=True, figsize=(5.6, 0.9 + 0.3 * len(classes)))
    means, rows = np.mean([row for _, row in values.values()], 0), range(len(classes))
    for ax, (family, (title, row)) in zip(axes, values.items(), strict=True):
        ax.hlines(rows, *limits, color=HAIR, linewidth=0.8, zorder=1)
        ax.scatter(means, rows, s=150, marker="|", color=RULE, linewidth=1.6, zorder=2)
        ax.scatter(row, rows, s=40, color=FAMILY[family], linewidth=0, zorder=3)
        ax.annotate(title, (0, 1), xycoords="axes fraction", xytext=(0, 6), textcoords="offset points",
                    color=FAMILY[family], fontweight="semibold", fontsize=10.5)
        ax.set(xlim=limits, ylim=(len(classes) - 0.5, -0.5))
        ax.grid(visible=False)
    axes[0].set_yticks(rows, classes)
    figure.supxlabel(axis, fontsize=11, color=axes[0].xaxis.label.get_color())
    return list(axes)
