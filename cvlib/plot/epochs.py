"""What runs do from epoch to epoch."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY

__all__ = ["curves"]


def curves(runs: Sequence[Sequence[float]], *, family: str, label: str, ax: Axes | None = None) -> Axes:
    """One value an epoch: every run a thin line, their mean a thick one, named at its end."""
    ax = ax or plt.figure().add_subplot()
    values, colour = np.asarray(runs, float), FAMILY[family]
    epochs = np.arange(1, values.shape[1] + 1)
    if len(values) > 1:
        ax.plot(epochs, values.T, color=colour, linewidth=0.8, alpha=0.8)
    mean = values.mean(0)
    ax.plot(epochs, mean, color=colour)
    ax.annotate(label, (epochs[-1], mean[-1]), xytext=(6, 0), textcoords="offset points", va="center",
                color=colour, fontweight="semibold", annotation_clip=False)
    ax.set_xlabel("epoch")
    return ax
