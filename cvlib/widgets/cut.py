"""A cut of the learning rate under momentum: the rate inside the velocity, or outside."""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, MUTED, PAGE
from cvlib.widgets.choices import NAME_CHOICES, Choices

__all__ = ["Cut"]

WIDTH, HIGH, HEAD = 560, 150, 22  # of the drawing: its width, the longest bar, a line of text
BEFORE, AFTER = 5, 40  # steps drawn before the rate changes, and from then on

FUNCTIONS = """const walk = (m, to, within) => {
  const gathered = 1 / (1 - m), inside = [], outside = [];
  let v = gathered;
  for (let t = %(first)d; t < %(end)d; t++) {
    const rate = to ** Math.min(1, Math.max(0, (t + 1) / within));
    inside.push(v = m * v + rate);
    outside.push(rate * gathered);
  }
  return [inside, outside];
};
const says = (inside, outside) => {
  const ratios = inside.map((one, i) => one / outside[i]).slice(%(before)d);
  const off = ratios.filter(one => Math.abs(one - 1) > 0.1).length;
  return `in the first step inside goes ${ratios[0].toFixed(2)} times as far as outside; ` +
    (off == ratios.length ? `they differ by a tenth for ${off} steps and more` :
      `they differ by more than a tenth for ${off} steps`);
};"""

DRAW = """const [m, to, within] = sliders.map((slider, i) => given.choices[i][slider.value]);
    const [inside, outside] = walk(m, to, within), most = Math.max(1, to) / (1 - m);
    %(name_choices)s
    lab.querySelector(".says").textContent = says(inside, outside);
    const set = (kind, steps) => lab.querySelectorAll(kind).forEach((mark, i) => {
      const high = given.high * steps[i] / most;
      mark.setAttribute("y", (given.foot - high).toFixed(1));
      mark.setAttribute("height", high.toFixed(1));
    });
    set("rect.after", inside);
    set("rect.before", outside);"""


@dataclass(frozen=True, repr=False)
class Cut(Choices):
    """How far a weight whose gradient stays goes in each step, when the rate becomes ``to`` times itself
    ``within`` so many steps: filled by the paper's rule, outlined by torch's, a bar a step.

    Both have gathered speed before, `BEFORE` steps of which are drawn. ``start`` indexes the three choices
    that are drawn without a script, ``name`` is unique on its page. Raises ValueError for a start that is not
    among the choices, and for a momentum outside 0 ... 1.
    """

    name: str
    description: str
    momenta: Sequence[float] = (0.0, 0.5, 0.9, 0.95)
    tos: Sequence[float] = (0.1, 0.5, 2.0, 10.0)
    withins: Sequence[int] = (1, 5, 20)
    start: tuple[int, int, int] = (2, 0, 0)
    family: str = "alexnet"

    labels = ("momentum", "the rate becomes", "in the course of")

    def __post_init__(self):
        if not all(0 <= momentum < 1 for momentum in self.momenta):
            raise ValueError(f"a momentum is 0 or more and below 1, not {list(self.momenta)}")
        self.check_start()

    def __repr__(self) -> str:
        return f"<widget {self.name}: {BEFORE + AFTER} steps, three sliders>"

    @property
    def choices(self) -> list[list[float]]:
        """What each slider runs through: momentum, the factor of the rate, steps."""
        return [[*self.momenta], [*self.tos], [*self.withins]]

    @property
    def texts(self) -> list[list[str]]:
        """The same in words."""
        steps = [f"{n} steps" if n > 1 else "1 step" for n in self.withins]
        return [[f"{m:g}" for m in self.momenta], [f"{to:g} times itself" for to in self.tos], steps]

    def walk(self, momentum: float, to: float, within: int) -> tuple[list[float], list[float]]:
        """The distances of all steps, rate inside and rate outside, in steps without momentum at rate 1."""
        gathered = velocity = 1 / (1 - momentum)
        inside, outside = [], []
        for step in range(-BEFORE, AFTER):
            rate = to ** min(1, max(0, (step + 1) / within))
            velocity = momentum * velocity + rate
            inside.append(velocity)
            outside.append(rate * gathered)
        return inside, outside

    def says(self, inside: Sequence[float], outside: Sequence[float]) -> str:
        """What they come to, in words."""
        ratios = [one / other for one, other in zip(inside, outside, strict=True)][BEFORE:]
        off = sum(abs(ratio - 1) > 0.1 for ratio in ratios)
        return (f"in the first step inside goes {ratios[0]:.2f} times as far as outside; "
                + (f"they differ by a tenth for {off} steps and more" if off == len(ratios)
                   else f"they differ by more than a tenth for {off} steps"))

    def told(self, at: Sequence[int]) -> str:
        """`says` of these choices."""
        return self.says(*self.walk(*self.chosen(at)))

    def drawn(self, at: Sequence[int]) -> str:
        """The drawing of these choices."""
        momentum, to, _ = chosen = self.chosen(at)
        foot, step, most = HEAD + HIGH, WIDTH / (BEFORE + AFTER), max(1, to) / (1 - momentum)
        looks = ("after", f'fill="{FAMILY[self.family]}"'), ("before", f'fill="none" stroke="{MUTED}"')
        bars = "".join(
            f'<rect class="{kind}" x="{i * step + 1:.1f}" y="{foot - HIGH * one / most:.1f}" '
            f'width="{step - 2:.1f}" height="{HIGH * one / most:.1f}" {look}/>'
            for steps, (kind, look) in zip(self.walk(*chosen), looks, strict=True)
            for i, one in enumerate(steps))
        edge = f"{BEFORE * step:.1f}"
        return (f'<svg viewBox="0 0 {WIDTH} {foot + HEAD}" role="img" '
                f'aria-label="{escape(self.description)}" font-size="12.5" fill="{MUTED}">'
                f'<rect class="paper" width="{WIDTH}" height="{foot + HEAD}" fill="{PAGE}"/>'
                f'<text x="0" y="13"><tspan class="key-after" fill="{FAMILY[self.family]}">■</tspan> '
                f'rate inside <tspan dx="1em">□</tspan> rate outside, a bar a step</text>{bars}'
                f'<line class="axis" x1="{edge}" x2="{edge}" y1="{HEAD}" y2="{foot + 4}" stroke="{MUTED}"/>'
                f'<text x="{edge}" y="{foot + 17}">the rate changes</text></svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """For each momentum and each new rate, at once, how much farther inside goes in the first step."""
        rows = []
        for momentum, text in zip(self.momenta, self.texts[0], strict=True):
            pairs = [self.walk(momentum, to, 1) for to in self.tos]
            rows.append([f"momentum {text}", *(f"{inside[BEFORE] / outside[BEFORE]:.2f}"
                                               for inside, outside in pairs)])
        return ["first step, inside over outside", *self.texts[1]], rows

    def _repr_html_(self) -> str:
        given = json.dumps({"choices": self.choices, "texts": self.texts, "foot": HEAD + HIGH, "high": HIGH})
        functions = FUNCTIONS % {"first": -BEFORE, "end": AFTER, "before": BEFORE}
        return self.figure(given, DRAW % {"name_choices": NAME_CHOICES}, functions)
