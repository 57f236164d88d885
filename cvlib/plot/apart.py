"""Two values a row and what lies between them."""
from collections.abc import Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, RULE

__all__ = ["dumbbells"]


def dumbbells(names: Sequence[str], families: Sequence[str], left: Sequence[float], right: Sequence[float], *,
              ends: tuple[str, str], axis: str, quoted: bool = True) -> Axes:
    """A row for each name: a mark at ``left``, one at ``right``, hollow where they are ``quoted``, a line
    between them and at its right how far they are apart, in the unit of ``axis``. ``ends`` name the two sides
    over the first row."""
    ax = plt.figure(figsize=(5.6, 0.85 + 0.42 * len(names))).add_subplot()
    for row, (family, start, end) in enumerate(zip(families, left, right, strict=True)):
        colour = FAMILY[family]
        ax.plot([start, end], [row, row], color=RULE, linewidth=1, zorder=1)
        ax.scatter([start, end], [row, row], s=52, facecolor=PAGE if quoted else colour, edgecolor=colour,
                   linewidth=1.5, zorder=3)
        ax.annotate(f"{end - start:+.1f}".replace("-", "−"), (1, row), xycoords=("axes fraction", "data"),
                    xytext=(38, 0), textcoords="offset points", ha="right", va="center_baseline", color=INK,
                    fontweight="semibold", annotation_clip=False)
    for text, value, side in zip(ends, (left[0], right[0]), ("right", "left"), strict=True):
        ax.annotate(text, (value, 0), xytext=(5 if side == "right" else -5, 11), textcoords="offset points",
                    ha=side, color=MUTED, fontsize=10.5)
    ax.set_yticks(range(len(names)), names)
    ax.set(ylim=(len(names) - 0.5, -0.9), xlabel=axis)
    ax.grid(visible=False)
    return ax
