"""What a mistake costs four networks, one mistake at a time."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Losses"]

NAMES, WIDTH, ROW, BAR, ROOM = 92, 560, 52, 17, 380  # the names, the drawing, a row, a bar, the longest bar


@dataclass(frozen=True, repr=False)
class Losses(Slides):
    """A solid bar for each network, what the mistake costs it in points, over a hollow one, what is missing.

    ``rows`` are (name, family) of the networks; ``lost`` (mistakes, rows) are points by the mistake in words,
    below 0 where something is gained; ``missing`` (rows,) points; ``ends`` say in words what solid and hollow
    are. The rest is as in `Slides`. Raises ValueError where the numbers of rows differ.
    """

    name: str
    label: str
    description: str
    rows: Sequence[tuple[str, str]]
    lost: Mapping[str, Sequence[float]]
    missing: Sequence[float]
    ends: tuple[str, str]
    start: int = 0
    family: str = "four"

    marks = ("after", "count")

    def __post_init__(self):
        if {len(self.rows)} != {len(self.missing), *(len(points) for points in self.lost.values())}:
            raise ValueError(f"{len(self.rows)} rows, {len(self.missing)} missing, and other numbers lost")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.lost)} mistakes>"

    @property
    def says(self) -> list[str]:
        """The mistakes."""
        return list(self.lost)

    def state(self, index: int) -> dict:
        """The solid bars of one mistake, and what is written at their ends."""
        points = self.lost[self.says[index]]
        widths = [self._length(value) for value in points]
        return {"says": self.says[index], "after": [{"width": f"{width:.1f}"} for width in widths],
                "count": [{"text": _signed(value), "x": f"{NAMES + width + 6:.1f}"}
                          for value, width in zip(points, widths, strict=True)]}

    def svg(self, index: int) -> str:
        """The drawing of one mistake."""
        high, state = ROW * len(self.rows) + 26, self.state(index)
        solid, hollow = map(escape, self.ends)
        rows = "".join(self._row(row, state) for row in range(len(self.rows)))
        return (f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high}" '
                f'fill="{PAGE}"/><text x="{NAMES}" y="16">■ {solid} <tspan dx="1em">□</tspan> {hollow}</text>'
                f"{rows}</svg>")

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The points of every mistake, and what is missing."""
        states = [[says, *map(_signed, points)] for says, points in self.lost.items()]
        return (["points", *(name for name, _ in self.rows)],
                [*states, [self.ends[1], *map(_signed, self.missing)]])

    def _length(self, points: float) -> float:
        """Of a bar; nothing where something is gained."""
        most = max(*self.missing, *(max(points) for points in self.lost.values()))
        return ROOM * max(0.0, points) / most

    def _row(self, row: int, state: dict) -> str:
        (name, family), top = self.rows[row], 26 + ROW * row
        hollow, below = self._length(self.missing[row]), top + BAR + 4
        return (f'<g class="{family}"><text x="{NAMES - 8}" y="{top + BAR + 6}" text-anchor="end">'
                f'{escape(name)}</text>'
                f'<rect class="after" x="{NAMES}" y="{top}" height="{BAR}" '
                f'width="{state["after"][row]["width"]}" fill="{FAMILY[family]}"/>'
                f'<text class="count" x="{state["count"][row]["x"]}" y="{top + 13.5}">'
                f'{state["count"][row]["text"]}</text>'
                f'<rect class="before" x="{NAMES}" y="{below}" height="{BAR}" width="{hollow:.1f}" '
                f'fill="none" stroke="{MUTED}"/>'
                f'<text x="{NAMES + hollow + 6:.1f}" y="{below + 13.5}">{_signed(self.missing[row])}'
                "</text></g>")


def _signed(points: float) -> str:
    """A loss with its minus, a gain with its plus."""
    return f"{-points:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")
