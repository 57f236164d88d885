"""Two shares of the same thing, a row each."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, INK, RULE

__all__ = ["paired_shares"]


def paired_shares(names: Sequence[str], shares: dict[str, Sequence[float]], *, family: str) -> Axes:
    """Two shares a row, in per cent: the first as a dot, the second as a square, joined by a hairline."""
    ax = plt.figure(figsize=(5.6, 3.4)).add_subplot()
    rows, colour = np.arange(len(names)), FAMILY[family]
    first, second = (100 * np.asarray(values, float) for values in shares.values())
    ax.hlines(rows, first, second, color=RULE, linewidth=1.2, zorder=1)
    for values, marker, fill in ((first, "o", colour), (second, "s", INK)):
        ax.scatter(values, rows, s=38, marker=marker, color=fill, zorder=2)
    for label, values, fill in zip(shares, (first, second), (colour, INK), strict=True):
        ax.annotate(label, (values[0], 0), xytext=(0, 10), textcoords="offset points", ha="center",
                    color=fill, fontweight="semibold", annotation_clip=False)
    ax.set_yticks(rows, names)
    ax.set(ylim=(len(names) - 0.5, -1.1), xlim=(-1.5, None), xlabel="% of the network")
    ax.grid(visible=False)
    return ax
