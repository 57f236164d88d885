"""First layers of several networks, one weight as large in all of them."""
from collections.abc import Mapping

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from cvlib.plot.mosaics import mosaic, shades
from cvlib.plot.png import SHARP
from cvlib.plot.style import FAMILY

__all__ = ["kernel_banks"]

WIDTH, DPI = 5.6, 100
HEAD, GAP = 24, 12  # pixels: a name, and below a bank


def kernel_banks(banks: Mapping[str, np.ndarray], *, family: str, columns: int = 12) -> Figure:
    """The kernels (N, 3, K, K) of each of ``banks`` in the order given, ``columns`` a row, under their names;
    an Axes a bank.

    A weight is as large in every bank; each kernel has its own scale of greys, zero is the middle grey.
    """
    sheets = {name: mosaic(shades(np.asarray(kernels)), columns) for name, kernels in banks.items()}
    widest = max(sheet.shape[1] for sheet in sheets.values())
    scale = int(SHARP * WIDTH * DPI) // widest / SHARP  # whole pixels of the file to a weight
    heights = [scale * sheet.shape[0] for sheet in sheets.values()]
    total = sum(heights) + len(sheets) * HEAD + (len(sheets) - 1) * GAP
    figure, top = plt.figure(figsize=(WIDTH, total / DPI), layout="none"), total
    for (name, sheet), height in zip(sheets.items(), heights, strict=True):
        top -= HEAD + height
        ax = figure.add_axes((0, top / total, scale * sheet.shape[1] / DPI / WIDTH, height / total))
        ax.axis("off")
        ax.imshow(sheet, aspect="auto")
        ax.annotate(name, (-0.5, -0.5), xytext=(0, 5), textcoords="offset points", va="bottom",
                    color=FAMILY[family], fontweight="semibold", annotation_clip=False)
        top -= GAP
    return figure
