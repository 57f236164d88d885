"""Scenes: drawn pictures with Intel's six class names, for when there are no photographs.

Every picture is a function of (split, index): no download, no file, the same on every machine. The classes
share skies, weather and many colours on purpose; shape and texture tell them apart. They are drawings, and a
score on them says nothing about photographs.
"""
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from cvlib.data.canvas import SIDE
from cvlib.data.city import buildings, street
from cvlib.data.images import ImageDataset, key_of
from cvlib.data.nature import forest, glacier, mountain, sea

__all__ = ["SIZES", "Scenes", "scenes"]

PAINTERS = {painter.__name__: painter for painter in (buildings, forest, glacier, mountain, sea, street)}
SIZES = {"train": 1200, "val": 240, "test": 600}
EDITION = 2  # of the drawings; a change of any brush is a new one


class Scenes(ImageDataset):
    """A split of the drawn scenes, the classes in turn; pictures are 150 x 150."""

    def __init__(self, split: str, transform: Callable | None = None):
        classes, self.split = list(PAINTERS), split
        labels = [index % len(classes) for index in range(SIZES[split])]
        paths = [f"{split}/{classes[label]}/{index:04d}" for index, label in enumerate(labels)]
        super().__init__("scenes", classes, paths, labels, transform)

    def image(self, index: int) -> Image.Image:
        random = np.random.default_rng([EDITION, list(SIZES).index(self.split), index])
        return photograph(random, PAINTERS[self.classes[self.labels[index]]](random))

    def key(self) -> str:
        return key_of([EDITION, self.split, SIZES[self.split]])


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


def scenes(split: str, root: str | Path | None = None, transform: Callable | None = None) -> Scenes:
    """``split`` of the drawn scenes; they live nowhere, so a ``root`` is refused with ValueError."""
    if root is not None:
        raise ValueError("scenes are drawn, not read: they have no root")
    return Scenes(split, transform)
