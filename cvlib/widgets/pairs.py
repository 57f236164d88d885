"""Two bars a row, on one scale."""
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Pairs"]

NAMES, WIDTH, HEAD, BAR, GAP, ROW = 108, 560, 30, 15, 2, 46  # names, drawing, head, a bar, between two, a row


@dataclass(frozen=True, repr=False)
class Pairs(Slides):
    """Two bars a row, one under the other, that a slider moves through states computed beforehand.

    ``first`` and ``second`` are (states, rows) numbers in ``unit``, drawn to one linear scale for all states
    and named by ``parts``. ``says`` has a line for each state, ``label`` names the slider, ``start`` is the
    state drawn without a script, and ``name`` is unique on its page. Raises ValueError where the numbers of
    states or rows differ.
    """

    name: str
    label: str
    description: str
    rows: Sequence[str]
    first: Sequence[Sequence[float]]
    second: Sequence[Sequence[float]]
    says: Sequence[str]
    start: int = 0
    family: str = "alexnet"
    parts: tuple[str, str] = ("first", "second")
    unit: str = ""

    marks = ("after", "error", "count")

    def __post_init__(self):
        shapes = {(len(part), *{len(state) for state in part}) for part in (self.first, self.second)}
        if shapes != {(len(self.says), len(self.rows))}:
            raise ValueError(f"states and rows differ: {sorted(shapes)}, {len(self.says)} states and "
                             f"{len(self.rows)} rows")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.says)} states of {len(self.rows)} pairs>"

    def state(self, index: int) -> dict:
        """What the script sets in state ``index``: the lengths of both bars of each row, the numbers at their
        ends, and the line to say."""
        marks = {"says": self.says[index], "after": [], "error": [], "count": []}
        for values in zip(self.first[index], self.second[index], strict=True):
            for kind, value in zip(("after", "error"), values, strict=True):
                marks[kind].append({"width": f"{self._length(value):.1f}"})
                marks["count"].append({"text": _said(value), "x": f"{NAMES + self._length(value) + 6:.1f}"})
        return marks

    def svg(self, index: int) -> str:
        """The drawing of one state."""
        state, high = self.state(index), HEAD + ROW * len(self.rows)
        marks = "".join(self._row(row, state) for row in range(len(self.rows)))
        return (f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high}" '
                f'fill="{PAGE}"/>{self._head()}{marks}</svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Both numbers of every row in every state."""
        states = [[says, *(f"{_said(one)} / {_said(other)}" for one, other in zip(*pair, strict=True))]
                  for says, *pair in zip(self.says, self.first, self.second, strict=True)]
        return [f"{' / '.join(self.parts)}{', ' * bool(self.unit)}{self.unit}", *self.rows], states

    def _head(self) -> str:
        one, other = map(escape, self.parts)
        return (f'<text x="{NAMES}" y="15"><tspan class="key-after" fill="{FAMILY[self.family]}">■</tspan> '
                f'{one}<tspan class="key-error" dx="1em" fill="{INK}">■</tspan> {other}</text>'
                f'<text x="{WIDTH}" y="15" text-anchor="end">{escape(self.unit)}</text>')

    def _length(self, value: float) -> float:
        most = max(max(state) for part in (self.first, self.second) for state in part)
        return (WIDTH - NAMES - 44) * value / most

    def _row(self, row: int, state: dict) -> str:
        top = HEAD + ROW * row
        drawn = [f'<text x="{NAMES - 10}" y="{top + BAR + 5}" text-anchor="end">'
                 f"{escape(self.rows[row])}</text>"]
        kinds = (("after", FAMILY[self.family]), ("error", INK))
        for i, (kind, colour) in enumerate(kinds):
            y, count = top + i * (BAR + GAP), state["count"][2 * row + i]
            drawn.append(f'<rect class="{kind}" x="{NAMES}" y="{y}" height="{BAR}" fill="{colour}" '
                         f'width="{state[kind][row]["width"]}"/><text class="count" x="{count["x"]}" '
                         f'y="{y + 12}">{count["text"]}</text>')
        return "".join(drawn)


def _said(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.95 else f"{value:.1f}"
