"""What every data set of the course is: pictures with labels."""
import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from torch.utils.data import Dataset

__all__ = ["FolderImages", "ImageDataset", "key_of"]


def key_of(parts) -> str:
    """A short name for a sequence of strings: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


class ImageDataset(Dataset, ABC):
    """``len``, and items (image, class index): an RGB PIL image, or what ``transform`` makes of it.

    ``classes`` are the names in the order of the indices, ``paths`` name each picture, ``labels`` is an int64
    array. A subclass says how a picture comes about (`image`) and what identifies its content without
    decoding it (`key`). ``whole`` is the data set that this one is a part of, ``rows`` (N,) say which part;
    most are their own whole.
    """

    def __init__(self, name: str, classes: Sequence[str], paths: Sequence[str], labels: Sequence[int],
                 transform: Callable | None = None):
        self.name, self.classes, self.paths, self.transform = name, list(classes), list(paths), transform
        self.labels = np.asarray(labels, dtype=np.int64)

    @property
    def whole(self) -> "ImageDataset":
        return self

    @property
    def rows(self) -> np.ndarray:
        return np.arange(len(self))

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int):
        image = self.image(index)
        return (self.transform(image) if self.transform else image), int(self.labels[index])

    @abstractmethod
    def image(self, index: int) -> Image.Image:
        """Picture ``index`` in RGB, at its own size."""

    @abstractmethod
    def key(self) -> str:
        """A string that differs where any picture differs."""

    def stamp(self) -> str | None:
        """A string that differs where any file was touched; None where `key` is as quick."""
        return None


class FolderImages(ImageDataset):
    """Picture files below ``root``; ``paths`` are relative to it. `image` raises OSError with the path of a
    file that cannot be decoded."""

    def __init__(self, name: str, root: Path, classes: Sequence[str], paths: Sequence[str],
                 labels: Sequence[int], transform: Callable | None = None):
        super().__init__(name, classes, paths, labels, transform)
        self.root = Path(root)

    def image(self, index: int) -> Image.Image:
        path = self.root / self.paths[index]
        try:
            with Image.open(path) as image:
                image.load()
                return image if image.mode == "RGB" else image.convert("RGB")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise OSError(f"{path} cannot be decoded: {error}") from error

    def key(self) -> str:
        digest = hashlib.sha256("\n".join(self.paths).encode())
        for path in self.paths:
            with open(f"{self.root}/{path}", "rb", buffering=0) as file:  # half the time of read_bytes
                content = file.read()
            digest.update(b"%d:" % len(content) + content)
        return digest.hexdigest()[:16]

    def stamp(self) -> str:
        states = [os.stat(f"{self.root}/{path}") for path in self.paths]
        touched = [(state.st_size, state.st_mtime_ns, state.st_ino) for state in states]
        return key_of([self.root.resolve(), *self.paths, *touched])
