"""The learning rates of a run, epoch by epoch, and what its author's hand did to them."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import log10

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Rates"]

WIDTH, LEFT, RIGHT, HEAD, DECADE, LINE = 560, 84, 482, 34, 40, 28  # drawing, ends, top, a tenth, of text
LOOKS = (f'class="axis" stroke="{MUTED}" stroke-width="2.4"', 'class="field" stroke-width="6"',
         'stroke="currentColor" stroke-width="1.6"')  # of the lines, which may lie on each other


@dataclass(frozen=True, repr=False)
class Rates(Slides):
    """Three learning rates over the epochs on a logarithmic scale, with zero below it, and a mark that a
    slider moves from epoch to epoch; under them the last change, and the first rate over the second.

    ``rates`` are by name (epochs,); ``notes`` by epoch say what else was changed then. The rest is as in
    `Slides`. Raises ValueError for other than three rates, of different lengths or negative, and where the
    second is zero.
    """

    name: str
    label: str
    description: str
    rates: Mapping[str, Sequence[float]]
    notes: Mapping[int, str] = field(default_factory=dict)
    start: int = 0
    family: str = "alexnet"

    marks = ("now", "after", "told")

    def __post_init__(self):
        rates = [*self.rates.values()]
        if len(rates) != len(LOOKS) or len({len(one) for one in rates}) != 1:
            raise ValueError(f"three rates of as many epochs, not {[len(one) for one in rates]}")
        if min(map(min, rates)) < 0 or min(rates[1]) == 0:
            raise ValueError(f"rates are 0 or more, and {[*self.rates][1]!r} never 0")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.says)} epochs of {len(self.rates)} rates>"

    @property
    def says(self) -> list[str]:
        """The rates of every epoch."""
        return [f"epoch {epoch}: " + ", ".join(f"{name} {_plain(rate)}" for name, rate in
                                              zip(self.rates, rates, strict=True))
                for epoch, rates in enumerate(zip(*self.rates.values(), strict=True))]

    @property
    def changes(self) -> dict[int, str]:
        """By epoch what is another than in the one before, in words."""
        found = {epoch: self._changed(epoch) for epoch in range(1, len(self.says))}
        return {epoch: "; ".join(parts) for epoch, parts in found.items() if parts}

    def state(self, index: int) -> dict:
        """Where the mark and its dots are, and the lines under the rates."""
        across = f"{self._across(index):.1f}"
        last = max((epoch for epoch in self.changes if epoch <= index), default=None)
        told = [f"last change, at epoch {last}:", self.changes[last]] if last else ["no change yet", ""]
        (first, second, _), here = self.rates, [rates[index] for rates in self.rates.values()]
        return {"says": self.says[index], "now": [{"x1": across, "x2": across}],
                "after": [{"cx": across, "cy": f"{self._down(rate):.1f}"} for rate in here],
                "told": [{"text": text} for text in (
                    *told, f"{first} learn {here[0] / here[1]:,.0f} times as fast as {second}")]}

    def svg(self, index: int) -> str:
        """The drawing at one epoch."""
        state, foot = self.state(index), self._down(0)
        across, high = state["now"][0]["x1"], foot + 20 + LINE * len(state["told"]) + 8
        dots = "".join(f'<circle class="after" cx="{mark["cx"]}" cy="{mark["cy"]}" r="5" '
                       f'fill="{FAMILY[self.family]}"/>' for mark in state["after"])
        texts = "".join(f'<text class="told" x="0" y="{foot + 20 + LINE * (row + 1):.1f}">'
                        f'{escape(mark["text"])}</text>' for row, mark in enumerate(state["told"]))
        return (f'<svg viewBox="0 0 {WIDTH} {high:.1f}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high:.1f}" '
                f'fill="{PAGE}"/>{self._scales()}<line class="now axis" x1="{across}" x2="{across}" '
                f'y1="{HEAD - 10}" y2="{foot:.1f}" stroke="{MUTED}"/>{self._lines()}{dots}{texts}</svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The rates of the first epoch and of those in which something changes."""
        rows = [[f"epoch {epoch}", *(_plain(rates[epoch]) for rates in self.rates.values()),
                 self.changes.get(epoch, "")] for epoch in (0, *self.changes)]
        return ["from", *self.rates, "what changes"], rows

    def _changed(self, epoch: int) -> list[str]:
        """What changes in one epoch: names by what becomes of their rates, and the note."""
        names: dict[str, list[str]] = {}
        for name, rates in self.rates.items():
            before, after = rates[epoch - 1:epoch + 1]
            if before != after:
                names.setdefault(_became(before, after), []).append(name)
        noted = [self.notes[epoch]] if epoch in self.notes else []
        return [*(f"{' and '.join(each)}: {what}" for what, each in names.items()), *noted]

    def _across(self, epoch: int) -> float:
        return LEFT + (RIGHT - LEFT) * epoch / (len(self.says) - 1)

    def _down(self, rate: float) -> float:
        """Where a rate is; zero lies most of a tenth below the least."""
        positive = [one for rates in self.rates.values() for one in rates if one > 0]
        tenths = log10(max(positive) / (rate or min(positive)))
        return HEAD + DECADE * (tenths + 0.8 * (rate == 0))

    def _scales(self) -> str:
        """Names of the axes, a hairline at every power of ten, and one at zero."""
        positive = [one for rates in self.rates.values() for one in rates if one > 0]
        powers = range(int(log10(max(positive)) // 1), int(round(log10(min(positive)), 6) // 1) - 1, -1)
        foot = self._down(0)
        ticks = "".join(
            f'<path class="axis" d="M{LEFT} {self._down(rate):.1f}H{RIGHT}" stroke="{MUTED}" '
            f'stroke-width="0.5"/><text x="{LEFT - 8}" y="{self._down(rate) + 4.5:.1f}" text-anchor="end">'
            f"{_plain(rate)}</text>" for rate in (*(10.0**power for power in powers), 0))
        return (f'<text x="0" y="13">learning rate</text>{ticks}<text x="{LEFT}" y="{foot + 20:.1f}">'
                f'epoch 0</text><text x="{RIGHT}" y="{foot + 20:.1f}" text-anchor="end">'
                f"{len(self.says) - 1}</text>")

    def _lines(self) -> str:
        """The rates as stairs, each named at its end."""
        drawn = []
        for (name, rates), look in zip(self.rates.items(), LOOKS, strict=True):
            stairs = "".join(f"H{self._across(epoch):.1f}V{self._down(rates[epoch]):.1f}"
                             for epoch in range(1, len(rates)) if rates[epoch] != rates[epoch - 1])
            family = "" if "stroke=" in look else f' stroke="{FAMILY[self.family]}"'
            drawn.append(f'<path {look}{family} d="M{LEFT} {self._down(rates[0]):.1f}{stairs}H{RIGHT}" '
                         f'fill="none"/><text x="{RIGHT + 8}" y="{self._down(rates[-1]) + 4.5:.1f}" '
                         f'fill="{INK}">{escape(name)}</text>')
        return "".join(drawn)


def _became(before: float, after: float) -> str:
    return f"rate × {_plain(after / before)}" if before and after else f"rate {_plain(after)}"


def _plain(rate: float) -> str:
    """To two digits, without an exponent."""
    return f"{float(f'{rate:.2g}'):.10f}".rstrip("0").rstrip(".")
