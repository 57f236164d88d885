"""Bars in two parts, a row each."""
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Bars"]

NAMES, WIDTH, ROW, BAR, GAP = 96, 560, 27, 18, 1.5  # the names, the drawing, a row, a bar, between its parts


@dataclass(frozen=True, repr=False)
class Bars(Slides):
    """One bar a row, in three parts, that a slider moves through states computed beforehand.

    ``filled`` and ``struck`` (states, rows) are the first and the second part of each bar, ``whole`` (rows,)
    its length; the rest stays an outline, and the second part is written at the bar's end. ``parts`` says in
    words what the three are. ``says`` has a line for each state, ``label`` names the slider, ``start`` is the
    state drawn without a script, and ``name`` is unique on its page. Raises ValueError where the numbers of
    states or rows differ.
    """

    name: str
    label: str
    description: str
    rows: Sequence[str]
    whole: Sequence[int]
    filled: Sequence[Sequence[int]]
    struck: Sequence[Sequence[int]]
    says: Sequence[str]
    start: int = 0
    family: str = "alexnet"
    parts: tuple[str, str, str] = ("right", "wrong", "not answered")

    marks = ("after", "error", "count")

    def __post_init__(self):
        shapes = {(len(self.says), len(self.rows))}
        shapes |= {(len(part), *{len(state) for state in part}) for part in (self.filled, self.struck)}
        if len(shapes) > 1 or len(self.whole) != len(self.rows):
            raise ValueError(f"states and rows differ: {sorted(shapes)}, {len(self.whole)} lengths")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.says)} states of {len(self.rows)} bars>"

    def state(self, index: int) -> dict:
        """What the script sets in state ``index``: attributes of each row's marks, and the line to say."""
        marks = {"says": self.says[index], "after": [], "error": [], "count": []}
        for filled, struck in zip(self.filled[index], self.struck[index], strict=True):
            first, second = self._length(filled), self._length(struck)
            marks["after"].append({"width": f"{first:.1f}"})
            marks["error"].append({"x": f"{NAMES + first + GAP:.1f}", "width": f"{second:.1f}"})
            marks["count"].append({"text": f"{struck:,}"})
        return marks

    def svg(self, index: int) -> str:
        """The drawing of one state."""
        state, high = self.state(index), ROW * (1 + len(self.rows))
        marks = "".join(self._row(row, state) for row in range(len(self.rows)))
        return (f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high}" '
                f'fill="{PAGE}"/>{self._head()}{marks}</svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """First and second part of every bar in every state, and its length."""
        filled, struck, _ = self.parts
        states = [[says, *(f"{first:,} / {second:,}" for first, second in zip(*parts, strict=True))]
                  for says, *parts in zip(self.says, self.filled, self.struck, strict=True)]
        return [f"{filled} / {struck}", *self.rows], [*states, ["all", *(f"{n:,}" for n in self.whole)]]

    def _head(self) -> str:
        """What the parts of a bar are, and over the counts what they count."""
        filled, struck, outline = map(escape, self.parts)
        return (f'<text x="{NAMES}" y="{ROW / 2 + 2}">'
                f'<tspan class="key-after" fill="{FAMILY[self.family]}">■</tspan> {filled}'
                f'<tspan class="key-error" dx="1em" fill="{INK}">■</tspan> {struck}'
                f'<tspan dx="1em">□</tspan> {outline}</text>'
                f'<text x="{WIDTH}" y="{ROW / 2 + 2}" text-anchor="end">{struck}</text>')

    def _length(self, count: int) -> float:
        return (WIDTH - NAMES - 44) * count / max(self.whole)

    def _row(self, row: int, state: dict) -> str:
        top, middle = (row + 1) * ROW + (ROW - BAR) / 2, (row + 1) * ROW + ROW / 2 + 4.5
        bar = f'y="{top}" height="{BAR}"'
        after, error, whole = state["after"][row], state["error"][row], self._length(self.whole[row])
        return (f'<text x="{NAMES - 10}" y="{middle}" text-anchor="end">{escape(self.rows[row])}</text>'
                f'<rect class="before" x="{NAMES}" {bar} width="{whole:.1f}" fill="none" '
                f'stroke="{MUTED}"/>'
                f'<rect class="after" x="{NAMES}" {bar} width="{after["width"]}" '
                f'fill="{FAMILY[self.family]}"/>'
                f'<rect class="error" x="{error["x"]}" {bar} width="{error["width"]}" fill="{INK}"/>'
                f'<text class="count" x="{WIDTH}" y="{middle}" text-anchor="end">'
                f'{state["count"][row]["text"]}</text>')
