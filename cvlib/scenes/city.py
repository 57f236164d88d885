"""Two painters of the drawn scenes: buildings and street."""
from itertools import pairwise

import numpy as np

from cvlib.scenes.canvas import GROUNDS, Sketch, Y, colour, grain, mix, sky

__all__ = ["buildings", "street"]

WALLS = ((150, 110, 90), (186, 178, 165), (120, 126, 136), (205, 190, 150), (90, 96, 110), (170, 140, 120),
         (140, 160, 175), (110, 120, 96), (214, 214, 208))


def wall(sketch: Sketch, random, corner, rows: int, columns: int) -> None:
    """A house front with windows; ``corner(u, v)`` is the point at u of its width and v of its height."""
    paint = colour(random, *WALLS)
    glass = colour(random, (50, 60, 74), (120, 150, 170), (36, 38, 44), (190, 200, 206))
    sketch.polygon([corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)], paint)
    tall, wide, lit = random.uniform(0.4, 0.8), random.uniform(0.35, 0.8), random.random() < 0.25
    for row in range(rows):
        for column in range(columns):
            u, v = (column + 0.5 - wide / 2) / columns, (row + 0.6 - tall / 2) / (rows + 0.4)
            a, b = u + wide / columns, v + tall / (rows + 0.4)
            fill = (236, 206, 130) if lit and random.random() < 0.4 else glass
            sketch.polygon([corner(u, v), corner(a, v), corner(a, b), corner(u, b)], fill)
    sketch.line([corner(0, 0), corner(1, 0)], 0.7 * paint)


def buildings(random) -> np.ndarray:
    """House fronts, side by side or behind one another, seen from below at times."""
    canvas, _ = sky(random, 0.8)
    ground = colour(random, *GROUNDS, (110, 110, 112)) + 20 * grain(random, 20)[..., None]
    canvas = mix(canvas, ground, Y > 0.9)
    sketch, lean = Sketch(canvas), random.choice([0.0, 0.12, 0.3])
    left = random.uniform(-0.3, 0.05)
    while left < 0.95:
        width, top = random.uniform(0.22, 0.6), random.uniform(0.04, 0.5)
        foot = random.uniform(0.86, 1.05)
        box = (left, top, width, foot)
        wall(sketch, random, lambda u, v, box=box: upright(box, lean, u, v),
             random.integers(4, 11), random.integers(3, 8))
        left += width * random.uniform(0.55, 1.1)
    return sketch.painting()


def upright(box, lean: float, u: float, v: float) -> tuple[float, float]:
    """A point of a front whose upper parts draw together by ``lean``."""
    left, top, width, foot = box
    x = left + u * width
    return x + lean * (0.5 - x) * (1 - v), top + v * (foot - top)


def street(random, without: str | None = None) -> np.ndarray:
    """A road that runs away from us between two rows of house fronts, with marks, cars and lamps.

    ``without`` "houses", "marks" or "cars" has these painted aside, on what is thrown away: chance goes on as
    it would, and all else stays where it is.
    """
    away = (random.uniform(0.35, 0.65), random.uniform(0.36, 0.5))
    canvas, _ = sky(random, away[1])
    asphalt = colour(random, (96, 96, 98), (128, 122, 114), (70, 72, 78), (150, 146, 140))
    canvas = mix(canvas, asphalt + 16 * grain(random, 24, 40)[..., None], away[1] < Y)
    sketch = Sketch(canvas)
    on = dict.fromkeys(("houses", "marks", "cars"), sketch) | {without: Sketch(canvas)}
    for edge, reach in ((-random.uniform(0.0, 0.3), 1), (1 + random.uniform(0.0, 0.3), -1)):
        row_of_houses(on["houses"], random, (edge, random.uniform(0.75, 0.95)), away)
        kerb = (edge + reach * random.uniform(0.18, 0.3), 1.0)
        pavement = colour(random, (160, 156, 150), (120, 118, 116))
        sketch.polygon([(edge, 1.0), kerb, away, (edge, 0.86)], pavement)
    marks(on["marks"], random, away)
    for _ in range(random.integers(0, 4)):
        car(on["cars"], random, away)
    return sketch.painting()


def row_of_houses(sketch: Sketch, random, near, away) -> None:
    """Fronts of several houses on one side, from far to near, all lines meeting in ``away``."""
    ends = 1 - 0.93 ** np.array([0, *np.cumsum(random.uniform(4, 12, 5))])
    for start, end in reversed(list(pairwise(ends))):
        height = random.uniform(0.55, 1.15)

        def corner(u, v, start=start, end=end, height=height):
            t, y = start + u * (end - start), near[1] - (1 - v) * height
            return near[0] + t * (away[0] - near[0]), y + t * (away[1] - y)

        wall(sketch, random, corner, random.integers(3, 6), random.integers(2, 5))


def marks(sketch: Sketch, random, away) -> None:
    """Dashes down the middle of the road, shorter with distance."""
    foot, paint = random.uniform(0.4, 0.6), colour(random, (226, 224, 214), (220, 196, 110))
    for k in range(6):
        a, b = 1 - 0.62**k, 1 - 0.62 ** (k + 0.5)
        at = [(foot + t * (away[0] - foot), 1 + t * (away[1] - 1), 0.014 * (1 - t)) for t in (a, b)]
        sketch.polygon([(at[0][0] - at[0][2], at[0][1]), (at[0][0] + at[0][2], at[0][1]),
                        (at[1][0] + at[1][2], at[1][1]), (at[1][0] - at[1][2], at[1][1])], paint)


def car(sketch: Sketch, random, away) -> None:
    """Body, cabin, windscreen and wheels, smaller with distance."""
    t = random.uniform(0.25, 0.85)
    x = (0.5 + random.choice([-1, 1]) * random.uniform(0.1, 0.3)) * (1 - t) + away[0] * t
    y, w = 1.0 * (1 - t) + away[1] * t, 0.30 * (1 - t)
    paint = colour(random, (150, 40, 40), (220, 220, 222), (40, 50, 80), (60, 60, 64), (190, 160, 60))

    def at(u, v):  # u in widths from the middle, v in widths above the road
        return x + u * w, y - v * w

    for side in (-0.38, 0.38):
        sketch.ellipse(*at(side, 0), 0.2 * w, 0.26 * w, (24, 24, 26))
    sketch.polygon([at(-0.5, 0.42), at(0.5, 0.42), at(0.5, 0), at(-0.5, 0)], paint)
    sketch.polygon([at(-0.36, 0.4), at(-0.26, 0.72), at(0.26, 0.72), at(0.36, 0.4)], 0.85 * paint)
    sketch.polygon([at(-0.29, 0.42), at(-0.22, 0.67), at(0.22, 0.67), at(0.29, 0.42)], (70, 84, 96))
    for side in (-0.4, 0.4):
        sketch.ellipse(*at(side, 0.25), 0.1 * w, 0.1 * w, (240, 225, 180))
