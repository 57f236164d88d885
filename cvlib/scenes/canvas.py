"""Brushes for the drawn scenes: noise, ridges, skies and a canvas for straight-edged things.

Only sums, products, square roots and PIL's integer resampling are used, so that a drawing is the same
everywhere. Positions are fractions of the side, x to the right and y downwards; colours are RGB in 0 ... 255.
"""
import numpy as np
from PIL import Image, ImageDraw

__all__ = ["GROUNDS", "SIDE", "Sketch", "X", "Y", "colour", "grain", "mix", "noise", "ridge", "sky"]

SIDE = 150
Y, X = (np.mgrid[0:SIDE, 0:SIDE] / SIDE).astype(np.float32)

GROUNDS = ((86, 100, 54), (120, 104, 78), (150, 140, 112), (70, 86, 60), (196, 200, 204))
SKIES = (  # above, at the horizon
    ((84, 140, 205), (186, 210, 232)), ((140, 150, 162), (205, 208, 210)), ((96, 96, 140), (238, 170, 110)),
    ((52, 62, 92), (136, 132, 150)), ((196, 204, 212), (232, 232, 230)), ((58, 110, 190), (140, 180, 225)),
)


def colour(random, *choices, spread: float = 16.0) -> np.ndarray:
    """One of ``choices``, each channel moved by up to ``spread``."""
    chosen = choices[random.integers(len(choices))]
    return (chosen + random.uniform(-spread, spread, 3)).astype(np.float32)


def mix(a, b, t) -> np.ndarray:
    """``a`` where ``t`` is 0, ``b`` where it is 1; ``t`` may be a number or a (SIDE, SIDE) mask."""
    a, b, t = (np.asarray(value, np.float32) for value in (a, b, t))
    return a + (b - a) * (t[..., None] if t.ndim else t)


def noise(random, columns: int, rows: int | None = None) -> np.ndarray:
    """Smooth noise in 0 ... 1, (SIDE, SIDE), from a random grid of ``columns`` x ``rows``."""
    cells = random.integers(256, size=(rows or columns, columns), dtype=np.uint8)
    return np.asarray(Image.fromarray(cells).resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.float32) / 255


def grain(random, columns: int, rows: int | None = None) -> np.ndarray:
    """Noise with finer noise on top, around 0, in about -1 ... 1."""
    rows = rows or columns
    coarse, fine = noise(random, columns, rows), noise(random, min(4 * columns, SIDE), min(4 * rows, SIDE))
    return 1.3 * coarse + 0.7 * fine - 1.0


def ridge(random, height: float, relief: float, roughness: float = 0.55) -> np.ndarray:
    """The y of a skyline at each column, (SIDE,): midpoint displacement around ``height``."""
    points, step = height + relief * random.uniform(-1, 1, 3), relief
    while len(points) < SIDE:
        step *= roughness
        middle = (points[:-1] + points[1:]) / 2 + step * random.uniform(-1, 1, len(points) - 1)
        points = np.insert(middle, np.arange(len(points) - 1), points[:-1])
        points = np.append(points, points[-1])
    return points[np.linspace(0, len(points) - 1, SIDE).astype(int)].astype(np.float32)


def sky(random, horizon: float = 0.6) -> tuple[np.ndarray, np.ndarray]:
    """A sky down to ``horizon``, clouds in half of them; and the colour at its lower edge."""
    pair = SKIES[random.integers(len(SKIES))]
    above, below = (colour(random, shade, spread=14) for shade in pair)
    canvas = mix(above, below, np.clip(Y / horizon, 0, 1))
    if random.random() < 0.5:
        clouds = np.clip(1.6 * noise(random, 3, 6) + 0.8 * noise(random, 9, 16) - 1.2, 0, 1)
        canvas = mix(canvas, np.minimum(below + 30, 250), 0.8 * clouds)
    return canvas, below


class Sketch:
    """Polygons and lines over a painting, at twice the resolution so that their edges are smooth."""

    def __init__(self, painting: np.ndarray):
        image = Image.fromarray(np.clip(painting, 0, 255).astype(np.uint8))
        self.image = image.resize((2 * SIDE, 2 * SIDE), Image.Resampling.NEAREST)
        self.draw = ImageDraw.Draw(self.image)

    def polygon(self, points, fill) -> None:
        """Filled, with corners (x, y)."""
        self.draw.polygon(self._pixels(points), fill=self._ink(fill))

    def box(self, left: float, top: float, right: float, bottom: float, fill) -> None:
        """A filled rectangle."""
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def ellipse(self, x: float, y: float, width: float, height: float, fill) -> None:
        """Filled, around (x, y)."""
        corners = [(x - width / 2, y - height / 2), (x + width / 2, y + height / 2)]
        self.draw.ellipse(self._pixels(corners), fill=self._ink(fill))

    def line(self, points, fill, width: float = 0.008) -> None:
        """A stroke ``width`` wide."""
        self.draw.line(self._pixels(points), fill=self._ink(fill), width=max(1, round(2 * SIDE * width)))

    def painting(self) -> np.ndarray:
        """(SIDE, SIDE, 3), as the other brushes take it."""
        return np.asarray(self.image.reduce(2), np.float32)

    @staticmethod
    def _pixels(points):
        return [(2 * SIDE * float(x), 2 * SIDE * float(y)) for x, y in points]

    @staticmethod
    def _ink(fill):
        return tuple(int(min(max(c, 0), 255)) for c in fill)
