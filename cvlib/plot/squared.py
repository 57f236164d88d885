"""What of a picture is kept when it is made square."""
from collections.abc import Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from PIL import Image

from cvlib.plot.style import FAMILY, MUTED, PAGE

__all__ = ["cuts"]

GAP, TEXT = 90, 44  # pixels of the pictures: between a picture and what is made of it, and a line below


def cuts(before: Sequence[Image.Image], after: Sequence[Image.Image], *, family: str) -> Axes:
    """A picture a row, and right of it the square that was made of it, all to one scale; the centred square
    that is kept is outlined, what is cut off pale, and sizes are written below in pixels."""
    middle = max(image.width for image in before)
    wide = middle + GAP + max(image.width for image in after)
    rows = [max(a.height, b.height) + TEXT for a, b in zip(before, after, strict=True)]
    figure = plt.figure(figsize=(5.6, 5.6 * sum(rows) / wide), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, wide), ylim=(sum(rows), 0))
    ax.axis("off")
    for row, (image, square) in enumerate(zip(before, after, strict=True)):
        top, right = sum(rows[:row]), wide - square.width
        left = middle - image.width
        _kept(ax, image, (left, top), FAMILY[family])
        ax.imshow(square, extent=(right, wide, top + square.height, top), interpolation="antialiased")
        for x, drawn in ((left, image), (right, square)):
            ax.text(x, top + drawn.height + 8, f"{drawn.width} × {drawn.height}", va="top", color=MUTED)
        ax.annotate("", (right - 12, top + square.height / 2), (right - GAP + 12, top + square.height / 2),
                    arrowprops={"arrowstyle": "-|>", "color": MUTED, "linewidth": 1.1})
    ax.set(xlim=(0, wide), ylim=(sum(rows), 0))
    return ax


def _kept(ax: Axes, image: Image.Image, at: tuple[float, float], colour: str) -> None:
    """The picture, what will be cut off from it under a veil, and the outline of the rest."""
    (start, top), (wide, high), side = at, image.size, min(image.size)
    left, above = (wide - side) / 2, (high - side) / 2
    ax.imshow(image, extent=(start, start + wide, top + high, top), interpolation="antialiased")
    for x, y, width, height in ((0, 0, left, high), (wide - left, 0, left, high), (0, 0, wide, above),
                                (0, high - above, wide, above)):
        ax.add_patch(Rectangle((start + x, top + y), width, height, color=PAGE, alpha=0.55, linewidth=0))
    ax.add_patch(Rectangle((start + left, top + above), side, side, fill=False, edgecolor=colour,
                           linewidth=2))
