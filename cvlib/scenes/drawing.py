"""Scenes: drawn pictures with Intel's six class names, for when there are no photographs.

Every picture is a function of (split, index): no download, no file, the same on every machine. The classes
share skies, weather and many colours on purpose; shape and texture tell them apart. They are drawings, and a
score on them says nothing about photographs.
"""
import numpy as np
from PIL import Image, ImageFilter

from cvlib.scenes.canvas import SIDE
from cvlib.scenes.city import buildings, street
from cvlib.scenes.nature import forest, glacier, mountain, sea

__all__ = ["CLASSES", "EDITION", "PAINTERS", "PARTS", "SIZES", "draw", "label_of"]

PAINTERS = {painter.__name__: painter for painter in (buildings, forest, glacier, mountain, sea, street)}
CLASSES = tuple(PAINTERS)
SIZES = {"train": 1200, "val": 240, "test": 600}
PARTS = {"glacier": ("peaks",), "mountain": ("snow",), "street": ("houses", "marks", "cars")}  # to leave out
EDITION = 2  # of the drawings; a change of any brush is a new one


def label_of(index: int) -> int:
    """The class of picture ``index`` of any split: the classes in turn."""
    return index % len(CLASSES)


def draw(split: str, index: int, *, without: str | None = None) -> Image.Image:
    """Picture ``index`` of ``split``, 150 x 150 in RGB, as it is or ``without`` one of its class's `PARTS`:
    all else, the camera included, is as in the whole picture.

    Raises IndexError beyond the split's size, and ValueError for a part that its class does not have.
    """
    if not 0 <= index < SIZES[split]:
        raise IndexError(f"{split} has the drawings 0 ... {SIZES[split] - 1}, not {index}")
    name = CLASSES[label_of(index)]
    if without is not None and without not in PARTS.get(name, ()):
        raise ValueError(f"{split} {index} is of {name}, drawn whole or without one of "
                         f"{PARTS.get(name, ())}, not {without!r}")
    random = np.random.default_rng([EDITION, list(SIZES).index(split), index])
    parts = {} if without is None else {"without": without}
    return photograph(random, PAINTERS[name](random, **parts))


def photograph(random, painting: np.ndarray) -> Image.Image:
    """A part of the painting through a poor camera: zoom, mirror, light, colour cast, blur and grain."""
    side = SIDE * random.uniform(0.6, 1.0)
    left, top = random.uniform(0, SIDE - side, 2)
    image = Image.fromarray(np.clip(painting, 0, 255).astype(np.uint8))
    image = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side))
    if random.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if random.random() < 0.3:
        image = image.filter(ImageFilter.BoxBlur(random.uniform(0.5, 2.0)))
    cast = (random.uniform(0.55, 1.25) * random.uniform(0.85, 1.15, 3)).astype(np.float32)
    pixels = np.asarray(image, np.float32) * cast + random.uniform(-15, 25)
    speckle = random.random((SIDE, SIDE, 4), np.float32)
    pixels += random.uniform(2, 14) * (speckle[..., :3] + speckle[..., 3:] - 1.0)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
