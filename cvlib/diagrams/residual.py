"""Blocks of residual networks close up, and a whole network, from live ones."""
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from torch import nn

from cvlib.cost import LayerCost
from cvlib.diagrams.alphabet import TEXT, canvas, chip, plate, shortcut, sum_sign, wire
from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, mix

__all__ = ["BLOCKS_SCALE", "RESIDUAL_SCALE", "residual_blocks", "residual_network"]

BLOCKS_SCALE = "A chip is as wide as its convolution has output maps; behind each convolution stands a norm."
RESIDUAL_SCALE = ("A plate is as high as a map has places and as wide as there are maps, each to one linear "
                  "scale.")
WIDE, HIGH, STEP = 74.0, 17.0, 27.0  # the widest chip, a chip, from one to the next, in points
LEVEL, GAP, APART = 110.0, 7.0, 24.0  # the middle of the plates, between two of them, between stages
TALLEST, WIDTH, LONG = 130.0, 403.0, 504.0  # the highest plate, the canvas, and that of a whole network


def residual_blocks(blocks: Mapping[str, nn.Module], *, family: str = "resnet") -> Axes:
    """Blocks side by side under their names, data flowing down: the convolutions of ``branch`` in the order
    in which they run, and beside them the block's ``shortcut`` if it has one.

    `BLOCKS_SCALE` says what is to scale, for a caption. Raises ValueError for more than five blocks.
    """
    if len(blocks) > 5:
        raise ValueError(f"five blocks fit side by side, not {len(blocks)}")
    convolutions = {name: [layer for layer in block.branch if isinstance(layer, nn.Conv2d)]
                    for name, block in blocks.items()}
    scale = WIDE / max(layer.out_channels for layers in convolutions.values() for layer in layers)
    deep = max(map(len, convolutions.values()))
    high = 2 * STEP * deep + 74
    ax, column = canvas(5.6, high / 72), WIDTH / len(blocks)
    for place, (name, block) in enumerate(blocks.items()):
        x = column * (place + 0.42)
        ax.text(x, high - 12, name, ha="center", fontsize=TEXT, fontweight="semibold", color=INK)
        _block(ax, x, high - 24, block, convolutions[name], scale, FAMILY[family],
               side=x + min(column / 2 - 7, WIDE / 2 + 12))
    return ax


def _block(ax: Axes, x: float, top: float, block: nn.Module, layers: Sequence[nn.Conv2d], scale: float,
           colour: str, *, side: float) -> None:
    """One block on its wire from ``top`` down, its shortcut at ``side``."""
    y = top - 24
    for number, layer in enumerate(layers):
        label = f"{layer.kernel_size[0]}×{layer.kernel_size[0]}" + ("/2" if layer.stride[0] > 1 else "")
        chip(ax, (x, y), (scale * layer.out_channels, HIGH), label, colour=colour)
        if number + 1 < len(layers):
            chip(ax, (x, y - STEP), (34, HIGH - 2), "ReLU")
            y -= 2 * STEP
    y -= STEP
    kind = getattr(block, "shortcut", None)
    if kind is not None:
        shortcut(ax, (x, top - 6), (x, y), side, colour=colour)
        sum_sign(ax, (x, y), colour=colour)
        _on_shortcut(ax, (side, (top + y) / 2), kind, scale, colour)
    else:
        y += 12
    chip(ax, (x, y - 0.85 * STEP), (34, HIGH - 2), "ReLU")
    wire(ax, (x, top), (x, y - 1.75 * STEP))


def _on_shortcut(ax: Axes, at: tuple[float, float], kind: nn.Module, scale: float, colour: str) -> None:
    """A projection's chip, or a paper one for the zeros of option A; nothing for an identity."""
    projected = [layer for layer in kind.modules() if isinstance(layer, nn.Conv2d)]
    if projected:
        chip(ax, at, (24, HIGH), "1×1", colour=colour)
    elif not isinstance(kind, nn.Identity):
        chip(ax, at, (15, HIGH), "0")


def residual_network(costs: Sequence[LayerCost], *, family: str = "resnet") -> Axes:
    """A residual network from its `cost.layer_costs`: the picture, the stem, a plate for each block, and over
    it the block's shortcut, with a chip where that has weights.

    `RESIDUAL_SCALE` says what is to scale, for a caption. Raises ValueError for a network without blocks.
    """
    stages = _stages(costs)
    if not stages:
        raise ValueError("this network has no stages of blocks")
    stem = next(layer.output for layer in costs if layer.name == "stem.conv1")
    sizes = [stem, *(shape for blocks in stages.values() for shape, _ in blocks)]
    tall, ax = TALLEST / stem[1], canvas(LONG / 72, 3.2)
    room = LONG - 80 - GAP * len(sizes) - APART * len(stages)
    wide, colour = room / sum(shape[0] for shape in sizes), FAMILY[family]
    x = _plate(ax, 18, stem, wide, tall, INK)
    _name(ax, x - wide * stem[0] / 2, "stem", stem)
    for name, blocks in stages.items():
        start = x + APART
        for place, (shape, projected) in enumerate(blocks):
            left = x + (GAP if place else APART)
            wire(ax, (x, LEVEL), (left, LEVEL), colour=colour if place else INK)
            before, x = x, _plate(ax, left, shape, wide, tall, colour)
            _arc(ax, before + GAP / 2 if place else left - GAP / 2, x + GAP / 2, tall * shape[1] / 2, colour,
                 projected=projected)
        _name(ax, (start + x) / 2, name, shape, f"{len(blocks)} blocks")
    wire(ax, (x, LEVEL), (LONG - 48, LEVEL), colour=INK)
    ax.text(LONG - 44, LEVEL, f"{costs[-1].output[0]:,}\nclasses", va="center", fontsize=TEXT, color=MUTED,
            linespacing=1.05)
    return ax


def _stages(costs: Sequence[LayerCost]) -> dict[str, list[tuple[tuple[int, ...], bool]]]:
    """By stage, of each block the shape that it gives and whether its shortcut has weights."""
    stages: dict[str, dict[str, list[LayerCost]]] = {}
    for layer in costs:
        place = layer.name.split(".")
        if place[0] == "stages" and len(place) > 3:
            stages.setdefault(place[1], {}).setdefault(place[2], []).append(layer)
    return {name: [(layers[-1].output, any("shortcut" in layer.name and layer.macs for layer in layers))
                   for layers in blocks.values()] for name, blocks in stages.items()}


def _plate(ax: Axes, x: float, shape: tuple[int, ...], wide: float, tall: float, colour: str) -> float:
    """A plate whose left side is at ``x``; where its right side is."""
    size = wide * shape[0], tall * shape[1]
    plate(ax, (x + size[0] / 2, LEVEL), size, "", colour=colour,
          fill=PAGE if colour == INK else mix(PAGE, colour, 0.14))
    return x + size[0]


def _arc(ax: Axes, start: float, end: float, half: float, colour: str, *, projected: bool) -> None:
    """The shortcut over a block whose plate is 2 ``half`` high; a chip on it is a projection."""
    top = LEVEL + half + 9
    shape = Path([(start, LEVEL), (start, top - 5), (start, top), (start + 4, top), (end - 4, top),
                  (end, top), (end, top - 5), (end, LEVEL)],
                 [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3,
                  Path.LINETO])
    ax.add_patch(PathPatch(shape, facecolor="none", edgecolor=colour, linewidth=1.6, zorder=2))
    if projected:
        chip(ax, ((start + end) / 2, top), (8, 8), "", colour=colour)


def _name(ax: Axes, x: float, name: str, shape: tuple[int, ...], blocks: str = "") -> None:
    ax.text(x, 216, name, ha="center", fontsize=TEXT, fontweight="semibold", color=INK)
    ax.text(x, 203, blocks, ha="center", fontsize=TEXT, color=MUTED)
    ax.text(x, 32, f"{shape[1]}²\n×{shape[0]}", ha="center", va="top", fontsize=TEXT, color=MUTED,
            linespacing=1.05)
