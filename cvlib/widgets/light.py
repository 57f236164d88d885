"""A picture under another light: noise along the axes of the colours, moved by hand."""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from cvlib.plot.style import MUTED, PAGE
from cvlib.widgets.choices import Choices
from cvlib.widgets.embedded import data_url

__all__ = ["Light"]

WIDTH, SIDE, TOP = 560, 270, 22  # of the drawing, of each picture, and of the line above
DRAWS = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)  # standard deviations of the three draws

DRAW = """const at = sliders.map(slider => +slider.value);
    const sizes = given.sizes[at[3]];
    const shift = [0, 1, 2].map(c => given.axes[c].reduce(
      (sum, axis, i) => sum + axis * sizes[i] * given.draws[at[i]], 0));
    sliders.forEach((slider, i) => {
      const text = given.texts[i][at[i]];
      lab.querySelectorAll("output")[i].value = text;
      slider.setAttribute("aria-valuetext", text);
    });
    lab.querySelector(".says").textContent = given.colours.map((colour, c) =>
      `${colour} ${shift[c] < 0 ? "\\u2212" : "+"}${Math.abs(shift[c]).toFixed(1)}`).join(", ") +
      " grey levels";
    const rows = shift.map((one, c) => [0, 1, 2].map(k => +(k == c)).concat(0, (one / 255).toFixed(4)));
    const values = [...rows, [0, 0, 0, 1, 0]].map(row => row.join(" ")).join(" ");
    lab.querySelector("feColorMatrix").setAttribute("values", values);"""


@dataclass(frozen=True, repr=False)
class Light(Choices):
    """``pixels`` (H, W, 3) uint8 as they are and lit, under sliders for the three draws and for what they
    multiply.

    ``axes`` (3, 3) are the axes of the colours, in columns; ``scales`` are (name, sizes (3,) in grey levels):
    what a draw of one standard deviation adds along each axis. ``start`` are the places of the draws among
    `DRAWS` and of the scale, ``name`` is unique on its page. Raises ValueError for a start that is not there.
    """

    name: str
    description: str
    pixels: np.ndarray
    axes: np.ndarray
    scales: Sequence[tuple[str, Sequence[float]]]
    start: tuple[int, int, int, int] = (5, 3, 3, 0)
    family: str = "alexnet"

    labels = ("α₁", "α₂", "α₃", "times")

    def __post_init__(self):
        self.check_start()

    def __repr__(self) -> str:
        return f"<widget {self.name}: three draws, {len(self.scales)} scales>"

    @property
    def texts(self) -> list[list[str]]:
        """What each slider runs through, in words."""
        draws = [f"{draw:+g} sd".replace("-", "−") if draw else "0" for draw in DRAWS]
        return [draws, draws, draws, [name for name, _ in self.scales]]

    def shift(self, at: Sequence[int]) -> np.ndarray:
        """What is added to red, green and blue, grey levels, (3,)."""
        draws = np.array([DRAWS[i] for i in at[:3]])
        return np.asarray(self.axes) @ (draws * np.asarray(self.scales[at[3]][1]))

    def told(self, at: Sequence[int]) -> str:
        """The same in words."""
        parts = (f"{colour} {shift:+.1f}" for colour, shift in
                 zip(("red", "green", "blue"), self.shift(at), strict=True))
        return ", ".join(parts).replace("-", "−") + " grey levels"

    def drawn(self, at: Sequence[int]) -> str:
        """Both pictures."""
        url, light, high = data_url(self.pixels), f"{self.name}-light", TOP + SIDE
        rows = [f"{1 * (c == 0)} {1 * (c == 1)} {1 * (c == 2)} 0 {one / 255:.4f}"
                for c, one in enumerate(self.shift(at))]
        matrix = " ".join([*rows, "0 0 0 1 0"])
        images = "".join(f'<image href="{url}" x="{x}" y="{TOP}" width="{SIDE}" height="{SIDE}"{look}/>'
                         for x, look in ((0, ""), (WIDTH - SIDE, f' filter="url(#{light})"')))
        return (f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high}" '
                f'fill="{PAGE}"/><filter id="{light}" x="0" y="0" width="1" height="1" '
                f'color-interpolation-filters="sRGB"><feColorMatrix type="matrix" values="{matrix}"/>'
                "</filter>"
                f'<text x="0" y="13">as it is</text><text x="{WIDTH - SIDE}" y="13">lit</text>'
                f"{images}</svg>")

    def table(self) -> tuple[list[str], list[list[str]]]:
        """What one standard deviation along each axis alone adds to the three colours, for each scale."""
        one, none = DRAWS.index(1.0), DRAWS.index(0.0)
        rows = [[name, *(self.told([one if i == axis else none for i in range(3)] + [place])
                         for axis in range(3))] for place, (name, _) in enumerate(self.scales)]
        return ["times", "α₁ of +1 sd", "α₂", "α₃"], rows

    def _repr_html_(self) -> str:
        given = json.dumps({
            "axes": np.round(self.axes, 6).tolist(), "draws": DRAWS, "texts": self.texts,
            "sizes": [[round(float(size), 4) for size in sizes] for _, sizes in self.scales],
            "colours": ["red", "green", "blue"]}, ensure_ascii=False).replace("<", "\\u003c")
        return self.figure(given, DRAW)
