"""What averages of more and more networks come to."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from cvlib.plot.style import FAMILY, INK, name_axis

__all__ = ["averages"]


def averages(counts: Sequence[int], errors: Mapping[str, Sequence[np.ndarray]], *, family: str, label: str,
             axis: str = "networks averaged") -> Axes:
    """For each name the ``errors`` of all choices of as many networks as ``counts`` say, an array a count:
    their mean a line with marks, their least and greatest a tint. Up to two names, the second in ink.

    Raises ValueError for more, or where a count has no errors.
    """
    if len(errors) > 2:
        raise ValueError(f"two lines can be told apart, not {len(errors)}")
    ax = plt.figure().add_subplot()
    for (name, choices), colour in zip(errors.items(), (FAMILY[family], INK), strict=False):
        least, mean, most = (np.array([part(one) for one in choices]) for part in (np.min, np.mean, np.max))
        ax.fill_between(counts, least, most, color=colour, alpha=0.14, linewidth=0)
        ax.plot(counts, mean, color=colour, marker="o", markersize=4.5)
        ax.annotate(name, (counts[-1], mean[-1]), xytext=(6, 0), textcoords="offset points", va="center",
                    color=colour, fontweight="semibold", annotation_clip=False)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_xlabel(axis)
    name_axis(ax, label)
    return ax
