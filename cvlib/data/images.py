"""What every data set of the course is: pictures with labels."""
from collections.abc import Callable, Sequence
from copy import copy
from functools import cached_property

import numpy as np
from PIL import Image
from torch.utils.data import Dataset

from cvlib.data.pictures import BatchPictures, DrawnPictures, FilePictures, key_of

__all__ = ["ImageDataset", "key_of"]


class ImageDataset(Dataset):
    """``len``, and items (image, class index): an RGB PIL image, or what ``transform`` makes of it.

    ``classes`` are the names in the order of the indices, ``labels`` an int64 array, ``paths`` name each
    picture. ``whole`` is the data set that this one is a part of, ``rows`` (N,) say which part; most are
    their own whole. ``pictures`` are those of ``whole``: picture i here is ``pictures.open(rows[i])``.
    """

    def __init__(self, name: str, classes: Sequence[str], labels: Sequence[int],
                 pictures: FilePictures | BatchPictures | DrawnPictures, transform: Callable | None = None):
        self.name, self.classes, self.pictures, self.transform = name, list(classes), pictures, transform
        self.labels = np.asarray(labels, dtype=np.int64)

    @property
    def whole(self) -> "ImageDataset":
        """The data set itself."""
        return self

    @cached_property
    def rows(self) -> np.ndarray:
        """0 ... N - 1."""
        return np.arange(len(self.labels))

    @property
    def paths(self) -> Sequence[str]:
        """A name of each picture: a file's path below the root."""
        return self.pictures.paths

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int):
        image = self.image(index)
        return (self.transform(image) if self.transform else image), int(self.labels[index])

    def image(self, index: int) -> Image.Image:
        """Picture ``index`` in RGB, at its own size; raises PictureError for a file that gives none."""
        return self.pictures.open(self.rows[index])

    def key(self) -> str:
        """A string that differs where any picture differs."""
        return self.pictures.key()

    def stamp(self) -> str | None:
        """A string that differs where any file was touched; None where `key` is as quick."""
        return self.pictures.stamp()

    def transformed(self, transform: Callable | None) -> "ImageDataset":
        """The same pictures, each item made by ``transform``."""
        other = copy(self)
        other.transform = transform
        return other
