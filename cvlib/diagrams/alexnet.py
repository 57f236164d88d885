"""AlexNet on its two GPUs."""
from collections.abc import Sequence
from math import sqrt

from matplotlib.axes import Axes

from cvlib.cost import LayerCost
from cvlib.diagrams.alphabet import canvas, lrn_sign, plate, wire
from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, mix

__all__ = ["towers"]

COLUMNS = {"conv1": 82, "conv2": 150, "conv3": 226, "conv4": 283, "conv5": 338, "fc6": 390, "fc7": 433,
           "fc8": 478}  # where each layer stands, in points
KERNELS = {"conv1": "11×11, stride 4", "conv2": "5×5", "conv3": "3×3", "conv4": "3×3", "conv5": "3×3"}
MEET = ("conv1", "conv3", "fc6", "fc7", "fc8")  # layers that read whatever came before, both towers
ROWS = (136.0, 54.0)  # the towers' heights on the canvas
TALLEST, WIDEST, HIDDEN = 62.0, 26.0, 58.0  # the picture's side, the widest map, a hidden layer


def towers(costs: Sequence[LayerCost], *, family: str = "alexnet") -> Axes:
    """An AlexNet from its `cost.layer_costs`: two rows of plates, wires crossing where the towers meet."""
    by_name = {layer.short: layer for layer in costs}
    colour, ax = FAMILY[family], canvas(7.0, 2.85)
    depth, side = by_name["stem"].output[:2]
    middle = sum(ROWS) / 2
    plate(ax, (24, middle), (8, TALLEST), f"{side}²×{depth}", colour=INK)
    _heading(ax, 24, "image")
    ends = [(28.0, middle)]
    for name, x in COLUMNS.items():
        layer, split = by_name[name], name != "fc8"
        size = _size(layer, side, widest=max(cost.output[0] for cost in costs if len(cost.output) == 3))
        _heading(ax, x, name)
        ys = ROWS if split else (middle,)
        for i, y in enumerate(ys):
            for start in ends if name in MEET else [ends[i]]:
                wire(ax, start, (x - size[0] / 2, y), colour=colour)
            plate(ax, (x, y), size, _label(layer, split), colour=colour if split else INK,
                  fill=mix(PAGE, colour, 0.14) if split else PAGE)
        ends = [(x + size[0] / 2, y) for y in ys]
        if f"norm{name[-1]}" in by_name:
            for end in ends:
                lrn_sign(ax, end[0] + 11, end[1], colour=colour)
            ends = [(end[0] + 20, end[1]) for end in ends]
    for text, y in (("GPU 1", ROWS[0] + 34), ("GPU 2", ROWS[1] - 34)):
        ax.text(40, y, text, fontsize=9, color=colour, ha="center", va="center")
    return ax


def _heading(ax: Axes, x: float, name: str) -> None:
    ax.text(x, 193, name, ha="center", fontsize=9.6, fontweight="semibold")
    ax.text(x, 182, KERNELS.get(name, ""), ha="center", fontsize=8.8, color=MUTED)


def _size(layer: LayerCost, side: int, widest: int) -> tuple[float, float]:
    """Width and height in points: channels, and the root of the resolution so that small maps are seen."""
    if len(layer.output) == 1:
        return 7.0, HIDDEN if layer.short != "fc8" else 0.75 * HIDDEN
    channels, height = layer.output[:2]
    return 6 + (WIDEST - 6) * channels / widest, TALLEST * sqrt(height / side)


def _label(layer: LayerCost, split: bool) -> str:
    channels = layer.output[0] // (2 if split else 1)
    return f"{layer.output[1]}²×{channels}" if len(layer.output) == 3 else f"{channels}"
