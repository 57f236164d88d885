"""How long something may take: from the shortest to the longest, dashed, since nobody has done it."""
from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, HAIR, INK, MUTED

__all__ = ["spans"]

TICKS = {1: "an hour", 24: "a day", 168: "a week", 730: "a month", 8766: "a year"}  # hours


def spans(groups: Sequence[tuple[str, str, Mapping[str, tuple[float, float]]]]) -> Axes:
    """Groups of (title, family, {row: shortest and longest, in hours}): a dashed line a row, on a scale where
    equal steps are equal factors."""
    rows = sum(len(group) for *_, group in groups)
    ax = plt.figure(figsize=(5.6, 0.6 + 0.29 * (rows + 1.2 * len(groups)))).add_subplot()
    place, ticks = 0.0, []
    for title, family, group in groups:
        ax.annotate(title, (0, place), xycoords=("axes fraction", "data"), va="center_baseline", color=INK,
                    fontweight="semibold", fontsize=10.5)
        for name, (short, long) in group.items():
            place += 1
            ticks.append((place, name))
            ax.plot([short, long], [place, place], color=FAMILY[family],
                    linestyle=(0, (2, 1.2)), dash_capstyle="butt")
            ax.annotate(f"{_time(short)} to {_time(long)}", (1, place), xycoords=("axes fraction", "data"),
                        xytext=(112, 0), textcoords="offset points", ha="right", va="center_baseline",
                        color=MUTED, fontsize=10.5, annotation_clip=False)
        place += 1.2
    ax.set_yticks(*zip(*ticks, strict=True))
    ax.set(xscale="log", ylim=(place - 0.7, -0.6))
    low, high = ax.get_xlim()
    shown = {hours: name for hours, name in TICKS.items() if low < hours < high}
    ax.set_xticks(list(shown), list(shown.values()))
    ax.minorticks_off()
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x", color=HAIR)
    return ax


def _time(hours: float) -> str:
    """In the unit in which a person counts: 8 h, 3 d, 5 wk, 2 yr."""
    for unit, length, most in (("h", 1, 48), ("d", 24, 21), ("wk", 168, 104)):
        if hours < most * length:
            return f"{hours / length:.2g} {unit}" if hours / length < 10 else f"{hours / length:.0f} {unit}"
    return f"{hours / 8766:.1f} yr"
