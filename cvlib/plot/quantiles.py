"""Histograms of quantiles on a logarithmic scale, a row and a column each."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, GREY, INK, MUTED, RULE

__all__ = ["histograms"]

BELOW, ABOVE = 7, 6  # bins of half a decade to the left and to the right of the limit
TALL = 0.45  # the share that fills a row; a bar that would be higher is cut


def histograms(groups: Sequence[tuple[str, Sequence[tuple[str, Sequence[Sequence[float]]]]]],
               columns: Sequence[str], *, family: str, limit: float, axis: str) -> list[list[Axes]]:
    """Rows in groups, each a title and its (name, values), where the values are equally probable quantiles,
    one list for each of ``columns``.

    Bars hold half a decade, in the family's colour beyond ``limit`` and grey before it; how much lies beyond
    it is written at the right. What is smaller than all bins, 0 among it, stands in a bar of its own at the
    left. Returns the panels, a list a row.
    """
    rows = [(title if i == 0 else "", name, values) for title, group in groups
            for i, (name, values) in enumerate(group)]
    figure, panels = plt.subplots(
        len(rows), len(columns), sharex=True, squeeze=False,
        figsize=(5.6, 0.62 + 0.42 * len(rows) + 0.22 * len(groups)),
        gridspec_kw={"height_ratios": [1.6 if title else 1 for title, *_ in rows]})
    edges = np.arange(-BELOW, ABOVE + 1)
    for line, (title, name, each) in zip(panels, rows, strict=True):
        for ax, values in zip(line, each, strict=True):
            _bars(ax, 2 * np.log10(np.maximum(values, 1e-12) / limit), edges, FAMILY[family])
            ax.set(ylim=(0, TALL * (1.6 if title else 1)), yticks=[])
        line[0].set_yticks([TALL / 3], [name])
        line[0].annotate(title, (0, 1), xycoords="axes fraction", va="top", fontweight="semibold")
    for ax, text in zip(panels[0], columns, strict=True):
        ax.set_title(text, loc="right", fontsize=11, color=MUTED)
    marks = [1e-4, 1e-2, 1]
    places = [-BELOW - 1, *2 * np.log10(np.array(marks) / limit)]
    panels[0, 0].set_xticks(places, ["0", *(f"{mark:g}" for mark in marks)])
    for ax in panels[:-1].flat:
        ax.tick_params(bottom=False)
    figure.supxlabel(axis, color=MUTED, fontsize=11)
    return [list(line) for line in panels]


def _bars(ax: Axes, places: np.ndarray, edges: np.ndarray, colour) -> None:
    shares = np.histogram(places, edges)[0] / len(places)
    colours = [GREY if left < 0 else colour for left in edges[:-1]]
    ax.bar(edges[:-1], shares, 0.92, align="edge", color=colours)
    ax.bar(edges[0] - 1, np.mean(places < edges[0]), 0.92, align="center", color=RULE)
    ax.axvline(0, color=INK, linewidth=1)
    ax.annotate(f"{100 * np.mean(places > 0):.0f} %", (1, TALL / 3), xycoords=("axes fraction", "data"),
                ha="right", va="center", fontsize=10.5, color=INK)
    ax.grid(visible=False)
