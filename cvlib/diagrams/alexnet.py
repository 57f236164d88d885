"""AlexNet on its two GPUs."""
from collections.abc import Collection, Mapping, Sequence

from matplotlib.axes import Axes

from cvlib.cost import LayerCost
from cvlib.diagrams.alphabet import TEXT, canvas, lrn_sign, plate, wire
from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, mix

__all__ = ["TOWERS_SCALE", "towers"]

TOWERS_SCALE = ("A plate of maps is as high as a map has pixels and as wide as there are maps, each to one "
                "linear scale; a plate of a fully connected layer is as high as it has units, to a scale of "
                "its own.")

COLUMNS = {"conv1": 60, "conv2": 116, "conv3": 181, "conv4": 231, "conv5": 277, "fc6": 315, "fc7": 350,
           "fc8": 386}  # where each layer stands, in points
KERNELS = {"conv1": "11×11", "conv2": "5×5", "conv3": "3×3", "conv4": "3×3", "conv5": "3×3"}
MEET = ("conv1", "conv3", "fc6", "fc7", "fc8")  # layers that read whatever came before, both towers
ROWS = (161.0, 65.0)  # the towers' heights on the canvas
NOTES = 20.0  # the height of a line of notes
TALLEST, WIDEST, UNITS = 84.0, 24.0, 54.0  # the picture's side, the most maps of a tower, the most units


def towers(costs: Sequence[LayerCost], *, family: str = "alexnet", absent: Collection[str] = (),
           crossing: Mapping[str, str] | None = None, notes: Mapping[str, str] | None = None) -> Axes:
    """An AlexNet from its `cost.layer_costs`: two rows of plates, wires crossing where the towers meet.

    `TOWERS_SCALE` says what is to scale, for a caption. Convolutions in ``absent`` are dashed, and the wires
    go past them: ``costs`` are still those of the whole network. ``crossing`` has a few letters to write
    where the wires into a layer cross. ``notes`` stand in a line under the layers, each under its own (""
    under the picture). Raises ValueError for a layer it does not draw, or no crossing.
    """
    crossing, notes = crossing or {}, notes or {}
    if not set(absent) <= set(KERNELS):
        raise ValueError(f"absent lists some of {', '.join(KERNELS)}, not {absent!r}")
    if not set(crossing) <= set(MEET[1:]):
        raise ValueError(f"crossing some of {', '.join(MEET[1:])}, not {list(crossing)}")
    if not set(notes) <= {"", *COLUMNS}:
        raise ValueError(f"notes stand under {', '.join(COLUMNS)}, not {', '.join(notes)}")
    by_name = {layer.short: layer for layer in costs}
    colour, ax, sizes = FAMILY[family], canvas(5.6, 3.3), _sizes(by_name)
    _note(ax, notes)
    middle = sum(ROWS) / 2
    plate(ax, (16, middle), sizes["stem"], _label(by_name["stem"], 1), colour=INK)
    _heading(ax, 16, "image")
    ends = [(16 + sizes["stem"][0] / 2, middle)]
    for name, x in COLUMNS.items():
        ys, size = ROWS if name != "fc8" else (middle,), sizes[name]
        _heading(ax, x, name, absent=name in absent)
        if name in absent:
            for y in ys:
                plate(ax, (x, y), size, "", colour=MUTED, dashed=True)
            continue
        for i, y in enumerate(ys):
            for start in ends if name in MEET else [ends[i]]:
                wire(ax, start, (x - size[0] / 2, y), colour=colour)
            _half(ax, (x, y), size, _label(by_name[name], len(ys)), colour=colour if len(ys) > 1 else INK)
        if name in crossing:
            _crossing(ax, (ends[0][0] + x - size[0] / 2) / 2, crossing[name])
        ends = [_after(ax, by_name, name, (x + size[0] / 2, y), colour) for y in ys]
    for text, y in (("GPU 1", ROWS[0] + 42), ("GPU 2", ROWS[1] - 42)):
        ax.text(1, y, text, fontsize=TEXT, color=colour, fontweight="semibold", va="center")
    return ax


def _crossing(ax: Axes, x: float, text: str) -> None:
    """A few letters between the rows, over the wires that cross there."""
    ax.text(x, sum(ROWS) / 2, text, ha="center", va="center", fontsize=TEXT, fontweight="semibold", color=INK,
            zorder=5, bbox={"facecolor": PAGE, "edgecolor": "none", "pad": 1.5})
def _note(ax: Axes, notes: Mapping[str, str]) -> None:
    """A line of ``notes`` under the layers, for which the drawing is made a little higher."""
    if not notes:
        return
    ax.figure.set_figheight(ax.figure.get_figheight() + NOTES / 72)
    ax.set_ylim(-NOTES, ax.get_ylim()[1])
    for name, text in notes.items():
        x, side = (COLUMNS[name], "center") if name else (1, "left")
        ax.text(x, 6 - NOTES, text, ha=side, fontsize=TEXT, fontweight="semibold", color=INK)


def _half(ax: Axes, at: tuple[float, float], size: tuple[float, float], label: str, *, colour: str) -> None:
    """A plate of one GPU, or of both in ink, labelled on the side where no wires cross."""
    plate(ax, at, size, label, colour=colour, fill=PAGE if colour == INK else mix(PAGE, colour, 0.14),
          above=at[1] == ROWS[0])


def _after(ax: Axes, by_name: dict[str, LayerCost], name: str, end: tuple[float, float], colour: str):
    """Where the wire goes on: behind the layer, or behind the LRN that follows it."""
    if f"norm{name[-1]}" not in by_name:
        return end
    lrn_sign(ax, end[0] + 10, end[1], colour=colour)
    return end[0] + 19, end[1]


def _heading(ax: Axes, x: float, name: str, *, absent: bool = False) -> None:
    ax.text(x, 225, name, ha="center", fontsize=TEXT, fontweight="semibold", color=MUTED if absent else INK)
    ax.text(x, 212, "left out" if absent else KERNELS.get(name, ""), ha="center", fontsize=TEXT, color=MUTED)


def _sizes(by_name: dict[str, LayerCost]) -> dict[str, tuple[float, float]]:
    """Width and height in points of each plate: see `TOWERS_SCALE`."""
    outputs = {name: by_name[name].output for name in ("stem", *COLUMNS)}
    channels = {name: output[0] / (1 if name in ("stem", "fc8") else 2) for name, output in outputs.items()}
    maps = {name for name, output in outputs.items() if len(output) == 3}
    wide = WIDEST / max(channels[name] for name in maps)
    high = TALLEST / max(outputs[name][1] for name in maps)
    units = UNITS / max(channels[name] for name in outputs.keys() - maps)
    return {name: (wide * channels[name], high * output[1]) if name in maps else (6.0, units * channels[name])
            for name, output in outputs.items()}


def _label(layer: LayerCost, towers: int) -> str:
    channels = layer.output[0] // towers
    return f"{layer.output[1]}²\n×{channels}" if len(layer.output) == 3 else f"{channels}"
