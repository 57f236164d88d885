"""Single values, a row a kind."""
from collections.abc import Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, INK, PAGE, RULE

__all__ = ["dots"]


def dots(groups: Sequence[tuple[str, Sequence[tuple[str, Sequence[float]]]]], *, family: str, axis: str,
         quoted: bool = False) -> Axes:
    """Groups of rows, each row a name and its values, every value a dot; ``quoted`` ones are hollow.

    A group is (its title, rows); ``axis`` names the values and their unit.
    """
    rows = sum(len(group) for _, group in groups)
    ax = plt.figure(figsize=(5.6, 0.6 + 0.29 * (rows + 1.2 * len(groups)))).add_subplot()
    colour, place, ticks = FAMILY[family], 0.0, []
    for title, group in groups:
        ax.annotate(title, (0, place), xycoords=("axes fraction", "data"), va="center_baseline", color=INK,
                    fontweight="semibold", fontsize=10.5)
        for name, values in group:
            place += 1
            ticks.append((place, name))
            ax.axhline(place, color=RULE, linewidth=0.5, zorder=1)
            ax.scatter(values, [place] * len(values), s=52, facecolor=PAGE if quoted else colour,
                       edgecolor=colour, linewidth=1.5, zorder=3)
        place += 1.2
    ax.set_yticks(*zip(*ticks, strict=True))
    ax.set(ylim=(place - 0.7, -0.6), xlabel=axis)
    ax.grid(visible=False)
    return ax
