"""The signs that drawings of networks are made of. A plate is a tensor, resolution high and channels wide."""
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cvlib.plot.style import INK2, MUTED, PAGE, mix

__all__ = ["TEXT", "canvas", "lrn_sign", "plate", "wire"]

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
