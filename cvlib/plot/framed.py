"""How much of a picture a network is shown."""
from collections.abc import Mapping

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from PIL import Image

from cvlib.plot.style import FAMILY, PAGE

__all__ = ["centred_squares"]

LABEL = {"boxstyle": "square,pad=0.2", "facecolor": PAGE, "edgecolor": "none", "alpha": 0.9}


def centred_squares(image: Image.Image, squares: Mapping[str, tuple[str, float]]) -> Axes:
    """The picture, and outlined in it a centred square for each name: (family, side in the picture's pixels).
    The smallest comes first, and its name stands inside; the others' stand outside."""
    figure = plt.figure(figsize=(5.6, 5.6 * image.height / image.width), layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.imshow(image, extent=(0, image.width, image.height, 0), interpolation="antialiased")
    for place, (name, (family, side)) in enumerate(squares.items()):
        left, top = (image.width - side) / 2, (image.height - side) / 2
        ax.add_patch(Rectangle((left, top), side, side, fill=False, edgecolor=FAMILY[family], linewidth=2.4))
        ax.annotate(name, (left + side, image.height / 2), xytext=(-7 if place == 0 else 7, 0), va="center",
                    textcoords="offset points", ha="right" if place == 0 else "left", color=FAMILY[family],
                    fontweight="semibold", bbox=LABEL)
    ax.set(xlim=(0, image.width), ylim=(image.height, 0))
    ax.axis("off")
    return ax
