"""Two sources of pictures behind one interface: decoded once, or decoded on the fly."""
import shutil
import warnings
from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
from PIL import Image

from cvlib.data.cache import cache_folder, decoded, is_decoded, summed
from cvlib.data.images import ImageDataset
from cvlib.data.preprocess import Preprocess
from cvlib.data.statistics import Statistics

__all__ = ["KINDS", "LARGEST", "Decoded", "OnTheFly", "Source", "open_source"]

KINDS = ("auto", "decoded", "on the fly")
LARGEST = 8_000_000_000  # bytes of squares that are kept decoded without being asked


class Source(ABC):
    """Squares and windows of a data set's pictures, whole batches at once; picture i is the data set's.

    ``kind`` is "decoded" or "on the fly", ``preprocess`` says how a picture becomes a square.
    """

    kind: str

    def __init__(self, dataset: ImageDataset, preprocess: Preprocess):
        self.dataset, self.preprocess = dataset, preprocess

    def __len__(self) -> int:
        return len(self.dataset)

    @abstractmethod
    def stored(self, indices: np.ndarray) -> np.ndarray:
        """The squares from which crops are cut: (N, size, size, 3) uint8."""

    @abstractmethod
    def windows(self, indices: np.ndarray, windows, side: int) -> np.ndarray:
        """What ``windows``, see `cvlib.data.windows`, cut out of the pictures: (N, side, side, 3) uint8."""

    @property
    @abstractmethod
    def statistics(self) -> Statistics:
        """Of all squares."""


class Decoded(Source):
    """All squares in one memory-mapped file of the cache; windows are cut from the squares.

    Opening it decodes what is not there yet. Raises OSError as `decoded` does.
    """

    kind = "decoded"

    def __init__(self, dataset: ImageDataset, preprocess: Preprocess):
        super().__init__(dataset, preprocess)
        self.pixels = decoded(dataset, preprocess)

    def stored(self, indices: np.ndarray) -> np.ndarray:
        """The squares from which crops are cut: (N, size, size, 3) uint8."""
        return self.pixels[indices]

    def windows(self, indices: np.ndarray, windows, side: int) -> np.ndarray:
        """What ``windows`` cut out of the squares: (N, side, side, 3) uint8."""
        cut = np.empty((len(indices), side, side, 3), np.uint8)
        for place, index in enumerate(indices):
            cut[place] = windows.cut(place, Image.fromarray(self.pixels[index]), side)
        return cut

    @property
    def statistics(self) -> Statistics:
        """Of all squares."""
        return Statistics.of(self.pixels)


class OnTheFly(Source):
    """Every picture decoded when it is asked for; windows are cut from the whole picture.

    For a window that will be shrunk a JPEG is decoded at a reduced scale where its format allows it, which is
    several times as fast; squares come from the picture at full scale.
    """

    kind = "on the fly"

    def stored(self, indices: np.ndarray) -> np.ndarray:
        """The squares from which crops are cut: (N, size, size, 3) uint8. Raises PictureError."""
        size = self.preprocess.size
        squares = np.empty((len(indices), size, size, 3), np.uint8)
        for place, index in enumerate(indices):
            squares[place] = self.preprocess.resized(self._open(index))
        return squares

    def windows(self, indices: np.ndarray, windows, side: int) -> np.ndarray:
        """What ``windows`` cut out of the pictures: (N, side, side, 3) uint8. Raises PictureError."""
        cut = np.empty((len(indices), side, side, 3), np.uint8)
        for place, (index, least) in enumerate(zip(indices, windows.least(side), strict=True)):
            image = self._open(index, least)
            if min(image.size) >= least and min(windows.box(place, image.size)[2:]) < side:
                image = self._open(index)  # another window than the first fits, which needs more pixels
            cut[place] = windows.cut(place, image, side)
        return cut

    @property
    def statistics(self) -> Statistics:
        """Of all squares: decoded once for it and remembered in the cache."""
        return Statistics.known(*summed(self.dataset, self.preprocess))

    def _open(self, index: int, least: int | None = None) -> Image.Image:
        return self.dataset.pictures.open(int(self.dataset.rows[index]), least=least and int(least))


def open_source(dataset: ImageDataset, preprocess: Preprocess, *, kind: str = "auto") -> Source:
    """The pictures of ``dataset``, "decoded" or "on the fly"; "auto" keeps up to 8 GB of squares decoded.

    It warns where that would fill more than half of what the disk has left, and decodes on the fly then.
    Raises ValueError for another kind, OSError for pictures that cannot be decoded.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    if kind == "auto":
        kind = "decoded" if _worth_keeping(dataset, preprocess) else "on the fly"
    return (Decoded if kind == "decoded" else OnTheFly)(dataset, preprocess)


def _worth_keeping(dataset: ImageDataset, preprocess: Preprocess) -> bool:
    needed = len(dataset.whole) * preprocess.size**2 * 3
    if needed > LARGEST:
        return False
    free = _free(cache_folder())
    if needed <= free / 2 or is_decoded(dataset, preprocess):
        return True
    warnings.warn(f"{dataset.name}: the decoded pictures would take {needed / 1e9:.1f} GB of the "
                  f"{free / 1e9:.1f} GB that {cache_folder()} has left, so each is decoded every time, and "
                  "zoomed windows are cut from the whole pictures: set CVLIB_CACHE to a folder on a larger "
                  "disk", stacklevel=3)
    return False


def _free(folder: Path) -> int:
    """Bytes left on the disk that has, or will have, ``folder``."""
    return shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists())).free
