"""McNemar's test under sliders: two accuracies, the pictures that one alone has right, and all there are."""
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from math import ceil, floor, sqrt

from scipy import stats

from cvlib.plot.style import GREY, HAIR, INK, MUTED, PAGE
from cvlib.widgets.frame import states_table
from cvlib.widgets.toss_script import SCRIPT
from cvlib.widgets.tosses import Tosses

__all__ = ["Toss"]

SIZES = (100, 200, 500, 1000, 2000, 3000, 5000, 10_000, 20_000, 50_000)
WIDTH, BAR, FOOT, HIGH, STEPS = 560, 26, 192, 90, 80  # the drawing, the bar's height, the coin's panel
LABELS = ("one alone is right on", "A is right on", "B is right on", "pictures")


@dataclass(frozen=True, repr=False)
class Toss:
    """``tosses`` drawn twice: all pictures as a bar, and what a coin would do with those that one alone has
    right, with four sliders. What is as uneven as what happened, or more, is dark.

    ``settings`` are named tosses for a table, which is open where no script runs. ``name`` is unique on its
    page. Raises ValueError for what no slider reaches.
    """

    name: str
    description: str
    tosses: Tosses
    settings: Sequence[tuple[str, Tosses]] = ()

    def __post_init__(self):
        t = self.tosses
        if t.n not in SIZES or not (min(t.a, t.b) >= 75 and t.alone <= 40):
            raise ValueError(f"accuracies go from 75 to 100, alone to 40, pictures are {SIZES}: not {t}")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {self.tosses.says}>"

    def _repr_html_(self) -> str:
        given = json.dumps({"sizes": SIZES, "width": WIDTH, "foot": FOOT, "high": HIGH, "steps": STEPS})
        script = SCRIPT % {"name": json.dumps(self.name), "given": given}
        controls = "".join(map(self._control, range(4)))
        return (f'<figure class="lab toss" id="{self.name}"><div class="controls four">{controls}</div>'
                f'<p class="says" aria-live="polite">{escape(self.tosses.says)}</p>'
                f'<div style="max-width: {WIDTH}px">{self.svg()}</div>'
                f"{states_table(self.description, *self.table())}<script>{script}</script></figure>")

    def svg(self) -> str:
        """The drawing."""
        marks = self.marks()
        text = {kind: values.pop("text") for kind, values in marks.items() if "text" in values}
        look = {kind: "".join(f' {key}="{value}"' for key, value in values.items())
                for kind, values in marks.items()}
        bar, middle = f'y="24" height="{BAR}"', f'y="{24 + BAR / 2 + 4.5}"'
        drawn = [
            f'<rect class="before" width="{WIDTH}" {bar} fill="none" stroke="{MUTED}"/>',
            f'<rect class="only-a error" {bar} fill="{INK}"{look["only-a"]}/>',
            f'<rect class="only-b second" {bar} fill="{GREY}"{look["only-b"]}/>',
            f'<text class="of-both" x="6" {middle}>{text["of-both"]}</text>',
            f'<text class="of-neither" x="{WIDTH}" y="15" text-anchor="end">{text["of-neither"]}</text>',
            f'<path class="coin" fill="{HAIR}"{look["coin"]}/>',
            f'<path class="tails error" fill="{INK}"{look["tails"]}/>',
            f'<line class="axis" x1="0" x2="{WIDTH}" y1="{FOOT}" y2="{FOOT}" stroke="{MUTED}"/>',
            f'<line class="fell axis" y1="{FOOT - HIGH - 18}" y2="{FOOT}" stroke="{INK}"{look["fell"]}/>',
            f'<text class="fell-says" y="{FOOT - HIGH - 6}"{look["fell-says"]}>{text["fell-says"]}</text>',
            f'<text class="half-says" x="{WIDTH / 2}" y="{FOOT + 17}" text-anchor="middle">'
            f'{text["half-says"]}</text>',
        ]
        return (f'<svg viewBox="0 0 {WIDTH} {FOOT + 24}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{FOOT + 24}" '
                f'fill="{PAGE}"/>{self._key()}{"".join(drawn)}</svg>')

    def marks(self) -> dict[str, dict[str, str]]:
        """By class what the script sets: attributes of each mark; "text" is its content."""
        t = self.tosses
        (a, b), m, right = t.only, t.tosses, t.only[0] * 2 > t.tosses
        half = max(2.25 * sqrt(m), 0.55 * abs(a - b), 2)
        low, end, few = max(0, ceil(m / 2 - half)), min(m, floor(m / 2 + half)), min(a, b)
        tails = self._stairs(low, end, half) if 2 * few == m else (
            self._stairs(low, few, half) + self._stairs(m - few, end, half))
        line, wide = f"{_place(a, m, half):.1f}", WIDTH / t.n
        return {
            "only-a": {"x": f"{wide * t.both:.1f}", "width": f"{wide * a:.1f}"},
            "only-b": {"x": f"{wide * (t.both + a):.1f}", "width": f"{wide * b:.1f}"},
            "of-both": {"text": f"both right {t.both:,}"},
            "of-neither": {"text": f"neither {t.n - t.both - m:,}"},
            "coin": {"d": self._stairs(low, end, half)}, "tails": {"d": tails},
            "fell": {"x1": line, "x2": line},
            "fell-says": {"x": line, "text-anchor": "end" if right else "start", "dx": "-5" if right else "5",
                          "text": f"A {a:,}"},
            "half-says": {"text": f"{m / 2:,g}"},
        }

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The settings, and what they come to."""
        rows = [[name, f"{t.alone:.1f} %", f"{t.only[0]:,} / {t.only[1]:,}",
                 f"{t.p_value:.3f}" if t.p_value >= 0.001 else "< 0.001"]
                for name, t in (("as drawn", self.tosses), *self.settings)]
        return ["settings to try", "one alone right", "A / B alone", "p"], rows

    def live(self):
        """The same for a kernel, where no script may run: an ipywidgets box."""
        import ipywidgets

        t, drawing = self.tosses, ipywidgets.HTML()
        sliders = [ipywidgets.FloatSlider(t.alone, min=0, max=40, step=0.1, description=LABELS[0]),
                   ipywidgets.FloatSlider(t.a, min=75, max=100, step=0.01, description=LABELS[1]),
                   ipywidgets.FloatSlider(t.b, min=75, max=100, step=0.01, description=LABELS[2]),
                   ipywidgets.SelectionSlider(options=SIZES, value=t.n, description=LABELS[3])]

        def draw(_=None):
            alone, a, b, n = (slider.value for slider in sliders)
            now = replace(self, tosses=Tosses(n, a, b, alone))
            said = f"<p>{escape(now.tosses.says)}</p>"
            drawing.value = f'{said}<div style="max-width: {WIDTH}px">{now.svg()}</div>'

        for slider in sliders:
            slider.observe(draw, "value")
        draw()
        return ipywidgets.VBox([*sliders, drawing])

    def _stairs(self, start: int, end: int, half: float) -> str:
        """The chance of each number of heads from ``start`` to ``end``, as a staircase on the foot."""
        m = self.tosses.tosses
        step = ceil(2 * half / STEPS)
        top = stats.binom.pmf(m // 2, m, 0.5)
        points = [f"V{FOOT - HIGH * stats.binom.pmf(k, m, 0.5) / top:.1f}"
                  f"H{_place(min(k + step, end + 1) - 0.5, m, half):.1f}"
                  for k in range(start, end + 1, step)]
        return f"M{_place(start - 0.5, m, half):.1f} {FOOT}{''.join(points)}V{FOOT}Z" if points else ""

    def _key(self) -> str:
        return (f'<text y="15"><tspan class="error" fill="{INK}">■</tspan> A alone'
                f'<tspan class="second" dx="1em" fill="{GREY}">■</tspan> B alone</text>'
                f'<text y="{FOOT - HIGH - 30}">how a coin would divide them</text>')

    def _control(self, i: int) -> str:
        t, at = self.tosses, f"{self.name}-{i}"
        value, low, high, step = ((t.alone, 0, 40, 0.1), (t.a, 75, 100, 0.01), (t.b, 75, 100, 0.01),
                                  (SIZES.index(t.n), 0, len(SIZES) - 1, 1))[i]
        said = (f"{t.alone:.1f} %", f"{t.a:.2f} %", f"{t.b:.2f} %", f"{t.n:,}")[i]
        return (f'<div><label for="{at}" hidden>{LABELS[i]}</label><input id="{at}" type="range" '
                f'min="{low}" max="{high}" step="{step}" value="{value}" aria-valuetext="{said}" '
                f'autocomplete="off" hidden><output for="{at}" aria-live="off">{said}</output></div>')


def _place(k: float, m: int, half: float) -> float:
    """Where ``k`` of ``m`` heads stand on the axis, whose middle is an even fall."""
    return WIDTH * (k - m / 2 + half) / (2 * half)
