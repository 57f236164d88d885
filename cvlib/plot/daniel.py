"""Effects against what noise alone would look like (Daniel 1959, doi:10.1080/00401706.1959.10489866)."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.intervals import estimates
from cvlib.plot.style import FAMILY, GREY, HAIR, MUTED, RULE, name_axis

__all__ = ["normal_plot"]


def normal_plot(names: Sequence[str], effects: Sequence[float], scores: Sequence[float], margin: float, *,
                family: str, axis: str) -> Axes:
    """``effects``, in the unit that ``axis`` names, over their normal ``scores``: those of noise lie on a
    line.

    Beyond ``margin``, of either sign, an effect is told from noise: it is a dot in the family's colour with
    its name, the others are grey. The line is the one that a fit through the effects within the margin gives.
    Without effects there is one empty row, "not run yet".
    """
    if not len(names):
        return estimates(["not run yet"], [np.nan], [np.nan], [np.nan], family=family, axis=axis)
    ax = plt.figure(figsize=(5.6, 4.2)).add_subplot()
    x, y = np.asarray(effects, dtype=float), np.asarray(scores, dtype=float)
    beyond = np.abs(x) > margin
    if (~beyond).sum() > 1:
        slope = (x[~beyond] @ y[~beyond]) / (y[~beyond] @ y[~beyond])
        ends = np.array([-2.4, 2.4])
        ax.plot(slope * ends, ends, color=RULE, linewidth=1, zorder=1)
    ax.axvspan(-margin, margin, color=HAIR, alpha=0.5, linewidth=0, zorder=0)
    ax.scatter(x, y, s=30, color=np.where(beyond, FAMILY[family], GREY), zorder=3)
    for name, effect, score in zip(np.asarray(names)[beyond], x[beyond], y[beyond], strict=True):
        side = 1 if effect > 0 else -1
        ax.annotate(name, (effect, score), xytext=(-7 * side, 0), textcoords="offset points",
                    color=FAMILY[family], ha="right" if side > 0 else "left", va="center_baseline",
                    fontsize=10.5)
    ax.set(xlabel=axis)
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=1)
    name_axis(ax, "where noise alone would put it, in standard deviations")
    return ax
