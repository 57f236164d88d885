"""Windows of random area and shape, as torchvision's RandomResizedCrop and RandomErasing mean them."""
from collections.abc import Callable

import numpy as np
from PIL import Image

from cvlib.data.preprocess import FILTERS
from cvlib.recipes import Erase, Zoom

__all__ = ["Windows", "erased"]

TRIES = 10  # torchvision's: shapes that are drawn until one fits
Draw = Callable[[np.ndarray, str], np.ndarray]  # (numbers, slot) -> uniform


class Windows:
    """The windows of one batch's pictures, ``numbers`` (N,) in the whole set, by what ``draw`` gives them.

    ``angles`` (N,) turn the pictures first, in degrees.
    """

    def __init__(self, zoom: Zoom, interpolation: str, numbers: np.ndarray, draw: Draw,
                 angles: np.ndarray | None = None):
        self.zoom, self.how, self.numbers, self.draw, self.angles = zoom, FILTERS[interpolation], numbers, draw, angles
        self.first = _shape(zoom, numbers, draw, 0)
        self.left, self.top = draw(numbers, "zoom.left"), draw(numbers, "zoom.top")

    def least(self, side: int) -> np.ndarray:
        """The shorter side that a picture needs so that its window, the first if that fits, has ``side`` pixels:
        (N,)."""
        area, ratio = self.first
        return np.ceil(side / np.sqrt(area * np.minimum(ratio, 1 / ratio))).astype(int)

    def box(self, place: int, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """Left, top, width and height in pixels, in the batch's picture ``place`` of ``size`` (width, height).

        Of ten shapes the first that fits; else as much of the middle as ``ratio`` allows.
        """
        (width, height), (across, down) = size, (0.0, 0.0)
        for attempt in range(TRIES):
            area, ratio = (part[place] for part in self.first) if attempt == 0 else (
                part[0] for part in _shape(self.zoom, self.numbers[[place]], self.draw, attempt))
            across, down = np.sqrt(area * width * height * ratio), np.sqrt(area * width * height / ratio)
            if across <= width and down <= height:
                return self.left[place] * (width - across), self.top[place] * (height - down), across, down
        low, high = self.zoom.ratio
        across, down = min(width, height * high), min(height, width / low)
        return (width - across) / 2, (height - down) / 2, across, down

    def cut(self, place: int, image: Image.Image, side: int) -> Image.Image:
        """The window of the batch's picture ``place``, resized to ``side`` x ``side``."""
        if self.angles is not None:
            image = image.rotate(self.angles[place], Image.Resampling.BILINEAR)
        left, top, across, down = self.box(place, image.size)
        box = (left, top, min(left + across, image.width), min(top + down, image.height))
        return image.resize((side, side), self.how, box=box)


def erased(erase: Erase, side: int, numbers: np.ndarray, draw: Draw) -> np.ndarray:
    """The windows of ``side`` x ``side`` pictures that are erased: (N, 4) int64, left, top, right, bottom; all 0
    where nothing is, and where none of ten shapes is smaller than the picture."""
    boxes = np.zeros((len(numbers), 4), np.int64)
    missing = draw(numbers, "erase") < erase.probability
    for attempt in range(TRIES):
        area, ratio = _shape(erase, numbers, draw, attempt)
        across = np.rint(side * np.sqrt(area * ratio)).astype(int)
        down = np.rint(side * np.sqrt(area / ratio)).astype(int)
        fits = missing & (across < side) & (down < side)
        left = np.floor(draw(numbers, "erase.left") * (side - across + 1)).astype(int)
        top = np.floor(draw(numbers, "erase.top") * (side - down + 1)).astype(int)
        boxes[fits] = np.stack([left, top, left + across, top + down], 1)[fits]
        missing &= ~fits
        if not missing.any():
            break
    return boxes


def _shape(value: Zoom | Erase, numbers: np.ndarray, draw: Draw, attempt: int) -> tuple[np.ndarray, np.ndarray]:
    """Areas, uniform in ``value.area``, and width over height, uniform in its logarithm."""
    (least, most), (low, high) = value.area, np.log(value.ratio)
    area = least + (most - least) * draw(numbers, f"{value.kind}.area.{attempt}")
    return area, np.exp(low + (high - low) * draw(numbers, f"{value.kind}.ratio.{attempt}"))
