"""Pictures and those that were found to be most like them."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cvlib.plot.style import INK, MUTED

__all__ = ["retrievals"]

WIDTH, GAP, LEAD = 7.0, 0.06, 0.14  # inches: the figure, between two pictures, behind the first column
LINE = 0.2  # inches: a row's name


def retrievals(queries: Sequence[np.ndarray], found: Mapping[str, Sequence[Sequence[np.ndarray]]],
               same: Mapping[str, np.ndarray], *, lift: float = 0.16) -> Figure:
    """For each of ``queries`` (H, W, 3) a row by every name of ``found``: the pictures that it found, as many
    by each name, and the query itself at the left of the first of its rows.

    Where ``same`` (queries, k) says that a picture is of another class than the query, it is struck through.
    Between the rows of two queries lie ``lift`` inches.
    """
    columns = 1 + len(next(iter(found.values()))[0])
    side = (WIDTH - LEAD - GAP * (columns - 1)) / columns
    block = len(found) * (LINE + side) + lift
    high = block * len(queries) - lift
    figure = plt.figure(figsize=(WIDTH, high), layout="none")
    for i, query in enumerate(queries):
        for row, (name, pictures) in enumerate(found.items()):
            top = high - i * block - row * (LINE + side) - LINE
            left = side + GAP + LEAD
            figure.text(left / WIDTH, (top + 0.05) / high, name, color=MUTED, fontsize=10.5)
            for column, picture in enumerate([query, *pictures[i]] if row == 0 else [None, *pictures[i]]):
                if picture is not None:
                    x = column * (side + GAP) + (LEAD if column else 0)
                    ax = figure.add_axes((x / WIDTH, (top - side) / high, side / WIDTH, side / high))
                    _draw(ax, picture, struck=column > 0 and not same[name][i][column - 1])
    return figure


def _draw(ax, picture: np.ndarray, *, struck: bool) -> None:
    ax.axis("off")
    ax.imshow(picture)
    if struck:
        ax.add_patch(Rectangle((0, 0), 1, 1, transform=ax.transAxes, fill=False, edgecolor=INK, linewidth=3))
        ax.plot([0, 1], [0, 1], color=INK, linewidth=2, transform=ax.transAxes)
