"""What every widget shares: a slider over states that were computed beforehand."""
import json
from abc import ABC, abstractmethod
from html import escape

__all__ = ["Slides"]

SCRIPT = """(() => {
  const lab = document.getElementById(%(name)s), states = %(states)s, slider = lab.querySelector("input");
  slider.addEventListener("input", () => {
    const state = states[slider.value];
    lab.querySelector("output").value = state.says;
    for (const kind of %(marks)s)
      lab.querySelectorAll("." + kind).forEach((mark, row) => {
        for (const [key, value] of Object.entries(state[kind][row]))
          key == "text" ? mark.textContent = value : mark.setAttribute(key, value);
      });
  });
})();"""


class Slides(ABC):
    """One state as static HTML, which its own script moves through all of them; `live` where a kernel is.

    A subclass is a frozen dataclass with the fields below, and says how a state is drawn (`svg`) and what
    changes between two (`state`). ``name`` is unique on its page, ``label`` names the slider, ``says`` has a
    line for each state, ``start`` is the one drawn without a script; ``marks`` are the CSS classes of what
    the script moves.
    """

    name: str
    label: str
    says: list[str]
    start: int
    family: str
    marks: tuple[str, ...]

    @abstractmethod
    def state(self, index: int) -> dict:
        """What the script sets in state ``index``: the line "says", and under each of ``marks`` a dict of
        attributes for each such mark of the drawing, in order; "text" is its content."""

    @abstractmethod
    def svg(self, index: int) -> str:
        """The drawing of state ``index``."""

    def _repr_html_(self) -> str:
        states = json.dumps([self.state(index) for index in range(len(self.says))]).replace("<", "\\u003c")
        script = SCRIPT % {"name": json.dumps(self.name), "states": states, "marks": json.dumps(self.marks)}
        return (f'<figure class="lab {self.family}" id="{self.name}"><div class="controls">'
                f'<label for="{self.name}-at">{escape(self.label)}</label>'
                f'<input id="{self.name}-at" type="range" min="0" max="{len(self.says) - 1}" '
                f'value="{self.start}"><output for="{self.name}-at" aria-live="polite">'
                f'{escape(self.says[self.start])}</output></div>{self.svg(self.start)}'
                f"<script>{script}</script></figure>")

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
