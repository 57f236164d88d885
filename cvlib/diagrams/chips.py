"""Residual blocks close up: chips on a wire, as wide as they give maps."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from torch import nn

from cvlib.diagrams.alphabet import TEXT, canvas, shortcut, sum_sign
from cvlib.diagrams.alphabet import chip as sign
from cvlib.layers import LayerNorm2d, LayerScale
from cvlib.plot.style import FAMILY, INK, INK2, MUTED, PAGE, mix

__all__ = ["CHIPS_SCALE", "Chip", "bar", "blocks", "chips_of"]

CHIPS_SCALE = ("A chip is as wide as a convolution gives maps, to one linear scale; hairlines are a "
                "depthwise convolution.")

SIGNS = {nn.BatchNorm2d: "BN", LayerNorm2d: "LN", nn.ReLU: "ReLU", nn.GELU: "GELU", LayerScale: "scale"}
WIDEST, HIGH, ROW, TOP, FOOT = 92.0, 13.0, 60.0, 34.0, 44.0  # points
LINE = 1.6  # between two hairlines


@dataclass(frozen=True)
class Chip:
    """A convolution of a block: its kernel's side, its maps before and after, whether it is depthwise, and
    what follows it."""

    kernel: int
    before: int
    after: int
    depthwise: bool
    then: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """As the ConvNeXt paper writes it: "d7×7, 96", "1×1, 96→384"."""
        maps = f"{self.after}" if self.before == self.after else f"{self.before}→{self.after}"
        return f"{'d' * self.depthwise}{self.kernel}×{self.kernel}, {maps}"


def chips_of(block: nn.Module) -> tuple[list[Chip], tuple[str, ...]]:
    """The convolutions of a block's ``branch``, in order, and what follows the sum. Parts that do nothing
    are left out. Raises ValueError for a module without a branch."""
    if not isinstance(getattr(block, "branch", None), nn.Sequential):
        raise ValueError(f"a residual block has a branch in a row, unlike {type(block).__name__}")
    chips: list[Chip] = []
    for part in block.branch:
        if isinstance(part, nn.Conv2d):
            chips.append(Chip(part.kernel_size[0], part.in_channels, part.out_channels,
                              1 < part.groups == part.in_channels))
        elif (word := SIGNS.get(type(part))) and chips:
            last = chips[-1]
            chips[-1] = Chip(last.kernel, last.before, last.after, last.depthwise, (*last.then, word))
    sum_is_followed_by = [SIGNS[type(part)] for name, part in block.named_children()
                          if name not in ("branch", "shortcut") and type(part) in SIGNS]
    return chips, tuple(sum_is_followed_by)


def blocks(columns: Mapping[str, nn.Module], *, family: Sequence[str] | str = "convnext") -> Axes:
    """Blocks side by side under their names, from the live modules; `CHIPS_SCALE` says what is to scale.

    ``family`` colours all of them, or each its own. Raises ValueError as `chips_of` does.
    """
    families = [family] * len(columns) if isinstance(family, str) else list(family)
    read = {name: chips_of(block) for name, block in columns.items()}
    rows = max(len(chips) for chips, _ in read.values())
    most = max(chip.after for chips, _ in read.values() for chip in chips)
    ax = canvas(5.6, (TOP + rows * ROW + FOOT) / 72)
    step = 403 / len(columns)
    for i, ((name, (chips, after)), block, one) in enumerate(
            zip(read.items(), columns.values(), families, strict=True)):
        x, high = step * (i + 0.5) - 8, TOP + rows * ROW + FOOT
        ax.text(x, high - 12, name, ha="center", va="center", fontsize=11, fontweight="semibold", color=INK)
        foot = _branch(ax, x, high - TOP, chips, WIDEST / most, FAMILY[one])
        _shortcut(ax, (x, high - TOP + 4), foot, block, FAMILY[one])
        ax.text(x - 12, foot, " ".join(after), ha="right", va="center", fontsize=TEXT, color=MUTED)
    return ax


def _branch(ax: Axes, x: float, top: float, chips: Sequence[Chip], scale: float, colour: str) -> float:
    """The chips on their wire, from ``top`` downwards; the height of the ring at its end."""
    foot = top - len(chips) * ROW - 12
    ax.plot([x, x], [top + 10, foot - 22], color=INK2, linewidth=1.1, zorder=1)
    for row, chip in enumerate(chips):
        y = top - row * ROW - 16
        width = scale * chip.after
        bar(ax, (x - width / 2, y - HIGH / 2), (width, HIGH), chip, colour)
        for text, below, ink in ((chip.says, 15, INK), (", ".join(chip.then), 29, MUTED)):
            ax.text(x, y - below, text, ha="center", va="center", fontsize=TEXT, color=ink, zorder=2.5,
                    bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 2})
    return foot


def bar(ax: Axes, corner: tuple[float, float], size: tuple[float, float], chip: Chip, colour: str) -> None:
    """A convolution as a bar from its lower left ``corner``, with hairlines where it is depthwise."""
    (x, y), (width, high) = corner, size
    ax.add_patch(Rectangle(corner, width, high, facecolor=mix(PAGE, colour, 0.16), edgecolor=colour,
                           linewidth=1.1, zorder=3))
    if chip.depthwise:
        places = [x + LINE * (i + 1) for i in range(int(width / LINE - 0.5))]
        ax.vlines(places, y, y + high, color=colour, linewidth=0.5, zorder=3)


def _shortcut(ax: Axes, start: tuple[float, float], foot: float, block: nn.Module, colour: str) -> None:
    """From above the first chip round the right to the sum, with a chip where it projects."""
    (x, top), side = start, start[0] + WIDEST / 2 + 8
    shortcut(ax, start, (x, foot), side, colour=colour)
    sum_sign(ax, (x, foot), colour=colour)
    if any(isinstance(part, nn.Conv2d) for part in getattr(block, "shortcut", nn.Identity()).modules()):
        sign(ax, (side, (top + foot) / 2), (24, HIGH + 3), "1×1", colour=colour)
