"""What training does to a picture before the network sees it: a function of the picture and of its draws."""
import numpy as np
from PIL import Image

__all__ = ["AUGMENTATIONS", "Draws", "cut", "ten_crop"]

AUGMENTATIONS = ("crop", "zoom", "rotate", "flip", "vflip")
LEAST_AREA = 0.45  # of the stored picture, in the smallest window of "zoom"
LARGEST_ANGLE = 15.0  # degrees to either side, in "rotate"


class Draws:
    """Uniform numbers of one epoch, six for each of ``length`` pictures: a function of (seed, epoch) alone.

    Workers and processes cannot change what a picture draws.
    """

    def __init__(self, length: int, seed: int, epoch: int):
        values = np.random.default_rng([seed, epoch, length]).random((6, length))
        self.top, self.left, self.area, self.angle, flip, vflip = values
        self.flip, self.vflip = flip < 0.5, vflip < 0.5


def cut(stored: np.ndarray, size: int, augment: tuple[str, ...], draws: Draws, index: int) -> np.ndarray:
    """The window that picture ``index`` draws, (S, S, 3) -> (size, size, 3) uint8; not yet mirrored.

    "crop" is a window of ``size`` pixels at a random place, else at the centre; "zoom" a random window of 45
    to 100 % of the area instead, resized to ``size``; "rotate" turns the picture about its centre first, by
    up to 15 degrees to either side, black where nothing is left.
    """
    top, left = draws.top[index], draws.left[index]
    if "rotate" in augment:
        angle = LARGEST_ANGLE * (2 * draws.angle[index] - 1)
        stored = np.asarray(Image.fromarray(stored).rotate(angle, Image.Resampling.BILINEAR))
    if "zoom" in augment:
        return _zoomed(stored, size, top, left, draws.area[index])
    places = len(stored) - size + 1
    row, column = (int(top * places), int(left * places)) if "crop" in augment else (places // 2, places // 2)
    return stored[row:row + size, column:column + size]


def ten_crop(stored: np.ndarray, size: int) -> np.ndarray:
    """The four corners, the centre, and their mirror images (Sec. 4.1): (S, S, 3) -> (10, size, size, 3)."""
    end = len(stored) - size
    places = [(0, 0), (0, end), (end, 0), (end, end), (end // 2, end // 2)]
    five = np.stack([stored[top:top + size, left:left + size] for top, left in places])
    return np.concatenate([five, five[:, :, ::-1]])


def _zoomed(stored: np.ndarray, size: int, top: float, left: float, area: float) -> np.ndarray:
    side = len(stored) * np.sqrt(LEAST_AREA + (1 - LEAST_AREA) * area)
    room = len(stored) - side
    box = (left * room, top * room, left * room + side, top * room + side)
    return np.asarray(Image.fromarray(stored).resize((size, size), Image.Resampling.BILINEAR, box=box))
