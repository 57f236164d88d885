"""Local response normalisation of one column of activities, its constants moved by hand."""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.choices import NAME_CHOICES, Choices

__all__ = ["Column"]

WIDTH, TALL, LOW, HEAD, GAP = 560, 120, 60, 22, 16  # of the drawing: its width, both panels, a line of text
INERT = 1.02  # a divisor that nowhere exceeds k by more is a constant

FUNCTIONS = """const factors = (a, n, alpha, k, beta) => a.map((_, i) => {
  let sum = 0;
  for (const other of a.slice(Math.max(0, i - (n - 1) / 2), i + (n + 1) / 2)) sum += other * other;
  return (k + alpha * sum) ** -beta;
});
const says = (f, k, beta) => {
  const low = Math.min(...f), high = Math.max(...f);
  const inert = (low / k ** -beta) ** (-1 / beta) <= %(inert)s;
  return `each activity times ${low.toFixed(3)} to ${high.toFixed(3)}` +
    (inert ? ": a constant, within 2 %% of k" : "");
};"""

DRAW = """const [n, alpha, k, scale] = sliders.map((slider, i) => given.choices[i][slider.value]);
    const a = given.activities.map(one => one * scale), f = factors(a, n, alpha, k, given.beta);
    %(name_choices)s
    lab.querySelector(".says").textContent = says(f, k, given.beta);
    const set = (kind, heights, foot) => lab.querySelectorAll(kind).forEach((mark, i) => {
      mark.setAttribute("y", (foot - heights[i]).toFixed(1));
      mark.setAttribute("height", heights[i].toFixed(1));
    });
    set(".after", f.map((one, i) => one * given.bars[i]), given.feet[0]);
    set(".error", f.map(one => one * given.low), given.feet[1]);
    const line = (given.feet[1] - given.low * k ** -given.beta).toFixed(1);
    for (const end of ["y1", "y2"]) lab.querySelector(".axis").setAttribute(end, line);"""


@dataclass(frozen=True, repr=False)
class Column(Choices):
    """What all maps say at one place, before LRN and after it, under sliders for n, alpha, k and the scale.

    ``activities`` are those of one tower, at the scale whose factor is 1; ``sizes`` are odd; ``alphas``
    multiply the sum as they stand; ``scales`` are (name, factor). ``start`` indexes the four choices that are
    drawn without a script, ``name`` is unique on its page. Raises ValueError for an even size, for negative
    or no activities, and for a start that is not among the choices.
    """

    name: str
    description: str
    activities: Sequence[float]
    scales: Sequence[tuple[str, float]]
    sizes: Sequence[int] = (1, 3, 5, 7, 9, 11)
    alphas: Sequence[float] = (2e-5, 1e-4, 1e-3, 1.0)
    ks: Sequence[float] = (1.0, 2.0, 5.0)
    start: tuple[int, int, int, int] = (2, 1, 1, 0)
    beta: float = 0.75
    family: str = "alexnet"

    labels = ("n, maps in the window", "α, times the sum", "k", "input")

    def __post_init__(self):
        if any(size % 2 == 0 for size in self.sizes):
            raise ValueError(f"windows have a middle: sizes are odd, not {list(self.sizes)}")
        if len(self.activities) == 0 or min(self.activities) < 0 or not max(self.activities):
            raise ValueError("a column needs activities of 0 or more, one of them positive")
        self.check_start()

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.activities)} activities, four sliders>"

    @property
    def choices(self) -> list[list[float]]:
        """What each slider runs through: n, alpha, k, the factor of the scale."""
        return [[*self.sizes], [*self.alphas], [*self.ks], [factor for _, factor in self.scales]]

    @property
    def texts(self) -> list[list[str]]:
        """The same in words."""
        return [[str(n) for n in self.sizes], [f"{alpha:f}".rstrip("0").rstrip(".") for alpha in self.alphas],
                [f"{k:g}" for k in self.ks], [name for name, _ in self.scales]]

    def factors(self, n: int, alpha: float, k: float, scale: float = 1.0) -> list[float]:
        """(k + alpha * sum of the squares of n neighbours) ** -beta for each activity times ``scale``."""
        squares = [(one * scale) ** 2 for one in self.activities]
        windows = (squares[max(0, i - n // 2):i + n // 2 + 1] for i in range(len(squares)))
        return [(k + alpha * sum(window)) ** -self.beta for window in windows]

    def says(self, factors: Sequence[float], k: float) -> str:
        """What the factors come to, in words."""
        low, high = min(factors), max(factors)
        inert = (low / k**-self.beta) ** (-1 / self.beta) <= INERT
        return (f"each activity times {low:.3f} to {high:.3f}"
                + (": a constant, within 2 % of k" if inert else ""))

    def drawn(self, at: Sequence[int]) -> str:
        """Both panels."""
        n, alpha, k, scale = self.chosen(at)
        factors, feet, step = self.factors(n, alpha, k, scale), self._feet(), WIDTH / len(self.activities)
        marks = "".join(
            f'{_bar("before", i * step, step, foot=feet[0], high=bar, look=f"fill=none stroke={MUTED}")}'
            f'{_bar("after", i * step, step, foot=feet[0], high=bar * f, look=f"fill={FAMILY[self.family]}")}'
            f'{_bar("error", i * step, step, foot=feet[1], high=LOW * f, look=f"fill={INK}")}'
            for i, (bar, f) in enumerate(zip(self._bars(), factors, strict=True)))
        line = f"{feet[1] - LOW * k ** -self.beta:.1f}"
        high = feet[1] + 4
        return (f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high}" '
                f'fill="{PAGE}"/>{self._words(feet)}{marks}'
                f'<line class="axis" x1="0" x2="{WIDTH}" y1="{line}" y2="{line}" stroke="{MUTED}"/></svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The least and the largest factor for each alpha and each scale, with n and k as at the start."""
        n, k = self.sizes[self.start[0]], self.ks[self.start[2]]
        rows = []
        for alpha, text in zip(self.alphas, self.texts[1], strict=True):
            found = [self.factors(n, alpha, k, factor) for _, factor in self.scales]
            rows.append([f"α = {text}", *(f"{min(one):.3f} to {max(one):.3f}" for one in found)])
        return [f"n = {n}, k = {k:g}", *self.texts[3]], rows

    def told(self, at: Sequence[int]) -> str:
        """What the factors come to."""
        n, alpha, k, scale = self.chosen(at)
        return self.says(self.factors(n, alpha, k, scale), k)

    def _repr_html_(self) -> str:
        given = json.dumps({"activities": [*self.activities], "choices": self.choices, "texts": self.texts,
                            "beta": self.beta, "bars": [round(bar, 2) for bar in self._bars()],
                            "feet": self._feet(), "low": LOW}, ensure_ascii=False).replace("<", "\\u003c")
        return self.figure(given, DRAW % {"name_choices": NAME_CHOICES}, FUNCTIONS % {"inert": INERT})

    def _bars(self) -> list[float]:
        """Heights of the activities before."""
        return [TALL * one / max(self.activities) for one in self.activities]

    def _feet(self) -> list[int]:
        """Where the bars of both panels stand."""
        return [HEAD + TALL, HEAD + TALL + GAP + HEAD + LOW]

    def _words(self, feet: Sequence[int]) -> str:
        """What the bars of each panel are."""
        return (f'<text x="0" y="13"><tspan>□</tspan> before '
                f'<tspan class="key-after" fill="{FAMILY[self.family]}">■</tspan> after, a bar a map</text>'
                f'<text x="0" y="{feet[0] + GAP + 13}">'
                f'<tspan class="key-error" fill="{INK}">■</tspan> its factor; the line is that of silent maps'
                "</text>")


def _bar(kind: str, left: float, step: float, *, foot: float, high: float, look: str) -> str:
    colours = " ".join(f'{key}="{value}"' for key, value in (pair.split("=") for pair in look.split()))
    return (f'<rect class="{kind}" x="{left + 1.5:.1f}" y="{foot - high:.1f}" width="{step - 3:.1f}" '
            f'height="{high:.1f}" {colours}/>')
