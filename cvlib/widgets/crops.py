"""A window that is moved over a picture, and what the network then sees."""
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.choices import NAME_CHOICES, Choices
from cvlib.widgets.embedded import data_url

__all__ = ["Crops"]

WIDTH, APART, TOP, FOOT, RING = 560, 32, 22, 24, 3.4  # the drawing, between pictures, lines of text

FUNCTIONS = """const told = (column, row, crop, room) => {
    const [wide, high] = [column, row].map(at => crop - Math.abs(at - room / 2));
    const ends = [column, row].filter(at => at == 0 || at == room).length;
    const middles = [column, row].filter(at => at == room / 2).length;
    return `${Math.round(100 * wide * high / crop ** 2)} % of its pixels are in the centre window too` +
      (ends == 2 || middles == 2 ? "; one of the ten views of test time" : "");
  };
  const moved = (column, row, mirrored, [left, right, top, scale]) =>
    `translate(${mirrored ? right : left} ${top}) scale(${mirrored ? -scale : scale} ${scale}) ` +
    `translate(${-column} ${-row})`;"""

DRAW = """const [column, row, mirrored] = sliders.map(slider => +slider.value);
    %(name_choices)s
    lab.querySelector(".says").textContent = told(column, row, given.crop, given.room);
    lab.querySelector(".seen").setAttribute("transform", moved(column, row, mirrored, given.seen));
    const set = (kind, x, y, at) => lab.querySelectorAll(kind).forEach(mark => {
      mark.setAttribute(x, column + at);
      mark.setAttribute(y, row + at);
    });
    set(".halo, .field", "x", "y", 0);
    set(".after", "cx", "cy", given.crop / 2);"""


@dataclass(frozen=True, repr=False)
class Crops(Choices):
    """A window on a square picture, under sliders for its first column, its first row and the mirror, and
    beside the picture what is in the window; the window in the centre is a thin line.

    ``pixels`` (H, H, 3) uint8 stand for a picture of ``size`` pixels a side, the window has ``crop``. In the
    middle of the picture are all places that the middle of a window can have, and rings at the five of test
    time. ``start`` are column, row and 0 or 1 for the mirror, ``name`` is unique on its page. Raises
    ValueError for a window that leaves no even number of pixels, and for a start that is not there.
    """

    name: str
    description: str
    pixels: np.ndarray
    size: int = 256
    crop: int = 224
    start: tuple[int, int, int] = (27, 6, 0)
    family: str = "alexnet"

    labels = ("first column", "first row", "mirrored")

    def __post_init__(self):
        if not 0 < self.crop < self.size or self.room % 2:
            raise ValueError(f"a window of {self.crop} in {self.size} pixels has no room on both sides alike")
        self.check_start()

    def __repr__(self) -> str:
        return f"<widget {self.name}: {(self.room + 1)**2} windows and their mirror images>"

    @property
    def room(self) -> int:
        """The last column, and row, with which a window can begin."""
        return self.size - self.crop

    @property
    def texts(self) -> list[list[str]]:
        """What each slider runs through, in words."""
        return [*([str(at) for at in range(self.room + 1)] for _ in range(2)), ["no", "yes"]]

    @property
    def five(self) -> dict[str, tuple[int, int]]:
        """Column and row of the windows of test time."""
        ends = (("top", 0), ("bottom", self.room)), (("left", 0), ("right", self.room))
        corners = {f"{high} {wide}": (column, row) for high, row in ends[0] for wide, column in ends[1]}
        return corners | {"centre": (self.room // 2, self.room // 2)}

    def share(self, column: int, row: int) -> float:
        """The part of a window's pixels that are in the window in the centre too, 0 ... 1."""
        wide, high = (self.crop - abs(at - self.room // 2) for at in (column, row))
        return wide * high / self.crop**2

    def told(self, at: Sequence[int]) -> str:
        """`share` in words, and whether the ten views of test time have this window."""
        test = "; one of the ten views of test time" if tuple(at[:2]) in self.five.values() else ""
        return f"{100 * self.share(*at[:2]):.0f} % of its pixels are in the centre window too{test}"

    def moved(self, at: Sequence[int]) -> str:
        """Where the picture lies behind the window that shows what the network sees."""
        (column, row, mirrored), (left, right, top, scale) = at, self._seen()
        return (f"translate({right if mirrored else left} {top}) scale({-scale if mirrored else scale} "
                f"{scale}) translate({-column} {-row})")

    def drawn(self, at: Sequence[int]) -> str:
        """Both pictures."""
        (left, _, top, scale), high = self._seen(), TOP + self._scale * self.size + FOOT
        picture, side = f"{self.name}-picture", self._scale * self.crop
        return (f'<svg viewBox="0 0 {WIDTH} {high:.1f}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high:.1f}" '
                f'fill="{PAGE}"/><defs><image id="{picture}" width="{self.size}" height="{self.size}" '
                f'preserveAspectRatio="none" href="{data_url(self.pixels)}"/><clipPath id="{self.name}-clip">'
                f'<rect x="{left}" y="{top}" width="{side:.1f}" height="{side:.1f}"/></clipPath></defs>'
                f'<text x="0" y="13">the picture</text><text x="{left}" y="13">what the network sees</text>'
                f'<g transform="translate(0 {top}) scale({scale})"><use href="#{picture}"/>'
                f"{self._windows(at)}{self._places(at)}</g>"
                f'<g clip-path="url(#{self.name}-clip)"><use class="seen" href="#{picture}" '
                f'transform="{self.moved(at)}"/></g><text x="0" y="{high - 6:.1f}">'
                f'<tspan class="key-after" fill="{FAMILY[self.family]}">●</tspan> middle of the window, '
                "○ of the five of test time</text></svg>")

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The five windows of test time, and what each shares with the one in the centre."""
        rows = [[name, str(column), str(row), f"{100 * self.share(column, row):.0f} %"]
                for name, (column, row) in self.five.items()]
        return ["window of test time", *self.labels[:2], "shared with the centre"], rows

    def _repr_html_(self) -> str:
        given = json.dumps({"texts": self.texts, "crop": self.crop, "room": self.room, "seen": self._seen()})
        return self.figure(given, DRAW % {"name_choices": NAME_CHOICES}, FUNCTIONS)

    @property
    def _scale(self) -> float:
        """Units of the drawing in a pixel."""
        return round((WIDTH - APART) / (self.size + self.crop), 4)

    def _seen(self) -> tuple[float, float, int, float]:
        """Left and right of what the network sees, its top, and the scale."""
        return round(WIDTH - self._scale * self.crop, 2), WIDTH, TOP, self._scale

    def _windows(self, at: Sequence[int]) -> str:
        """The window in the centre, and over it the one that moves."""
        middle, column, row = self.room // 2, *at[:2]
        looks = (("next", middle, middle, PAGE, 1.5), ("halo", column, row, PAGE, 5),
                 ("field", column, row, FAMILY[self.family], 2.5))
        return "".join(f'<rect class="{kind}" x="{x}" y="{y}" width="{self.crop}" height="{self.crop}" '
                       f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
                       for kind, x, y, colour, width in looks)

    def _places(self, at: Sequence[int]) -> str:
        """Where the middle of a window can be, where those of test time are, and where it is."""
        half, edge = self.crop // 2, 2 * RING
        rings = "".join(f'<circle cx="{column + half}" cy="{row + half}" r="{RING}" fill="none" '
                        f'stroke="{PAGE}" stroke-width="1.2"/>' for column, row in self.five.values())
        return (f'<rect x="{half - edge}" y="{half - edge}" width="{self.room + 2 * edge}" '
                f'height="{self.room + 2 * edge}" fill="{INK}" fill-opacity="0.6"/>{rings}'
                f'<circle class="after" cx="{at[0] + half}" cy="{at[1] + half}" r="{RING}" '
                f'fill="{FAMILY[self.family]}" stroke="{PAGE}" stroke-width="1.2"/>')
