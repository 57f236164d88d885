"""Many values a row, each a dot."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import HAIR, colour_of

__all__ = ["strips"]

STACK, MOST = 0.075, 0.8  # of a row: between two dots that would cover each other, and of all of them


def strips(rows: Mapping[str, Sequence[float]], *, family: str, axis: str, limits: tuple[float, float]
           ) -> Axes:
    """A row of dots for each name, their places along ``axis`` as they are; dots too close are stacked.
    ``family`` may be "ink", no network's."""
    ax = plt.figure(figsize=(5.6, 0.62 + 0.62 * len(rows))).add_subplot()
    low, high = limits
    for row, values in enumerate(rows.values()):
        values = np.sort(np.asarray(values, float))
        bins = np.floor((values - low) / (high - low) * 70)
        place = np.array([(bins[:i] == bin).sum() for i, bin in enumerate(bins)])
        many = np.array([(bins == bin).sum() for bin in bins])
        apart = min(STACK, MOST / max(1, many.max() - 1))
        ax.axhline(row, color=HAIR, linewidth=0.8, zorder=1)
        ax.scatter(values, row - apart * (place - (many - 1) / 2), s=14, color=colour_of(family), linewidth=0,
                   alpha=0.85, zorder=2, clip_on=False)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlim=limits, xlabel=axis)
    ax.grid(visible=False)
    return ax
