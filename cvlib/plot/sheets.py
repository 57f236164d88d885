"""Sheets of pictures."""
from collections.abc import Sequence
from io import BytesIO

from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from cvlib.plot.style import MUTED

__all__ = ["pictures", "sheet"]


def pictures(images: Sequence, titles: Sequence[str], *, columns: int = 6):
    """A sheet of pictures (PIL images or arrays) with a title of one or more lines under each.

    It comes as an IPython Image in a palette of 256 colours: drawn grain in full colour weighs four times as
    much.
    """
    from IPython.display import Image as Displayed

    figure, stored = sheet(images, titles, columns=columns), BytesIO()
    figure.savefig(stored, dpi=200)
    plt.close(figure)
    small, width = BytesIO(), round(100 * figure.get_figwidth())
    Image.open(stored).convert("RGB").quantize(256).save(small, "PNG", optimize=True)
    return Displayed(small.getvalue(), width=width)


def sheet(images: Sequence, titles: Sequence[str], *, columns: int = 6) -> Figure:
    """The figure of `pictures`, with an Axes a picture."""
    rows, lines = -(-len(images) // columns), 1 + max(title.count("\n") for title in titles)
    side, text = (5.6 + 0.1) / columns, 0.14 + 0.17 * lines  # inches; the gap between pictures is 0.1
    height = rows * (side + text)
    figure = plt.figure(figsize=(5.6, height), layout="none")
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        row, column = divmod(i, columns)
        top = height - row * (side + text)
        ax = figure.add_axes((column * side / 5.6, (top - side + 0.1) / height, (side - 0.1) / 5.6,
                              (side - 0.1) / height))
        ax.axis("off")
        ax.imshow(image)
        ax.text(0, -0.06, title, transform=ax.transAxes, va="top", fontsize=10, color=MUTED)
    return figure
