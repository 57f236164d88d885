"""From what should be to what is."""
from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE

__all__ = ["gaps"]


def gaps(groups: Mapping[str, Sequence[tuple[str, str, float, float]]], *, ends: tuple[str, str], axis: str
         ) -> Axes:
    """Groups of rows, each with a line from its first value to its second, both hollow, since both are
    quoted, and the difference at its right.

    A group is a title and rows of (name, family, first, second); ``ends`` says in words what the two are, and
    ``axis`` names the values and their unit.
    """
    rows = sum(len(group) for group in groups.values())
    ax = plt.figure(figsize=(5.6, 0.7 + 0.3 * (rows + 1.2 * len(groups)))).add_subplot()
    place, ticks = 0.0, []
    for title, group in groups.items():
        ax.annotate(title, (0, place), xycoords=("axes fraction", "data"), va="center_baseline", color=INK,
                    fontweight="semibold", fontsize=10.5)
        for name, family, first, second in group:
            place += 1
            ticks.append((place, name))
            _row(ax, place, FAMILY[family], first, second)
        if place == len(group):
            _name_ends(ax, group[0], ends)
        place += 1.3
    ax.set_yticks(*zip(*ticks, strict=True))
    ax.set(ylim=(place - 0.7, -0.7), xlabel=axis)
    ax.grid(visible=False)
    return ax


def _row(ax: Axes, place: float, colour: str, first: float, second: float) -> None:
    ax.annotate("", (second, place), (first, place), arrowprops={
        "arrowstyle": "-|>,head_length=0.4,head_width=0.18", "color": colour, "linewidth": 1.6,
        "shrinkA": 5, "shrinkB": 5}, zorder=2)
    ax.scatter([first, second], [place, place], s=[46, 46], facecolor=PAGE, edgecolor=colour, linewidth=1.5,
               zorder=3)
    ax.annotate(f"−{first - second:.1f}", (1, place), xycoords=("axes fraction", "data"), xytext=(40, 0),
                textcoords="offset points", ha="right", va="center_baseline", color=INK,
                fontweight="semibold", fontsize=10.5, annotation_clip=False)


def _name_ends(ax: Axes, row: tuple, ends: tuple[str, str]) -> None:
    """In words over the first row."""
    for text, value, side in zip(ends, row[2:], ("left", "right"), strict=True):
        ax.annotate(text, (value, 1), xytext=(0, 9), textcoords="offset points", ha=side, color=MUTED,
                    fontsize=10.5)
