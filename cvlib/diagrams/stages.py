"""Networks of four stages: two of them side by side, and one from the picture to its classes."""
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from torch import nn

from cvlib.cost import LayerCost
from cvlib.diagrams.alphabet import TEXT, canvas, plate, wire
from cvlib.diagrams.chips import Chip, bar, chips_of
from cvlib.plot.style import FAMILY, HAIR, INK, MUTED, PAGE, mix

__all__ = ["BESIDE_SCALE", "PYRAMID_SCALE", "beside", "pyramid"]

BESIDE_SCALE = "A bar is as long as a convolution gives maps, to one linear scale."
PYRAMID_SCALE = ("A plate is as high as a map has pixels and as wide as there are maps, each to one linear "
                 "scale.")
LONGEST, BAR, LEAD, WORDS = 62.0, 8.0, 14.0, 68.0  # points: a bar, its height, between two, where words begin


def beside(networks: Mapping[str, tuple[nn.Module, Sequence[LayerCost]]], *, families: Sequence[str]) -> Axes:
    """Two networks of stages, from the live modules and their `cost.layer_costs`, a row a stage: the
    convolutions of its second block, how many blocks, and the maps; parameters and GFLOPs below.

    `BESIDE_SCALE` says what is to scale.
    """
    rows = ["stem", *dict(next(iter(networks.values()))[0].stages.named_children())]
    most = max(chip.after for model, _ in networks.values() for name in rows for chip in _chips(model, name))
    heights = [12.0 + LEAD * max(2, *(len(_chips(model, name)) for model, _ in networks.values()))
               for name in rows]
    ax = canvas(5.6, (sum(heights) + 82) / 72)
    for (name, (model, costs)), x, family in zip(networks.items(), (62, 238), families, strict=True):
        y = ax.get_ylim()[1] - 16
        ax.text(x, y, name, fontsize=12, fontweight="semibold", color=FAMILY[family], va="center")
        y -= 20
        for row, height in zip(rows, heights, strict=True):
            _stage(ax, (x, y), model, row, LONGEST / most, FAMILY[family])
            y -= height
        parameters, macs = (sum(getattr(layer, what) for layer in costs) for what in ("parameters", "macs"))
        for line, text in enumerate((f"{parameters / 1e6:.1f} M parameters", f"{macs / 1e9:.1f} GFLOPs")):
            ax.text(x, y - 4 - 15 * line, text, fontsize=TEXT, fontweight="semibold", color=INK, va="center")
    _rows(ax, rows, heights, next(iter(networks.values()))[1])
    return ax


def _rows(ax: Axes, rows: Sequence[str], heights: Sequence[float], costs: Sequence[LayerCost]) -> None:
    """Names and sizes of the stages at the left, and rules between them."""
    sides = {layer.name.split(".")[1] if layer.name.startswith("stages") else "stem": layer.output[1]
             for layer in costs if len(layer.output) == 3 and not layer.name.startswith("head")}
    y = ax.get_ylim()[1] - 36
    for row, height in zip(rows, heights, strict=True):
        ax.axhline(y + 12, color=HAIR, linewidth=0.8, zorder=0)
        ax.text(1, y, row, fontsize=TEXT, fontweight="semibold", color=INK, va="center")
        ax.text(1, y - 15, f"{sides[row]}²", fontsize=TEXT, color=MUTED, va="center")
        y -= height
    ax.axhline(y + 12, color=INK, linewidth=1, zorder=0)


def _chips(model: nn.Module, row: str) -> list[Chip]:
    if row != "stem":
        return chips_of(model.stages.get_submodule(row).blocks[1])[0]
    return [Chip(part.kernel_size[0], part.in_channels, part.out_channels, False)
            for part in model.stem if isinstance(part, nn.Conv2d)]


def _stage(ax: Axes, at: tuple[float, float], model: nn.Module, row: str, scale: float, colour: str) -> None:
    (x, y), chips = at, _chips(model, row)
    for line, chip in enumerate(chips):
        low, width = y - LEAD * line - BAR / 2, max(1.2, scale * chip.after)
        bar(ax, (x, low), (width, BAR), chip, colour)
        ax.text(x + WORDS, low + BAR / 2, f"{'d' * chip.depthwise}{chip.kernel}×{chip.kernel}, {chip.after}",
                fontsize=TEXT, color=MUTED, va="center")
    if row == "stem":
        pooled = any(isinstance(part, nn.MaxPool2d) for part in model.stem)
        ax.text(x, y - LEAD, "then 3×3 max pool, stride 2" if pooled else "stride 4, no overlap",
                fontsize=TEXT, color=MUTED, va="center")
    else:
        count = len(model.stages.get_submodule(row).blocks)
        ax.text(x + WORDS + 58, y - LEAD * (len(chips) - 1) / 2, f"× {count}", fontsize=TEXT, color=INK,
                fontweight="semibold", va="center")


def pyramid(model: nn.Module, costs: Sequence[LayerCost], *, image_size: int, family: str) -> Axes:
    """A network of stages from the picture to its classes, from the live module and its costs: a plate
    behind the stem and behind each stage, trapezia where the resolution falls; `PYRAMID_SCALE` says what
    is to scale."""
    colour, ax = FAMILY[family], canvas(5.6, 2.3)
    shapes = {name: _output(costs, f"stages.{name}") for name, _ in model.stages.named_children()}
    high, wide, middle = 84 / image_size, 80 / max(shape[0] for shape in shapes.values()), 90.0
    picture = (model.stem[0].in_channels, image_size, image_size)
    plate(ax, (18, middle), (2, 84), f"{image_size}²\n×{picture[0]}", colour=INK)
    end, before = 19.0, 84.0
    for name, shape in shapes.items():
        size = (max(2.0, wide * shape[0]), max(2.0, high * shape[1]))
        kernel = (model.stem if before == 84 else getattr(model.stages, name).downsample).conv.kernel_size[0]
        behind = _trapezium(ax, (end + 14, middle), before, size[1], colour, f"{kernel}×{kernel}")
        wire(ax, (end, middle), (end + 14, middle), colour=colour)
        wire(ax, (behind, middle), (behind + 14, middle), colour=colour)
        centre = behind + 14 + size[0] / 2
        plate(ax, (centre, middle), size, f"{shape[1]}²\n×{shape[0]}", colour=colour,
              fill=mix(PAGE, colour, 0.14))
        count = len(model.stages.get_submodule(name).blocks)
        ax.text(centre, 150, name, ha="center", fontsize=TEXT, fontweight="semibold", color=INK)
        ax.text(centre, 137, f"{count} blocks", ha="center", fontsize=TEXT, color=MUTED)
        end, before = centre + size[0] / 2, size[1]
    _classes(ax, end, middle, costs, colour)
    return ax


def _classes(ax: Axes, end: float, middle: float, costs: Sequence[LayerCost], colour: str) -> None:
    fc = costs[-1] if costs[-1].kind == "Linear" else next(c for c in costs if c.name == "head.fc")
    x = max(end + 40, 372)
    wire(ax, (end, middle), (x - 3, middle), colour=colour)
    plate(ax, (x, middle), (6, 40), f"{fc.output[0]}", colour=INK)
    ax.text(x, 150, "head", ha="center", fontsize=TEXT, fontweight="semibold", color=INK)
    ax.text(x, 137, "mean, fc", ha="center", fontsize=TEXT, color=MUTED)


def _output(costs: Sequence[LayerCost], prefix: str) -> tuple[int, ...]:
    return next(c.output for c in reversed(costs) if c.name.startswith(f"{prefix}.") and len(c.output) == 3)


def _trapezium(ax: Axes, at: tuple[float, float], before: float, after: float, colour: str,
               label: str) -> float:
    """Where the resolution falls, from a side as high as ``before``; the place behind it."""
    (x, y), tall = at, min(before, 30.0)
    low = max(4.0, tall * after / before)
    ax.add_patch(Polygon([(x, y - tall / 2), (x, y + tall / 2), (x + 12, y + low / 2), (x + 12, y - low / 2)],
                         facecolor=mix(PAGE, colour, 0.16), edgecolor=colour, linewidth=1.1, zorder=3))
    ax.text(x + 6, y + tall / 2 + 3, label, ha="center", va="bottom", fontsize=TEXT, color=MUTED)
    return x + 12
