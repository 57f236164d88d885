"""Four networks' losses, a row a mistake: is the pattern the same?"""
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, RULE

__all__ = ["patterns"]

MARKERS = {"alexnet": "s", "vgg": "^", "resnet": "o", "convnext": "D"}
NAMES = {"alexnet": "AlexNet", "vgg": "VGG", "resnet": "ResNet", "convnext": "ConvNeXt"}


def patterns(wanted: tuple[str, Sequence[float]], rows: Sequence[tuple[str, Sequence[float], str]], *,
             axis: str, said: str) -> Axes:
    """``wanted`` (name, losses of the four families) in hollow marks and its values as lines through all
    rows; below it each row's losses, stretched to the same length, in solid marks.

    A row is (name, losses, what is written at its right); ``said`` is what stands over the latter, ``axis``
    names the losses. Raises ValueError for a row of no losses at all, which has no pattern.
    """
    losses = np.asarray(wanted[1], float)
    drawn = [(wanted[0], losses), *((name, _stretched(name, values, losses)) for name, values, _ in rows)]
    ax = plt.figure(figsize=(6.9, 1.1 + 0.36 * len(drawn))).add_subplot()
    for place, (_, values) in enumerate(drawn):
        ax.axhline(place, color=RULE, linewidth=0.5, zorder=1)
        for family, value in zip(FAMILY, values, strict=True):
            ax.scatter(value, place, s=46, marker=MARKERS[family], color=FAMILY[family] if place else PAGE,
                       edgecolor=FAMILY[family], linewidth=1.5, zorder=4)
    _guides(ax, losses, len(rows))
    for place, text in enumerate([said, *(text for _, _, text in rows)]):
        ax.annotate(text, (1, place), xycoords=("axes fraction", "data"), xytext=(110, 0),
                    textcoords="offset points", ha="right", va="center_baseline",
                    color=INK if place else MUTED, fontsize=10.5, annotation_clip=False)
    ax.axvline(0, color=INK, linewidth=1, zorder=1)
    ax.set_yticks(range(len(drawn)), [name for name, _ in drawn])
    ax.set(ylim=(len(rows) + 0.5, -1.1), xlabel=axis)
    ax.grid(visible=False)
    return ax


def _stretched(name: str, values: Sequence[float], wanted: np.ndarray) -> np.ndarray:
    """As long as ``wanted``; raises ValueError where there is nothing to stretch."""
    if not np.any(values):
        raise ValueError(f"{name} costs nobody anything: it has no pattern")
    return np.asarray(values, float) * np.linalg.norm(wanted) / np.linalg.norm(values)


def _guides(ax: Axes, wanted: np.ndarray, rows: int) -> None:
    """A line through all rows at each wanted loss, named above in turn on two levels."""
    pairs = sorted(zip(FAMILY, wanted, strict=True), key=lambda pair: pair[1])
    for level, (family, value) in enumerate(pairs):
        ax.plot([value, value], [0, rows + 0.4], color=FAMILY[family], linewidth=0.8, zorder=1)
        ax.annotate(NAMES[family], (value, 0), xytext=(0, 12 + 13 * (level % 2)), textcoords="offset points",
                    ha="center", color=FAMILY[family], fontweight="semibold", fontsize=10.5)
