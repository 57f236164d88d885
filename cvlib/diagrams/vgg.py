"""VGG's table of columns."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Polygon
from torch import nn

from cvlib.diagrams.alphabet import TEXT, canvas
from cvlib.plot.style import FAMILY, INK, INK2, MUTED, PAGE, mix

__all__ = ["COLUMNS_SCALE", "columns"]

COLUMNS_SCALE = ("A chip is a convolution, as wide as it has maps, to one scale, or a fully connected layer, "
                 "to a scale of its own; that of a norm has none.")

LEFT, STEP, CHIP, ROW = 58.0, 57.0, 12.5, 16.0  # points: of names, from column to column, a chip and its row
WIDEST, UNITS = 50.0, 42.0  # of 512 maps, of 4096 units
HEAD, STAGE = 32.0, 20.0  # above the first stage, between stages


@dataclass(frozen=True)
class _Chip:
    name: str
    width: float
    kernel: int  # 0 where there is none


def columns(models: Mapping[str, nn.Module], *, family: str = "vgg") -> Axes:
    """Networks side by side, each a column from the picture down: a row for each layer of the deepest, a
    trapezium for each pooling. What a column has and the one before it has not is in the family's colour, and
    windows that are not 3x3 are written on it. `COLUMNS_SCALE` says what is to scale.

    ``models`` are `cvlib.models.vgg.VGG`, by the names to write over them.
    """
    chips = {title: {chip.name: chip for chip in _chips(model)} for title, model in models.items()}
    stages = _stages(chips)
    rows = sum(len(names) for names in stages.values())
    ax = canvas(5.6, (HEAD + rows * ROW + len(stages) * STAGE + 4) / 72)
    top, before = ax.get_ylim()[1], {}
    for number, (title, column) in enumerate(chips.items()):
        x = LEFT + STEP * (number + 0.5)
        ax.text(x, top - 14, title, ha="center", fontsize=TEXT, fontweight="semibold", color=INK)
        y = top - HEAD
        for stage, names in stages.items():
            for name in names:
                if name in column:
                    _draw(ax, (x, y), column[name], new=column[name] != before.get(name) and number > 0,
                          colour=FAMILY[family])
                y -= ROW
            if stage != "fc":
                _pooling(ax, x, y - 1)
            y -= STAGE
        millions = sum(parameter.numel() for parameter in models[title].parameters()) / 1e6
        ax.text(x, y + STAGE - 9, f"{millions:.1f} M", ha="center", fontsize=TEXT, color=MUTED)
        before = column
    _names(ax, stages, chips, top - HEAD)
    return ax


def _chips(model: nn.Module) -> Iterator[_Chip]:
    for name, layer in (*model.stages.named_children(), *model.head.named_children()):
        if isinstance(layer, nn.Conv2d):
            yield _Chip(name, WIDEST * layer.out_channels / 512, layer.kernel_size[0])
        elif isinstance(layer, nn.Linear):
            yield _Chip(name, UNITS * layer.out_features / 4096, 0)
        elif name.startswith("norm"):
            yield _Chip(name, 30.0, 0)


def _stages(chips: Mapping[str, Mapping[str, _Chip]]) -> dict[str, list[str]]:
    """The names of all layers by stage, conv1_1 before norm1_1 before conv1_2."""
    names = {name for column in chips.values() for name in column}
    places = {name: (name[4:5], name[5:], name[0]) for name in names if not name.startswith("fc")}
    stages = {f"stage {at}": sorted((name for name in places if places[name][0] == at), key=places.get)
              for at in sorted({place[0] for place in places.values()})}
    return stages | {"fc": sorted(names - places.keys())}


def _draw(ax: Axes, at: tuple[float, float], chip: _Chip, *, new: bool, colour: str) -> None:
    x, y = at
    fill = mix(PAGE, colour, 0.5) if new else PAGE
    ax.add_patch(FancyBboxPatch((x - chip.width / 2, y - CHIP / 2), chip.width, CHIP, linewidth=1.1,
                                boxstyle="round,pad=0,rounding_size=2", facecolor=fill,
                                edgecolor=colour if new else INK2, zorder=3))
    written = f"{chip.kernel}×{chip.kernel}" if chip.kernel not in (0, 3) else ""
    text = "LRN" if chip.name.startswith("norm") else written
    ax.text(x, y - 0.6, text, ha="center", va="center", fontsize=TEXT, color=INK, zorder=4)


def _pooling(ax: Axes, x: float, y: float) -> None:
    ax.add_patch(Polygon([(x - 13, y + 4), (x + 13, y + 4), (x + 6, y - 4), (x - 6, y - 4)], closed=True,
                         facecolor=PAGE, edgecolor=MUTED, linewidth=0.9, zorder=3))


def _names(ax: Axes, stages: Mapping[str, list[str]], chips, y: float) -> None:
    """The maps of each stage, at its first row."""
    widths = {chip.name: chip.width for column in chips.values() for chip in column.values()}
    for stage, names in stages.items():
        text = "fc" if stage == "fc" else f"{round(widths[names[0]] * 512 / WIDEST)} maps"
        ax.text(2, y, text, va="center_baseline", fontsize=TEXT, color=MUTED)
        y -= ROW * len(names) + STAGE
