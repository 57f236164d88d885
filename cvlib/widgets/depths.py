"""What a family's networks are made of, one at a time."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Depths"]

WIDTH, NAMES, ROW, BLOCK, BAR = 560, 106, 32, 16, 18  # the drawing, its names, a row, a block, a bar
ROOM = 224  # for the blocks of a stage, and for the longest bar: on phones the words beside them are wide


@dataclass(frozen=True, repr=False)
class Depths(Slides):
    """A row of blocks for each stage, and a bar for each total, that a slider moves from network to network.

    ``networks`` are names; ``stages`` the names of their stages, ``blocks`` (networks, stages) how many each
    has and ``maps`` (networks, stages) what they give, in words; ``totals`` are by name (networks,) and
    ``said`` (networks, totals) the same in words. The rest is as in `Slides`. Raises ValueError where the
    numbers of networks, stages or totals differ.
    """

    name: str
    label: str
    description: str
    networks: Sequence[str]
    stages: Sequence[str]
    blocks: Sequence[Sequence[int]]
    maps: Sequence[Sequence[str]]
    totals: Mapping[str, Sequence[float]]
    said: Sequence[Sequence[str]]
    start: int = 0
    family: str = "resnet"

    marks = ("after", "told")

    def __post_init__(self):
        networks = {len(part) for part in (self.networks, self.blocks, self.maps, self.said,
                                           *self.totals.values())}
        rows = {len(row) for part in (self.blocks, self.maps) for row in part}
        if len(networks) > 1 or rows != {len(self.stages)} or {len(row) for row in self.said} != {
                len(self.totals)}:
            raise ValueError(f"networks, stages or totals differ: {networks} networks, {rows} stages")

    @property
    def says(self) -> list[str]:
        """The network and its totals."""
        rows = ([f"{said} {total}" for said, total in zip(row, self.totals, strict=True)]
                for row in self.said)
        return [f"{name}: {', '.join(row)}" for name, row in zip(self.networks, rows, strict=True)]

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.networks)} networks>"

    def state(self, index: int) -> dict:
        """Which blocks are there, how long the bars are, and what stands beside them."""
        shown = [{"width": f"{self._pitch - 2 if block < count else 0:.1f}"}
                 for most, count in zip(self._most, self.blocks[index], strict=True) for block in range(most)]
        bars = [{"width": f"{ROOM * values[index] / max(values):.1f}"} for values in self.totals.values()]
        counts = zip(self.blocks[index], self.maps[index], strict=True)
        texts = [*(f"{count} × {maps}" for count, maps in counts), *self.said[index]]
        return {"says": self.says[index], "after": [*shown, *bars],
                "told": [{"text": text} for text in texts]}

    def svg(self, index: int) -> str:
        """The drawing of one network."""
        state, rows = self.state(index), [*self.stages, *self.totals]
        places = [(NAMES + self._pitch * block, ROW * row + (ROW - BLOCK) / 2, BLOCK)
                  for row, most in enumerate(self._most) for block in range(most)]
        places += [(NAMES, ROW * row + (ROW - BAR) / 2, BAR) for row in range(len(self.stages), len(rows))]
        marks = "".join(f'<rect class="after" x="{x:.1f}" y="{y:.1f}" height="{high}" '
                        f'width="{mark["width"]}" fill="{FAMILY[self.family]}"/>'
                        for (x, y, high), mark in zip(places, state["after"], strict=True))
        texts = "".join(
            f'<text x="{NAMES - 8}" y="{ROW * row + ROW / 2 + 4.5}" text-anchor="end">{escape(name)}</text>'
            f'<text class="told" x="{WIDTH}" y="{ROW * row + ROW / 2 + 4.5}" text-anchor="end">'
            f'{escape(mark["text"])}</text>'
            for row, (name, mark) in enumerate(zip(rows, state["told"], strict=True)))
        return (f'<svg viewBox="0 0 {WIDTH} {ROW * len(rows)}" role="img" '
                f'aria-label="{escape(self.description)}" font-size="12.5" fill="{MUTED}">'
                f'<rect class="paper" width="{WIDTH}" height="{ROW * len(rows)}" fill="{PAGE}"/>'
                f'{marks}{texts}</svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """A row for each network: blocks and maps of every stage, and the totals."""
        head = ["network", *self.stages, *self.totals]
        rows = [[name, *(mark["text"] for mark in self.state(index)["told"])]
                for index, name in enumerate(self.networks)]
        return head, rows

    @property
    def _most(self) -> list[int]:
        """The most blocks that a stage has in any network."""
        return [max(row[stage] for row in self.blocks) for stage in range(len(self.stages))]

    @property
    def _pitch(self) -> float:
        return ROOM / max(self._most)
