"""The signs that drawings of networks are made of. A plate is a tensor, resolution high and channels wide."""
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Rectangle
from matplotlib.path import Path

from cvlib.plot.style import INK, INK2, MUTED, PAGE, mix

__all__ = ["TEXT", "canvas", "chip", "lrn_sign", "plate", "shortcut", "sum_sign", "wire"]

TEXT = 11  # points: on a canvas of 5.6 inches it is 9 pixels high on a phone of 360


def canvas(width: float, height: float) -> Axes:
    """An empty drawing whose units are points; ``width`` and ``height`` in inches."""
    figure = plt.figure(figsize=(width, height))
    figure.set_layout_engine("none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, 72 * width), ylim=(0, 72 * height))
    ax.axis("off")
    return ax


def plate(ax: Axes, at: tuple[float, float], size: tuple[float, float], label: str, *, colour=INK2,
          fill=PAGE, above: bool = False, dashed: bool = False) -> None:
    """A tensor, centred at ``at``, its size written below or ``above``; ``dashed`` is one that is not
    there."""
    (x, y), (width, height) = at, size
    corner = (x - width / 2, y - height / 2)
    ax.add_patch(Rectangle(corner, width, height, facecolor=fill, edgecolor=colour, linewidth=1.1, zorder=3,
                           linestyle=(0, (3, 2)) if dashed else "-"))
    ax.text(x, corner[1] + height + 3 if above else corner[1] - 4, label, ha="center",
            va="bottom" if above else "top", fontsize=TEXT, color=MUTED, linespacing=1.05)


def wire(ax: Axes, start: tuple[float, float], end: tuple[float, float], *, colour=INK2) -> None:
    """An arrow from one tensor to the next."""
    ax.annotate("", end, start, zorder=2, arrowprops={
        "arrowstyle": "-|>,head_length=0.3,head_width=0.15", "color": colour, "linewidth": 1.1,
        "shrinkA": 0, "shrinkB": 0})


def lrn_sign(ax: Axes, x: float, y: float, *, colour) -> None:
    """Five channels, the middle one full, and a bracket: whatever looks at its neighbours."""
    for k in range(-2, 3):
        fill = colour if k == 0 else mix(PAGE, colour, 0.22)
        ax.add_patch(Rectangle((x - 3.5, y + 6.4 * k - 2.4), 7, 4.8, facecolor=fill, edgecolor=colour,
                               linewidth=0.7, zorder=4))
    low, high = y - 15.5, y + 15.5
    ax.plot([x + 6, x + 9, x + 9, x + 6], [low, low, high, high], color=colour, linewidth=1.2)


def chip(ax: Axes, at: tuple[float, float], size: tuple[float, float], label: str, *,
         colour: str | None = None) -> None:
    """An operation, centred at ``at``; without a ``colour`` it has no weights, and is of paper."""
    (x, y), (width, height) = at, size
    ax.add_patch(FancyBboxPatch((x - width / 2, y - height / 2), width, height, zorder=3, linewidth=1.1,
                                boxstyle="round,pad=0,rounding_size=3", edgecolor=colour or INK,
                                facecolor=mix(PAGE, colour, 0.16) if colour else PAGE))
    ax.text(x, y, label, ha="center", va="center_baseline", fontsize=TEXT, zorder=4, color=INK)


def sum_sign(ax: Axes, at: tuple[float, float], *, colour: str) -> None:
    """A ring with a plus: two tensors are added."""
    ax.add_patch(Circle(at, 6.5, facecolor=PAGE, edgecolor=colour, linewidth=1.4, zorder=4))
    for dx, dy in ((3, 0), (0, 3)):
        ax.plot([at[0] - dx, at[0] + dx], [at[1] - dy, at[1] + dy], color=colour, linewidth=1.4, zorder=5)


def shortcut(ax: Axes, start: tuple[float, float], end: tuple[float, float], side: float, *, colour: str,
             corner: float = 9.0) -> None:
    """A heavy line that leaves a vertical wire at ``start``, goes down at ``side`` and rejoins at ``end``."""
    (x, top), (_, bottom) = start, end
    path = Path([(x, top), (side - corner, top), (side, top), (side, top - corner), (side, bottom + corner),
                 (side, bottom), (side - corner, bottom), (end[0], bottom)],
                [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3,
                 Path.LINETO])
    ax.add_patch(PathPatch(path, facecolor="none", edgecolor=colour, linewidth=2.4, zorder=2))
