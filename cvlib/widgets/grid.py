"""A picture under the grid of a convolution's windows, which are moved by hand."""
import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO

from PIL import Image

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE, SURFACE
from cvlib.widgets.grid_script import SCRIPT
from cvlib.widgets.windows import FIRST_LAYERS, Windows

__all__ = ["Grid"]

CONTROLS = {  # field: its name on the page, the least and the most
    "size": ("pixels a side", 217, 232), "before": ("zeros above and left", 0, 3),
    "after": ("zeros below and right", 0, 5), "kernel": ("kernel", 3, 11), "stride": ("stride", 1, 6),
}
PANEL, GAP, HIGH = 176, 16, 206  # units: a panel's side, between two, the drawing's height
BEYOND, CORNER = 5, 21  # pixels shown beyond the picture, and pixels a side of an enlarged corner
KEPT = 56  # pixels a side of the picture as it is stored
STEADY = 'vector-effect="non-scaling-stroke"'  # lines as wide enlarged as not


@dataclass(frozen=True, repr=False)
class Grid:
    """``picture`` under the ``windows`` of a first layer, with a slider for each of their numbers.

    It is drawn three times to scale: whole, and its first and last corner enlarged; zeros are hatched, pixels
    that no window reads darkened. ``settings`` are named windows for a table, which is open where no script
    runs. ``name`` is unique on its page. Raises ValueError for numbers that no slider reaches.
    """

    name: str
    description: str
    picture: Image.Image
    windows: Windows
    settings: Sequence[tuple[str, Windows]] = FIRST_LAYERS
    family: str = "alexnet"

    def __post_init__(self):
        for field, (label, least, most) in CONTROLS.items():
            if not least <= getattr(self.windows, field) <= most:
                raise ValueError(f"{label} goes from {least} to {most}, not to {self.windows}")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {self.windows.says}>"

    def _repr_html_(self) -> str:
        script = SCRIPT % {"name": self.name, "panel": PANEL, "step": PANEL + GAP, "corner": CORNER,
                           "beyond": BEYOND}
        said = escape(self.windows.says)
        return (f'<figure class="lab grid {self.family}" id="{self.name}"><div class="controls">'
                f'{"".join(map(self._control, CONTROLS))}</div>'
                f'<p class="says" aria-live="polite">{said}</p>'
                f'<div style="max-width: 560px">{self.svg()}</div>{self._table()}'
                f"<script>{script}</script></figure>")

    def svg(self) -> str:
        """The drawing."""
        marks = {part: "".join(f' {name}="{value}"' for name, value in values.items())
                 for part, values in self.marks().items()}
        wide, panels = 3 * PANEL + 2 * GAP, ("whole", "first", "last")
        titles = ("the picture", "its first pixels", "its last pixels")
        drawn = "".join(
            f'<g clip-path="url(#{self.name}-clip-{place})"><g class="{panel}"{marks[panel]}>'
            f'<use href="#{self.name}-all"/>{"" if panel == "whole" else self._pixels()}</g></g>'
            f'<text x="{place * (PANEL + GAP)}" y="{PANEL + 18}">{title}</text>'
            for place, (panel, title) in enumerate(zip(panels, titles, strict=True)))
        return (f'<svg viewBox="0 0 {wide} {HIGH}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{wide}" height="{HIGH}" '
                f'fill="{PAGE}"/><defs>{self._patterns()}{self._everything(marks)}</defs>{drawn}</svg>')

    def marks(self) -> dict[str, dict[str, str | int]]:
        """By class what the script sets: attributes of each mark, in pixels of the picture."""
        w = self.windows
        starts = [w.stride * place - w.before for place in range(w.places)]
        second, ahead = starts[min(1, w.places - 1)], starts[max(w.places - 2, 0)]
        low, high = -w.before, w.size + w.after
        lines = "".join(f"M{at} {low}V{high}M{low} {at}H{high}" for at in starts)
        missed, past = max(w.size - w.end, 0), min(w.end, w.size)
        return {
            "zeros": {"x": low, "y": low, "width": high - low, "height": high - low},
            "picture": {"width": w.size, "height": w.size},
            "missed-right": {"x": past, "y": 0, "width": missed, "height": w.size},
            "missed-below": {"x": 0, "y": past, "width": past, "height": missed},
            "lattice": {"d": lines},
            **{name: {"x": at, "y": at, "width": w.kernel, "height": w.kernel}
               for name, at in (("near-first", second), ("near-last", ahead), ("at-first", starts[0]),
                                ("at-last", starts[-1]))},
            "whole": {"transform": _placed(0, w.size + 2 * BEYOND, -BEYOND)},
            "first": {"transform": _placed(1, CORNER, -BEYOND)},
            "last": {"transform": _placed(2, CORNER, w.size + BEYOND - CORNER)},
        }

    def live(self):
        """The same for a kernel, where no script may run: an ipywidgets box."""
        import ipywidgets

        drawing = ipywidgets.HTML()
        sliders = {field: ipywidgets.IntSlider(getattr(self.windows, field), least, most, description=label)
                   for field, (label, least, most) in CONTROLS.items()}

        def draw(_=None):
            windows = Windows(**{field: slider.value for field, slider in sliders.items()})
            drawing.value = (f'<p>{escape(windows.says)}</p><div style="max-width: 560px">'
                             f"{replace(self, windows=windows).svg()}</div>")

        for slider in sliders.values():
            slider.observe(draw, "value")
        draw()
        return ipywidgets.VBox([*sliders.values(), drawing])

    def _control(self, field: str) -> str:
        (label, least, most), value = CONTROLS[field], getattr(self.windows, field)
        at = f"{self.name}-{field}"
        return (f'<label for="{at}" hidden>{label}</label><input id="{at}" name="{field}" type="range" '
                f'min="{least}" max="{most}" value="{value}" autocomplete="off" hidden>'
                f'<output for="{at}" aria-live="off" hidden>{value}</output>')

    def _patterns(self) -> str:
        """Hatching for zeros, a pixel's edges, and what is seen of each panel."""
        clips = "".join(f'<clipPath id="{self.name}-clip-{place}"><rect x="{place * (PANEL + GAP)}" '
                        f'width="{PANEL}" height="{PANEL}"/></clipPath>' for place in range(3))
        return (f'<pattern id="{self.name}-zero" width="1" height="1" patternUnits="userSpaceOnUse">'
                f'<path d="M0 1L1 0" {_on_page("stroke", "muted", MUTED)} stroke-width="0.08"/></pattern>'
                f'<pattern id="{self.name}-pixel" width="1" height="1" patternUnits="userSpaceOnUse">'
                f'<path d="M0 0H1M0 0V1" {_on_page("stroke", "page", PAGE)} stroke-width="0.05" '
                f'stroke-opacity="0.6"/></pattern>'
                f"{clips}")

    def _everything(self, marks: dict[str, str]) -> str:
        red = f'fill="none" {_on_page("stroke", "family", FAMILY[self.family])} {STEADY}'
        missed = f'fill="{INK}" fill-opacity="0.75"'
        lattice = (f'stroke="{PAGE}" stroke-opacity="0.5" stroke-width="0.6" '
                   f"{STEADY}")
        return (f'<g id="{self.name}-all"><rect class="ground"{marks["zeros"]} '
                f'{_on_page("fill", "surface", SURFACE)}/>'
                f'<rect class="zeros"{marks["zeros"]} fill="url(#{self.name}-zero)"/>'
                f'<image class="picture" href="{_as_data(self.picture)}" preserveAspectRatio="none" '
                f'opacity="0.85"{marks["picture"]}/>'
                f'<rect class="missed-right"{marks["missed-right"]} {missed}/>'
                f'<rect class="missed-below"{marks["missed-below"]} {missed}/>'
                f'<path class="lattice"{marks["lattice"]} {lattice}/>'
                + "".join(f'<rect class="{name}"{marks[name]} {red} stroke-width="{width}"/>'
                          for name, width in (("near-first", 1.2), ("near-last", 1.2), ("at-first", 2.4),
                                              ("at-last", 2.4))) + "</g>")

    def _pixels(self) -> str:
        """The edges of pixels over an enlarged corner."""
        return (f'<rect x="-{BEYOND}" y="-{BEYOND}" width="300" height="300" '
                f'fill="url(#{self.name}-pixel)"/>')

    def _table(self) -> str:
        columns = ("size", "before", "after")
        head = "".join(f'<th scope="col">{text}</th>' for text in (
            "", *(CONTROLS[field][0] for field in columns), "windows a side", "at the end"))
        rows = "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{getattr(w, field)}</td>" for field in columns)
            + f"<td>{w.places}</td><td>{w.says.split('; ')[-1]}</td></tr>" for name, w in self.settings)
        return ("<details open><summary>Settings to try, as a table</summary>"
                f'<div style="overflow-x: auto" tabindex="0" role="group" '
                f'aria-label="{escape(self.description)}">'
                f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>")


def _on_page(what: str, name: str, colour: str) -> str:
    """A colour that the page may turn over: where an element is used again, a page's rules do not reach it,
    but its variables do."""
    return f'style="{what}: var(--{name}, {colour})"'


def _placed(place: int, side: int, start: int) -> str:
    """Pixels from ``start`` on, ``side`` of them, in the panel ``place``."""
    scale = f"{PANEL / side:.4f}"
    return f"translate({place * (PANEL + GAP)} 0) scale({scale}) translate({-start} {-start})"


def _as_data(picture: Image.Image) -> str:
    """A small copy as a bitmap, which no library compresses in a way of its own."""
    stored = BytesIO()
    picture.convert("RGB").resize((KEPT, KEPT), Image.Resampling.BOX).save(stored, "BMP")
    return "data:image/bmp;base64," + base64.b64encode(stored.getvalue()).decode()
