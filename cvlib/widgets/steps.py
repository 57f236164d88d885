"""A network that changes step by step: its block, its cost, its words."""
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Steps"]

WIDTH, HIGH = 560, 288  # of the drawing; a line of text has room for the larger letters of a phone
MIDDLE, WIDEST, CHIP, ROW, TOP = 118, 176, 16, 78, 30  # the block: its wire, a chip's most, its height, a row
RIGHT, LINE, BARS, BAR = 300, 28, 200, 18  # the words, and below them the bars


@dataclass(frozen=True, repr=False)
class Steps(Slides):
    """A block of three convolutions, lines of text and two bars, which a slider moves from step to step.

    ``blocks`` (steps, 3) are (words, channels, depthwise, what follows) of each convolution, drawn as wide as
    it gives maps, to one scale; what a step changes in it is in the family's colour. ``after`` follows the
    sum. ``lines`` (steps, n) are written beside it under the step's name, and ``columns`` name them in the
    table. ``counted`` and ``printed`` are numbers in ``unit``, a solid and a hollow bar. The rest is as in
    `Slides`. Raises ValueError where the numbers of steps differ.
    """

    name: str
    label: str
    description: str
    steps: Sequence[str]
    blocks: Sequence[Sequence[tuple[str, int, bool, str]]]
    after: Sequence[str]
    lines: Sequence[Sequence[str]]
    columns: Sequence[str]
    counted: Sequence[float]
    printed: Sequence[float]
    unit: str
    start: int = 0
    family: str = "convnext"

    marks = ("chip", "said", "then", "told", "after", "before", "count")

    def __post_init__(self):
        parts = (self.steps, self.blocks, self.after, self.lines, self.counted, self.printed)
        if len({len(part) for part in parts}) > 1 or {len(block) for block in self.blocks} != {3}:
            raise ValueError(f"the numbers of steps differ, or blocks have other than three convolutions: "
                             f"{[len(part) for part in parts]}")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.steps)} steps>"

    @property
    def says(self) -> list[str]:
        """The number and the name of each step."""
        return [f"{i}: {step}" for i, step in enumerate(self.steps)]

    def state(self, index: int) -> dict:
        """The chips, words and bars of one step."""
        block, earlier = self.blocks[index], self.blocks[max(0, index - 1)]
        scale = (WIDTH - RIGHT - 48) / max(*self.counted, *self.printed)
        bars = [f"{scale * value:.1f}" for value in (self.counted[index], self.printed[index])]
        return {
            "says": self.says[index],
            "chip": [self._chip(row, block[row], block[row] != earlier[row]) for row in range(3)],
            "said": [{"text": words} for words, _, _, _ in block],
            "then": [*({"text": follows} for _, _, _, follows in block), {"text": self.after[index]}],
            "told": [{"text": text} for text in (self.steps[index], *self.lines[index])],
            "after": [{"width": bars[0]}], "before": [{"width": bars[1]}],
            "count": [{"text": f"{value:.2f}", "x": f"{RIGHT + float(bar) + 6:.1f}"} for bar, value in zip(
                bars, (self.counted[index], self.printed[index]), strict=True)],
        }

    def svg(self, index: int) -> str:
        """The drawing of one step."""
        state = self.state(index)
        return (f'<svg viewBox="0 0 {WIDTH} {HIGH}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{HIGH}" '
                f'fill="{PAGE}"/>{self._block(state)}{self._words(state)}</svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The block, the lines and the numbers of every step."""
        head = ["step", "block", *self.columns, f"counted, {self.unit}", f"printed, {self.unit}"]
        return head, [[self.says[i], "; ".join(words for words, _, _, _ in self.blocks[i]), *self.lines[i],
                       f"{self.counted[i]:.2f}", f"{self.printed[i]:.2f}"] for i in range(len(self.steps))]

    def _chip(self, row: int, part: tuple[str, int, bool, str], changed: bool) -> dict[str, str]:
        most = max(channels for block in self.blocks for _, channels, _, _ in block)
        half = WIDEST * part[1] / most / 2
        return {"x1": f"{MIDDLE - half:.1f}", "x2": f"{MIDDLE + half:.1f}",
                "stroke-dasharray": "1.5 1.5" if part[2] else "none",
                "class": "chip field" if changed else "chip",
                "stroke": FAMILY[self.family] if changed else "currentColor"}

    def _block(self, state: dict) -> str:
        foot, out = TOP + 3 * ROW + 4, MIDDLE - WIDEST / 2 - 14
        drawn = [f'<path class="field" d="M{MIDDLE} 14H{out}V{foot}H{MIDDLE - 8}" fill="none" '
                 f'stroke="{FAMILY[self.family]}" stroke-width="2.4"/>']
        for row in range(3):
            y, chip = TOP + ROW * row, state["chip"][row]
            drawn.append(
                f'<line x1="{MIDDLE}" x2="{MIDDLE}" y1="{y - 22}" y2="{y - CHIP / 2}" '
                f'stroke="currentColor"/>'
                f'<line {_attributes(chip)} y1="{y}" y2="{y}" stroke-width="{CHIP}"/>'
                f'<text class="said" x="{MIDDLE}" y="{y + 28}" text-anchor="middle" fill="{INK}">'
                f'{escape(state["said"][row]["text"])}</text>'
                f'<text class="then" x="{MIDDLE}" y="{y + 50}" text-anchor="middle">'
                f'{escape(state["then"][row]["text"])}</text>')
        return "".join(drawn) + (
            f'<line x1="{MIDDLE}" x2="{MIDDLE}" y1="{foot - 22}" y2="{foot - 8}" stroke="currentColor"/>'
            f'<circle cx="{MIDDLE}" cy="{foot}" r="8" fill="none" stroke="currentColor"/>'
            f'<text x="{MIDDLE}" y="{foot + 4.5}" text-anchor="middle">+</text>'
            f'<text class="then" x="{MIDDLE + 14}" y="{foot + 4.5}">'
            f'{escape(state["then"][3]["text"])}</text>')

    def _words(self, state: dict) -> str:
        texts = "".join(
            f'<text class="told" x="{RIGHT}" y="{20 + LINE * row}"'
            f'{"" if row else f""" fill="{INK}" font-weight="600" """}>{escape(mark["text"])}</text>'
            for row, mark in enumerate(state["told"]))
        bars = (("after", f'fill="{FAMILY[self.family]}"'), ("before", f'fill="none" stroke="{MUTED}"'))
        head = f'<text x="{RIGHT}" y="{BARS - 8}">{escape(self.unit)}: ■ counted, □ printed</text>'
        return texts + head + (
            "".join(f'<rect class="{kind}" x="{RIGHT}" y="{BARS + i * (BAR + 8)}" height="{BAR}" '
                    f'width="{state[kind][0]["width"]}" {look}/>'
                    f'<text class="count" x="{state["count"][i]["x"]}" y="{BARS + i * (BAR + 8) + 14}">'
                    f'{state["count"][i]["text"]}</text>' for i, (kind, look) in enumerate(bars)))


def _attributes(values: dict[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in values.items())
