"""Quantiles on a logarithmic scale, a row each."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, GREY, INK, MUTED, SURFACE

__all__ = ["spreads"]

FLOOR = 3e-7  # what is smaller, or 0, is drawn here


def spreads(rows: Sequence[Sequence[tuple[str, str, Sequence[float]]]], titles: Sequence[str], *, family: str,
            band: float, axis: str) -> list[Axes]:
    """A panel for each of ``titles``, one under the other, and in it a row for each (name, time, values).

    ``values`` are quantiles in equal steps, the median in their middle. The thin line runs from the first to
    the last, the thick one holds the middle half, the dot is the median; grey where ``time`` is "start", the
    family's colour otherwise. What lies below ``band`` is shaded. Returns the panels.
    """
    count = len(rows[0])
    height = 0.55 + len(titles) * (0.42 + 0.27 * count)
    panels = plt.subplots(len(titles), 1, sharex=True, squeeze=False, figsize=(5.6, height))[1]
    for ax, title, panel in zip(panels[:, 0], titles, rows, strict=True):
        ax.axvspan(FLOOR / 2, band, color=SURFACE, zorder=0, linewidth=0)
        ax.axvline(band, color=INK, linewidth=1, zorder=1)
        for place, (_, time, values) in enumerate(panel):
            _row(ax, place, values, GREY if time == "start" else FAMILY[family])
        ax.set_yticks(range(count), [f"{name}, {time}" for name, time, _ in panel])
        ax.set(xscale="log", xlim=(FLOOR / 2, 30), ylim=(count - 0.4, -0.6))
        ax.set_title(title, loc="left", fontsize=11, color=INK, fontweight="semibold")
        ax.grid(visible=False)
        ax.minorticks_off()
    ax.set_xticks([1e-6, 1e-4, 1e-2, 1], ["0.000001", "0.0001", "0.01", "1"])
    ax.set_xlabel(axis, color=MUTED)
    return list(panels[:, 0])


def _row(ax: Axes, place: int, values: Sequence[float], colour) -> None:
    values = np.maximum(values, FLOOR)
    low, first, middle, third, high = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    ax.plot([low, high], [place, place], color=colour, linewidth=1.2)
    ax.plot([first, third], [place, place], color=colour, linewidth=5, solid_capstyle="butt")
    ax.scatter(middle, place, s=40, color=colour, edgecolor="white", linewidth=1, zorder=3)
