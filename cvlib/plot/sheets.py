"""Sheets of pictures."""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from cvlib.plot.png import small_png
from cvlib.plot.style import MUTED, PAGE

__all__ = ["in_colours", "in_ink", "pictures", "sheet"]

WIDTH, GAP = 5.6, 0.1  # inches: the sheet, and between two pictures
SIGNED = ("#0D2F5C", "#1F5FA8", "#9DBCE0", PAGE, "#E9B184", "#B4560F", "#5A2600")
TEXT, LINE = 12, 0.2  # points, and inches a line: on a phone of 360 pixels the text is 9.8 high


def in_ink(values, most: float) -> np.ndarray:
    """(H, W) values as a grey picture (H, W, 3): 0 and less is white, ``most`` and above black."""
    grey = np.rint(255 * (1 - np.clip(np.asarray(values) / float(most), 0, 1))).astype(np.uint8)
    return np.stack([grey] * 3, axis=-1)


def in_colours(values, most: float) -> np.ndarray:
    """(H, W) signed values as a picture (H, W, 3): 0 is paper, ``-most`` and below the deepest blue, ``most``
    and above the deepest rust."""
    colours = LinearSegmentedColormap.from_list("signed", SIGNED)
    return colours(np.asarray(values, float) / (2 * float(most)) + 0.5, bytes=True)[..., :3]


def pictures(images: Sequence, titles: Sequence[str], *, columns: int = 3):
    """A sheet of pictures (PIL images or arrays) with a title of one or more lines under each.

    It comes as an IPython Image.
    """
    from IPython.display import Image as Displayed

    figure = sheet(images, titles, columns=columns)
    plt.close(figure)
    return Displayed(small_png(figure), width=round(figure.dpi * figure.get_figwidth()))


def sheet(images: Sequence, titles: Sequence[str], *, columns: int = 3) -> Figure:
    """The figure of `pictures`, with an Axes a picture."""
    rows, lines = -(-len(images) // columns), 1 + max(title.count("\n") for title in titles)
    side, text = (WIDTH + GAP) / columns, 0.1 + LINE * lines
    height = rows * (side + text)
    figure = plt.figure(figsize=(WIDTH, height), layout="none")
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        row, column = divmod(i, columns)
        top = height - row * (side + text)
        ax = figure.add_axes((column * side / WIDTH, (top - side + GAP) / height, (side - GAP) / WIDTH,
                              (side - GAP) / height))
        ax.axis("off")
        ax.imshow(image)
        ax.annotate(title, (0, 0), xycoords="axes fraction", xytext=(0, -4), textcoords="offset points",
                    va="top", fontsize=TEXT, color=MUTED)
    return figure
