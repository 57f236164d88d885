"""What is there and what is not, a square each."""
from collections.abc import Mapping

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cvlib.plot.style import FAMILY, HAIR, INK, MUTED, PAGE

__all__ = ["checks"]

SIDE, APART = 0.62, 1.5  # of a square, and between two columns, in rows
TURN = 32  # degrees of the columns' names


def checks(rows: Mapping[str, Mapping[str, bool | None]], *, family: str) -> Axes:
    """A row of squares for each name: full where there is what its column names, empty where not, and a "?"
    where that is not known. Columns are named on top."""
    columns = list(next(iter(rows.values())))
    ax = plt.figure(figsize=(5.6, 0.95 + 0.235 * len(rows))).add_subplot()
    for y, row in enumerate(rows.values()):
        ax.axhline(y, color=HAIR, linewidth=0.8, zorder=1)
        for column, there in enumerate(row.values()):
            x = APART * column
            if there is None:
                ax.text(x, y, "?", ha="center", va="center_baseline", color=MUTED, zorder=3,
                        bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1})
                continue
            ax.add_patch(Rectangle((x - SIDE / 2, y - SIDE / 2), SIDE, SIDE, zorder=2, linewidth=1.1,
                                   facecolor=FAMILY[family] if there else PAGE, edgecolor=FAMILY[family]))
    for column, name in enumerate(columns):
        ax.annotate(name, (APART * column - 0.1, -0.7), rotation=TURN, ha="left", va="bottom", color=INK,
                    rotation_mode="anchor", annotation_clip=False)
    ax.set_yticks(range(len(rows)), list(rows), color=MUTED, fontsize=9.5)
    ax.set(xlim=(-0.7, APART * len(columns)), ylim=(len(rows) - 0.5, -0.6), aspect="equal", anchor="W")
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    return ax
