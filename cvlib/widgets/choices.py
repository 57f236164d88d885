"""What widgets with several sliders share."""
import json
from abc import ABC, abstractmethod
from html import escape

from cvlib.widgets.frame import states_table

__all__ = ["NAME_CHOICES", "Choices"]

NAME_CHOICES = """sliders.forEach((slider, i) => {
      const text = given.texts[i][slider.value];
      lab.querySelectorAll("output")[i].value = text;
      slider.setAttribute("aria-valuetext", text);
    });"""  # of a script that has `lab`, its `sliders` and `given.texts`

SCRIPT = """(() => {
  const lab = document.currentScript?.closest("figure") ?? document.getElementById(%(name)s);
  const given = %(given)s, sliders = [...lab.querySelectorAll("input")];
  %(functions)sconst draw = () => {
    %(draw)s
  };
  lab.querySelectorAll("[hidden]").forEach(part => part.hidden = false);
  lab.querySelector("details").open = false;
  sliders.forEach(slider => slider.addEventListener("input", draw));
})();"""


class Choices(ABC):
    """Several sliders, each through its own choices, that a script of the widget's own reads; `live` where a
    kernel is.

    A subclass is a frozen dataclass with the fields below, and says what the choices come to (`told`), how
    that is drawn (`drawn`) and what a table holds of it. ``labels`` name the sliders, ``texts`` say each
    one's choices in words, ``start`` are the places of those drawn without a script; the others are as in
    `Slides`.
    """

    name: str
    description: str
    start: tuple[int, ...]
    family: str
    labels: tuple[str, ...]

    @property
    @abstractmethod
    def texts(self) -> list[list[str]]:
        """What each slider runs through, in words."""

    @property
    def choices(self) -> list[list]:
        """The same as the widget computes with it; their words where it has nothing else."""
        return self.texts

    @abstractmethod
    def told(self, at: tuple[int, ...]) -> str:
        """What the choices at these places come to, in words."""

    @abstractmethod
    def drawn(self, at: tuple[int, ...]) -> str:
        """The drawing of these choices."""

    @abstractmethod
    def table(self) -> tuple[list[str], list[list[str]]]:
        """The head, and rows whose first cell names them."""

    def chosen(self, at: tuple[int, ...]) -> list:
        """The choices at these places."""
        return [choice[place] for choice, place in zip(self.choices, at, strict=True)]

    def check_start(self) -> None:
        """Raises ValueError for a start that is not among the choices."""
        if not all(0 <= at < len(choice) for at, choice in zip(self.start, self.choices, strict=True)):
            counts = ", ".join(str(len(choice)) for choice in self.choices)
            raise ValueError(f"start {self.start} is not among {counts} choices, counted from 0")

    def figure(self, given: str, draw: str, functions: str = "") -> str:
        """The whole widget as HTML. In its script ``given`` is what this JSON says, and ``draw`` the lines
        that follow a slider, which may call ``functions``."""
        script = SCRIPT % {"name": json.dumps(self.name), "given": given, "draw": draw,
                           "functions": functions and f"{functions}\n  "}
        controls = "".join(map(self._control, range(len(self.labels))))
        return (f'<figure class="lab {self.family}" id="{self.name}">'
                f'<div class="controls four">{controls}</div>'
                f'<p class="says" aria-live="polite">{escape(self.told(self.start))}</p>'
                f'<div style="max-width: 560px">{self.drawn(self.start)}</div>'
                f"{states_table(self.description, *self.table())}<script>{script}</script></figure>")

    def live(self):
        """The same for a kernel, where no script may run: an ipywidgets box."""
        import ipywidgets

        sliders = [ipywidgets.SelectionSlider(options=[*zip(texts, range(len(texts)), strict=True)], value=at,
                                              description=label.split(",")[0])
                   for label, texts, at in zip(self.labels, self.texts, self.start, strict=True)]
        drawing = ipywidgets.HTML()

        def draw(_=None):
            at = tuple(slider.value for slider in sliders)
            drawing.value = (f"<p>{escape(self.told(at))}</p>"
                             f'<div style="max-width: 560px">{self.drawn(at)}</div>')

        for slider in sliders:
            slider.observe(draw, "value")
        draw()
        return ipywidgets.VBox([*sliders, drawing])

    def _control(self, i: int) -> str:
        at, text = f"{self.name}-{i}", escape(self.texts[i][self.start[i]])
        return (f'<div><label for="{at}" hidden>{escape(self.labels[i])}</label> '
                f'<input id="{at}" type="range" min="0" max="{len(self.texts[i]) - 1}" '
                f'value="{self.start[i]}" aria-valuetext="{text}" autocomplete="off" hidden> '
                f'<output for="{at}" aria-live="off">{text}</output></div>')
