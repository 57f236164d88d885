"""What networks that differ in their masks say of one picture, as more and more units are dropped."""
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cvlib.plot.style import FAMILY, MUTED, PAGE
from cvlib.widgets.frame import Slides

__all__ = ["Masks"]

WIDTH, HIGH, LEFT, AXIS, APART = 560, 150, 20, 118, 9  # of the drawing: sides, the axis, lines of dots
RADIUS, LINES = 3.2, 10


@dataclass(frozen=True, repr=False)
class Masks(Slides):
    """A dot for each mask at the probability that it gives the true class, and a line where the network with
    all of its units is; a slider moves through rates of dropout.

    ``shares`` (rates, masks) and ``whole`` are probabilities, 0 ... 1. ``says`` has a line for each rate.
    Raises ValueError where their numbers differ or a share is no probability.
    """

    name: str
    label: str
    description: str
    shares: Sequence[Sequence[float]]
    whole: float
    says: Sequence[str]
    start: int = 0
    family: str = "alexnet"

    marks = ("after",)

    def __post_init__(self):
        if len(self.says) != len(self.shares) or len({len(row) for row in self.shares}) != 1:
            raise ValueError(f"{len(self.says)} lines for {len(self.shares)} rates of so many masks: "
                             f"{sorted({len(row) for row in self.shares})}")
        if not all(0 <= share <= 1 for row in [*self.shares, [self.whole]] for share in row):
            raise ValueError("shares are probabilities, 0 ... 1")

    def __repr__(self) -> str:
        return f"<widget {self.name}: {len(self.says)} rates of {len(self.shares[0])} masks>"

    def state(self, index: int) -> dict:
        """Where the script puts each dot at the rate ``index``, and the line to say."""
        return {"says": self.says[index],
                "after": [{"cx": f"{self._place(share):.1f}"} for share in self.shares[index]]}

    def svg(self, index: int) -> str:
        """The drawing at one rate."""
        colour = FAMILY[self.family]
        dots = "".join(f'<circle class="after" cx="{mark["cx"]}" cy="{AXIS - 12 - APART * (i % LINES):.1f}" '
                       f'r="{RADIUS}" fill="{colour}" fill-opacity="0.7"/>'
                       for i, mark in enumerate(self.state(index)["after"]))
        ticks = "".join(f'<text x="{self._place(at):.1f}" y="{AXIS + 18}" text-anchor="middle">{at:g}</text>'
                        for at in (0, 0.25, 0.5, 0.75, 1))
        whole = self._place(self.whole)
        return (f'<svg viewBox="0 0 {WIDTH} {HIGH}" role="img" aria-label="{escape(self.description)}" '
                f'font-size="12.5" fill="{MUTED}"><rect class="paper" width="{WIDTH}" height="{HIGH}" '
                f'fill="{PAGE}"/><path class="axis" d="M{LEFT} {AXIS}H{WIDTH - LEFT}" stroke="{MUTED}"/>'
                f'<path class="axis" d="M{whole:.1f} 12V{AXIS}" stroke="{MUTED}" stroke-width="2"/>'
                f"{dots}{ticks}</svg>")

    def table(self) -> tuple[list[str], list[list[str]]]:
        """At each rate the least, the middle and the greatest of the masks' probabilities."""
        rows = []
        for says, shares in zip(self.says, self.shares, strict=True):
            ordered = sorted(shares)
            rows.append([says, *(f"{ordered[i]:.2f}" for i in (0, len(ordered) // 2, -1))])
        return [self.label, "least", "middle", "greatest"], rows

    def _place(self, share: float) -> float:
        return LEFT + share * (WIDTH - 2 * LEFT)
