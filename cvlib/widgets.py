"""Widgets: static HTML that its own small script brings to life without a kernel; ipywidgets with one."""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Bars"]

NAMES, WIDTH, ROW, BAR, GAP = 96, 560, 27, 18, 1.5  # the names, the drawing, a row, a bar, between its parts
RED, INK, GREY = "#872111", "#1A1B1E", "#5B5E63"  # where no stylesheet of the book is at hand

SCRIPT = """(() => {
  const lab = document.getElementById(%(name)s), states = %(states)s, slider = lab.querySelector("input");
  slider.addEventListener("input", () => {
    const state = states[slider.value];
    lab.querySelector("output").value = state.says;
    for (const kind of ["after", "error", "count"])
      lab.querySelectorAll("." + kind).forEach((mark, row) => {
        for (const [key, value] of Object.entries(state[kind][row]))
          key == "text" ? mark.textContent = value : mark.setAttribute(key, value);
      });
  });
})();"""


@dataclass(frozen=True, repr=False)
class Bars:
    """One bar a row, in three parts, that a slider moves through states computed beforehand.

    ``filled`` and ``struck`` (states, rows) are the first and the second part of each bar, ``whole`` (rows,)
    its length; the rest stays an outline, and the second part is written at the bar's end. ``says`` has a
    line for each state, ``label`` names the slider, ``start`` is the state drawn without a script, and
    ``name`` is unique on its page. Raises ValueError where the numbers of states or rows differ.
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

    def _repr_html_(self) -> str:
        states = json.dumps([self.state(index) for index in range(len(self.says))]).replace("<", "\\u003c")
        script = SCRIPT % {"name": json.dumps(self.name), "states": states}
        return (f'<figure class="lab {self.family}" id="{self.name}"><div class="controls">'
                f'<label for="{self.name}-at">{escape(self.label)}</label>'
                f'<input id="{self.name}-at" type="range" min="0" max="{len(self.says) - 1}" '
                f'value="{self.start}"><output for="{self.name}-at" aria-live="polite">'
                f'{escape(self.says[self.start])}</output></div>{self.svg(self.start)}'
                f"<script>{script}</script></figure>")

    def svg(self, index: int) -> str:
        """The drawing of one state."""
        state, high = self.state(index), ROW * len(self.rows)
        marks = "".join(self._row(row, state) for row in range(len(self.rows)))
        return (f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{GREY}">{marks}</svg>')

    def live(self):
        """The same for a kernel, where no script may run: an ipywidgets box."""
        import ipywidgets

        slider = ipywidgets.IntSlider(self.start, 0, len(self.says) - 1, description=self.label,
                                      readout=False)
        drawing = ipywidgets.HTML()

        def draw(_=None):
            drawing.value = f"<p>{escape(self.says[slider.value])}</p>{self.svg(slider.value)}"

        slider.observe(draw, "value")
        draw()
        return ipywidgets.VBox([slider, drawing])

    def _length(self, count: int) -> float:
        return (WIDTH - NAMES - 44) * count / max(self.whole)

    def _row(self, row: int, state: dict) -> str:
        top, middle = row * ROW + (ROW - BAR) / 2, row * ROW + ROW / 2 + 4.5
        bar = f'y="{top}" height="{BAR}"'
        after, error, whole = state["after"][row], state["error"][row], self._length(self.whole[row])
        return (f'<text x="{NAMES - 10}" y="{middle}" text-anchor="end">{escape(self.rows[row])}</text>'
                f'<rect class="before" x="{NAMES}" {bar} width="{whole:.1f}" fill="none" '
                f'stroke="{GREY}"/>'
                f'<rect class="after" x="{NAMES}" {bar} width="{after["width"]}" fill="{RED}"/>'
                f'<rect class="error" x="{error["x"]}" {bar} width="{error["width"]}" fill="{INK}"/>'
                f'<text class="count" x="{WIDTH}" y="{middle}" text-anchor="end">'
                f'{state["count"][row]["text"]}</text>')
