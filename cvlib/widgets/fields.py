"""What one unit of each layer sees of a picture."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.embedded import data_url
from cvlib.widgets.frame import Slides

__all__ = ["Fields"]

WIDTH, SIDE, GAP, LINE = 560, 224, 24, 30  # the drawing, the picture in it, beside it, between lines of text


@dataclass(frozen=True, repr=False)
class Fields(Slides):
    """A square on a picture, to scale, that a slider moves from layer to layer, and beside it lines of text.

    ``pixels`` (H, H, 3) uint8 stand for a picture of ``image_size`` pixels a side; ``layers`` are names,
    ``windows`` the first pixel and the one behind the last that one unit sees, the same down and across,
    ``strides`` the pixels to the next unit's (0: there is none), whose square is thin. ``lines`` (layers, n)
    are written beside it, and ``columns`` name them in the table. The rest is as in `Slides`. Raises
    ValueError where the numbers of layers differ.
    """

    name: str
    label: str
    description: str
    pixels: np.ndarray
    image_size: int
    layers: Sequence[str]
    windows: Sequence[tuple[int, int]]
    strides: Sequence[int]
    lines: Sequence[Sequence[str]]
    columns: Sequence[str]
    start: int = 0
    family: str = "alexnet"

    marks = ("next", "halo", "field", "told")

    def __post_init__(self):
        counts = {len(part) for part in (self.layers, self.windows, self.strides, self.lines)}
        if len(counts) > 1 or {len(self.columns)} != {len(lines) for lines in self.lines}:
            raise ValueError(f"the numbers of layers differ, or of their lines: {sorted(counts)}")

    @classmethod
    def of(cls, name: str, pixels: np.ndarray, image_size: int, fields: Sequence, maps: Mapping[str, int],
           **more) -> "Fields":
        """The middle unit of each of ``fields``, which are `cvlib.receptive`'s; their layers, by the last
        part of a name, have so many ``maps``. ``more`` are fields of the class.
        """
        layers = [field.layer.rpartition(".")[2] for field in fields]
        lines = [(f"sees {field.size} × {field.size} pixels",
                  f"next unit {field.stride} pixels on" if field.stride else "the whole picture",
                  (f"{field.places}² × {maps[layer]} = " if field.stride else "")
                  + f"{maps[layer] * field.places**2:,} units")
                 for layer, field in zip(layers, fields, strict=True)]
        return cls(name, "layer", "What one unit of each layer sees of a picture", pixels, image_size, layers,
                   [field.window(field.places // 2) for field in fields], [field.stride for field in fields],
                   lines, ("field", "stride", "units"), **more)

    @property
    def says(self) -> list[str]:
        """The layer and the first of its lines."""
        return [f"{layer}: {lines[0]}" for layer, lines in zip(self.layers, self.lines, strict=True)]

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.layers)} layers>"

    def state(self, index: int) -> dict:
        """The squares of one layer, and what is written beside them."""
        (first, end), stride = self.windows[index], self.strides[index]
        square, shown = self._square(first, end), {"visibility": "visible" if stride else "hidden"}
        texts = [self.layers[index], *self.lines[index]]
        return {"says": self.says[index], "next": [self._square(first, end, stride) | shown],
                "halo": [square], "field": [square], "told": [{"text": text} for text in texts]}

    def svg(self, index: int) -> str:
        """The drawing of one layer."""
        state = self.state(index)
        squares = "".join(
            f'<rect class="{kind}" {_attributes(state[kind][0])} fill="none" stroke="{colour}" '
            f'stroke-width="{width}"/>' for kind, colour, width in (
                ("next", PAGE, 1.5), ("halo", PAGE, 5), ("field", FAMILY[self.family], 2.5)))
        texts = "".join(
            f'<text class="told" x="{SIDE + GAP}" y="{LINE * (row + 1)}"'
            f'{f""" fill="{INK}" font-weight="600" """ if not row else ""}>{escape(mark["text"])}</text>'
            for row, mark in enumerate(state["told"]))
        return (f'<svg viewBox="0 0 {WIDTH} {SIDE}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{SIDE}" '
                f'fill="{PAGE}"/><image width="{SIDE}" height="{SIDE}" preserveAspectRatio="none" '
                f'href="{data_url(self.pixels)}"/>{squares}{texts}</svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The lines of every layer."""
        rows = [[layer, *lines] for layer, lines in zip(self.layers, self.lines, strict=True)]
        return ["layer", *self.columns], rows

    def _square(self, first: int, end: int, shift: int = 0) -> dict[str, str]:
        """The part of a window that lies in the picture, ``shift`` pixels further right."""
        scale = SIDE / self.image_size
        left, right = (min(max(at + shift, 0), self.image_size) * scale for at in (first, end))
        top, bottom = (min(max(at, 0), self.image_size) * scale for at in (first, end))
        return {"x": f"{left:.1f}", "y": f"{top:.1f}", "width": f"{right - left:.1f}",
                "height": f"{bottom - top:.1f}"}


def _attributes(values: dict[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in values.items())
