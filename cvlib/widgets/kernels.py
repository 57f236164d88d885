"""The kernels of a first layer, one at a time."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np

from cvlib.plot.mosaics import mosaic, shades
from cvlib.plot.style import FAMILY, MUTED, PAGE
from cvlib.widgets.embedded import data_url
from cvlib.widgets.frame import Slides

__all__ = ["Kernels"]

WIDTH, CELL, SHOWN, GAP, LINE = 560, 26, 98, 11, 30  # the drawing, a kernel of the sheet and one shown large
LARGE = ("the kernel", "its grey", "the rest")


@dataclass(frozen=True, repr=False)
class Kernels(Slides):
    """All ``kernels`` (N, 3, K, K), in their order, on a sheet, and of the one that a slider chooses three
    large pictures: itself, the mean of its channels, and what that leaves of it, all to its own scale.

    ``lines`` (N, n) are written below these, and ``columns`` name them in the table. The rest is as in
    `Slides`. Raises ValueError where the numbers differ.
    """

    name: str
    label: str
    description: str
    kernels: np.ndarray
    lines: Sequence[Sequence[str]]
    columns: Sequence[str]
    start: int = 0
    per_row: int = 8
    family: str = "alexnet"

    marks = ("halo", "field", "large", "told")

    def __post_init__(self):
        counts = {len(lines) for lines in self.lines}
        if len(self.lines) != len(self.kernels) or counts != {len(self.columns)}:
            raise ValueError(f"{len(self.lines)} rows of {sorted(counts)} lines for {len(self.kernels)} "
                             f"kernels and {len(self.columns)} columns")

    @property
    def says(self) -> list[str]:
        """The kernel's number and the first of its lines."""
        return [f"{number} of {len(self.lines)}: {lines[0]}" for number, lines in enumerate(self.lines, 1)]

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.kernels)} kernels>"

    def state(self, index: int) -> dict:
        """Where the frame lies, the three pictures, and what is written."""
        row, column = divmod(index, self.per_row)
        frame = {"x": f"{column * CELL - 1}", "y": f"{row * CELL - 1}"}
        return {"says": self.says[index], "halo": [frame], "field": [frame],
                "large": [{"href": url} for url in self._large[index]],
                "told": [{"text": text} for text in self.lines[index]]}

    def svg(self, index: int) -> str:
        """The drawing of one kernel."""
        state, rows = self.state(index), -(-len(self.kernels) // self.per_row)
        left, high = WIDTH - 3 * SHOWN - 2 * GAP, max(rows * CELL, SHOWN + 24 + LINE * len(self.columns))
        pictures = "".join(
            f'<image class="large" x="{left + i * (SHOWN + GAP)}" y="20" width="{SHOWN}" height="{SHOWN}" '
            f'style="image-rendering: pixelated" href="{mark["href"]}"/>'
            f'<text x="{left + i * (SHOWN + GAP)}" y="13">{what}</text>'
            for i, (what, mark) in enumerate(zip(LARGE, state["large"], strict=True)))
        texts = "".join(f'<text class="told" x="{left}" y="{SHOWN + 16 + LINE * row}">'
                        f'{escape(mark["text"])}</text>' for row, mark in enumerate(state["told"], 1))
        return (f'<svg viewBox="-2 -2 {WIDTH + 4} {high + 4}" role="img" '
                f'aria-label="{escape(self.description)}" font-size="12.5" fill="{MUTED}">'
                f'<rect class="paper" x="-2" y="-2" width="{WIDTH + 4}" height="{high + 4}" fill="{PAGE}"/>'
                f"{self._sheet(rows)}{self._frames(state)}{pictures}{texts}</svg>")

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The lines of every kernel."""
        return ["kernel", *self.columns], [[f"{i}", *lines] for i, lines in enumerate(self.lines, 1)]

    def _sheet(self, rows: int) -> str:
        """All kernels, each `CELL` units wide with the gap behind it."""
        pixels, side = _bytes(mosaic(shades(self.kernels), self.per_row)), self.kernels.shape[-1]
        unit = CELL / (side + 1)
        return (f'<image width="{unit * pixels.shape[1]:.2f}" height="{unit * pixels.shape[0]:.2f}" '
                f'style="image-rendering: pixelated" href="{data_url(pixels)}"/>')

    def _frames(self, state: dict) -> str:
        """A frame around one kernel of the sheet, in the network's colour on paper."""
        return "".join(f'<rect class="{kind}" x="{state[kind][0]["x"]}" y="{state[kind][0]["y"]}" '
                       f'width="{CELL}" height="{CELL}" fill="none" stroke="{colour}" '
                       f'stroke-width="{width}"/>' for kind, colour, width in
                       (("halo", PAGE, 5), ("field", FAMILY[self.family], 2.5)))

    @cached_property
    def _large(self) -> list[list[str]]:
        """Of each kernel the addresses of its three pictures."""
        kernels = np.asarray(self.kernels, float)
        grey = np.broadcast_to(kernels.mean(1, keepdims=True), kernels.shape)
        most = np.abs(kernels).max((1, 2, 3), keepdims=True)
        scaled = [0.5 + 0.5 * part / np.where(most > 0, most, 1) for part in (kernels, grey, kernels - grey)]
        return [[data_url(_bytes(part[i].transpose(1, 2, 0))) for part in scaled]
                for i in range(len(kernels))]


def _bytes(shares: np.ndarray) -> np.ndarray:
    return np.rint(255 * np.clip(shares, 0, 1)).astype(np.uint8)
