"""Something of each layer, from the picture to the logits."""
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from cvlib.plot.lines import name_ends
from cvlib.plot.style import FAMILY, GREY, INK, PAGE, mix, name_axis

__all__ = ["by_depth"]


def by_depth(layers: Sequence[str], kinds: Mapping[str, Sequence[float]], *, family: str, label: str,
             named: Sequence[str] | None = None) -> Axes:
    """Up to four lines over ``layers``, each of a kind's values, on a logarithmic scale, named at its end.

    Only the layers in ``named`` are written under the axis, where it is given. Raises ValueError for more
    kinds, and for values that are not positive.
    """
    if len(kinds) > 4:
        raise ValueError(f"four lines can be told apart, not {len(kinds)}")
    if min(min(values) for values in kinds.values()) <= 0:
        raise ValueError("a logarithmic scale has no 0")
    ax = plt.figure(figsize=(5.6, 3.4)).add_subplot()
    colours = (FAMILY[family], mix(PAGE, FAMILY[family], 0.6), INK, GREY)
    places = np.arange(len(layers))
    ends = []
    for (name, values), colour in zip(kinds.items(), colours, strict=False):
        ax.plot(places, np.log10(values), color=colour, marker="o", markersize=4)
        ends.append((np.log10(values[-1]), name, colour))
    shown = [at for at, layer in enumerate(layers) if named is None or layer in named]
    ax.set_xticks(shown, [layers[at] for at in shown])
    low, high = (int(edge) for edge in (np.floor(ax.get_ylim()[0]), np.ceil(ax.get_ylim()[1])))
    step = max(1, (high - low) // 6)
    ticks = [*range(0, low - 1, -step), *range(step, high + 1, step)]
    ax.set_yticks(sorted(ticks), [f"$10^{{{tick}}}$" if tick else "1" for tick in sorted(ticks)])
    ax.set_xlim(-0.4, len(layers) - 0.6)
    name_axis(ax, label)
    name_ends(ax, places[-1], ends)
    return ax
