"""Things counted, a square each."""
from collections.abc import Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from cvlib.plot.style import FAMILY, GREY, INK, MUTED, PAGE, mix

__all__ = ["tally"]

SIDE, GAP = 0.78, 0.22  # of a square, and between two


def tally(names: Sequence[str], counts: Sequence[Sequence[int]], parts: Sequence[str], *, family: str,
          columns: int = 20) -> Axes:
    """A row of squares for each name, as many as its ``counts`` (names, up to three parts), in lines of
    ``columns``; the total stands at the right.

    The first part is full, the second tinted, the third an outline. ``parts`` are named above.
    """
    lines = [max(1, -(-sum(row) // columns)) for row in counts]
    height = sum(lines) + 0.7 * len(names) + 0.6
    ax = plt.figure(figsize=(5.6, 0.225 * height + 0.1)).add_subplot()
    colour = FAMILY[family]
    fills = ((colour, colour), (mix(PAGE, colour, 0.3), colour), (PAGE, GREY))[:len(parts)]
    _key(ax, parts, fills)
    top = 1.6
    for name, row, high in zip(names, counts, lines, strict=True):
        looks = [look for look, count in zip(fills, row, strict=True) for _ in range(count)]
        for i, look in enumerate(looks):
            _square(ax, i % columns, top + i // columns, look)
        ax.text(-0.6, top + SIDE / 2, name, ha="right", va="center_baseline", color=MUTED, fontsize=10.5)
        ax.text(columns + 0.4, top + SIDE / 2, str(sum(row)), ha="left", va="center_baseline", color=INK,
                fontweight="semibold", fontsize=10.5)
        top += high + 0.7
    ax.set(xlim=(-7.5, columns + 1.6), ylim=(height + 0.6, -0.2), aspect="equal")
    ax.axis("off")
    return ax


def _square(ax: Axes, x: float, y: float, look: tuple) -> None:
    fill, edge = look
    ax.add_patch(Rectangle((x, y), SIDE, SIDE, facecolor=fill, edgecolor=edge, linewidth=1))


def _key(ax: Axes, parts: Sequence[str], fills: Sequence[tuple]) -> None:
    x = 0.0
    for part, look in zip(parts, fills, strict=True):
        _square(ax, x, 0, look)
        ax.text(x + 1.05, SIDE / 2, part, va="center_baseline", color=MUTED, fontsize=10.5)
        x += 2.6 + 0.45 * len(part)
