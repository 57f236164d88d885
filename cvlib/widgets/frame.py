"""What every widget shares: a slider over states that were computed beforehand."""
import json
from abc import ABC, abstractmethod
from html import escape

__all__ = ["Slides", "states_table"]

SCRIPT = """(() => {
  const lab = document.currentScript?.closest("figure") ?? document.getElementById(%(name)s);
  const states = %(states)s, slider = lab.querySelector("input");
  lab.querySelectorAll("[hidden]").forEach(part => part.hidden = false);
  lab.querySelector("details").open = false;
  slider.addEventListener("input", () => {
    const state = states[slider.value];
    lab.querySelector("output").value = state.says;
    slider.setAttribute("aria-valuetext", state.says);
    for (const kind of %(marks)s)
      lab.querySelectorAll("." + kind).forEach((mark, row) => {
        for (const [key, value] of Object.entries(state[kind][row]))
          key == "text" ? mark.textContent = value : mark.setAttribute(key, value);
      });
  });
})();"""


def states_table(description: str, head: list[str], rows: list[list[str]]) -> str:
    """What stands under every widget: all states, or a choice of them, as a table. It is open where no script
    closes it; the first cell names its row."""
    cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(f'<tr><th scope="row">{escape(name)}</th>'
                   + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for name, *row in rows)
    label = escape(description)
    return ("<details open><summary>All states as a table</summary>"
            f'<div style="overflow-x: auto" tabindex="0" role="group" aria-label="{label}">'
            f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table></div></details>")


class Slides(ABC):
    """One state as static HTML, which its own script moves through all of them; `live` where a kernel is.

    Where no script runs there is no slider, and the table of all states is open.

    A subclass is a frozen dataclass with the fields below, and says how a state is drawn (`svg`), what
    changes between two (`state`) and what all of them hold (`table`). ``name`` is unique on its page,
    ``label`` names the slider, ``description`` the whole, ``says`` has a line for each state, ``start`` is
    the one drawn without a script; ``marks`` are the CSS classes of what the script moves.
    """

    name: str
    label: str
    description: str
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

    @abstractmethod
    def table(self) -> tuple[list[str], list[list[str]]]:
        """The head, and a row for each state and what else belongs there: the first cell names the row."""

    def _repr_html_(self) -> str:
        states = json.dumps([self.state(index) for index in range(len(self.says))]).replace("<", "\\u003c")
        script = SCRIPT % {"name": json.dumps(self.name), "states": states, "marks": json.dumps(self.marks)}
        said = escape(self.says[self.start])
        return (f'<figure class="lab {self.family}" id="{self.name}"><div class="controls">'
                f'<label for="{self.name}-at" hidden>{escape(self.label)}</label> '
                f'<input id="{self.name}-at" type="range" min="0" max="{len(self.says) - 1}" '
                f'value="{self.start}" aria-valuetext="{said}" autocomplete="off" hidden> '
                f'<output for="{self.name}-at" aria-live="off">{said}</output></div>'
                f"{self._drawing(self.start)}{self._states()}<script>{script}</script></figure>")

    def _drawing(self, index: int) -> str:
        return f'<div style="max-width: 560px">{self.svg(index)}</div>'

    def _states(self) -> str:
        return states_table(self.description, *self.table())

    def live(self):
        """The same for a kernel, where no script may run: an ipywidgets box."""
        import ipywidgets

        slider = ipywidgets.IntSlider(self.start, 0, len(self.says) - 1, description=self.label,
                                      readout=False)
        drawing = ipywidgets.HTML()

        def draw(_=None):
            drawing.value = f"<p>{escape(self.says[slider.value])}</p>{self._drawing(slider.value)}"

        slider.observe(draw, "value")
        draw()
        return ipywidgets.VBox([slider, drawing])
