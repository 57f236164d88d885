"""The variants of a network, and where each has its work and its weights."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, INK, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Variants"]

WIDTH, TALL, HEAD, FOOT, LINE = 560, 78, 32, 22, 28  # the drawing, a panel's bars, above them, under, of text


@dataclass(frozen=True, repr=False)
class Variants(Slides):
    """Two panels of bars, a bar a layer, for the variant that a slider chooses, and lines of text under them.

    ``layers`` are all that some variant has, in order; ``work`` and ``weights`` by variant hold a value for
    each of them, 0 for one that is not there, and ``marks_under`` what is written below it. ``lines``
    (variants, n) are in words, and ``columns`` name them in the table. The rest is as in `Slides`. Raises
    ValueError where the numbers of layers, or of lines, differ.
    """

    name: str
    label: str
    description: str
    layers: Sequence[str]
    work: Mapping[str, Sequence[float]]
    weights: Mapping[str, Sequence[float]]
    marks_under: Mapping[str, Sequence[str]]
    lines: Mapping[str, Sequence[str]]
    columns: Sequence[str]
    panels: tuple[str, str]
    start: int = 0
    family: str = "vgg"

    marks = ("after", "error", "sign", "told")

    def __post_init__(self):
        parts = (self.work, self.weights, self.marks_under)
        counts = {len(part[variant]) for part in parts for variant in self.lines}
        if counts != {len(self.layers)} or {len(self.columns)} != {len(one) for one in self.lines.values()}:
            raise ValueError(f"the numbers of layers differ, or of lines: {sorted(counts)}")

    @classmethod
    def of(cls, name: str, costs: Mapping[str, Sequence], signs: Mapping[str, Mapping[str, str]],
           lines: Mapping[str, Sequence[str]], **more) -> "Variants":
        """The layers that multiply, of each variant's `cost.layer_costs`; the last variant has all of them.
        ``signs`` are written under a variant's layers. ``more`` are fields of the class.
        """
        found = {variant: {cost.short: cost for cost in each if cost.macs} for variant, each in costs.items()}
        layers = list([*found.values()][-1])
        values = {what: {variant: [getattr(each[layer], what) if layer in each else 0 for layer in layers]
                         for variant, each in found.items()} for what in ("macs", "parameters")}
        under = {variant: [each.get(layer, "") for layer in layers] for variant, each in signs.items()}
        return cls(name, "column", "Where each variant has its work and its weights", layers, values["macs"],
                   values["parameters"], under, lines, **more)

    @property
    def says(self) -> list[str]:
        """The variant and the first of its lines."""
        return [f"{variant}: {lines[0]}" for variant, lines in self.lines.items()]

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.lines)} variants>"

    def state(self, index: int) -> dict:
        """The bars of one variant, what stands under them, and its lines."""
        variant = [*self.lines][index]
        bars = [[_bar(value, max(map(max, panel.values())), foot) for value in panel[variant]]
                for panel, foot in zip((self.work, self.weights), self._feet(), strict=True)]
        return {"says": self.says[index], "after": bars[0], "error": bars[1],
                "sign": [{"text": text} for text in self.marks_under[variant]],
                "told": [{"text": text} for text in self.lines[variant]]}

    def svg(self, index: int) -> str:
        """The drawing of one variant."""
        state, step, feet = self.state(index), WIDTH / len(self.layers), self._feet()
        bars = "".join(
            f'<rect class="{kind}" x="{i * step + 2:.1f}" width="{step - 4:.1f}" y="{bar["y"]}" '
            f'height="{bar["height"]}" fill="{colour}"/>'
            for kind, colour in (("after", FAMILY[self.family]), ("error", INK))
            for i, bar in enumerate(state[kind]))
        signs = "".join(f'<text class="sign" x="{(i + 0.5) * step:.1f}" y="{feet[1] + FOOT - 4}" '
                        f'text-anchor="middle">{escape(mark["text"])}</text>'
                        for i, mark in enumerate(state["sign"]))
        texts = "".join(f'<text class="told" x="0" y="{feet[1] + FOOT + LINE * (row + 1)}">'
                        f'{escape(mark["text"])}</text>' for row, mark in enumerate(state["told"]))
        high = feet[1] + FOOT + LINE * len(state["told"]) + 6
        return (f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{high}" '
                f'fill="{PAGE}"/>{self._heads(feet)}{bars}{signs}{texts}</svg>')

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The lines of every variant."""
        return ["", *self.columns], [[variant, *lines] for variant, lines in self.lines.items()]

    def _heads(self, feet: Sequence[int]) -> str:
        """The name of each panel, above it, and the line on which its bars stand."""
        return "".join(
            f'<text x="0" y="{foot - TALL - 6}"><tspan class="key-{kind}" fill="{colour}">■</tspan> '
            f'{escape(text)}</text><line class="axis" x1="0" x2="{WIDTH}" y1="{foot}" y2="{foot}" '
            f'stroke="{MUTED}" stroke-width="0.8"/>'
            for text, foot, kind, colour in zip(self.panels, feet, ("after", "error"),
                                                (FAMILY[self.family], INK), strict=True))

    def _feet(self) -> tuple[int, int]:
        """Where the bars of both panels stand."""
        return HEAD + TALL, 2 * (HEAD + TALL)


def _bar(value: float, most: float, foot: float) -> dict[str, str]:
    high = TALL * value / most
    return {"y": f"{foot - high:.1f}", "height": f"{high:.1f}"}
