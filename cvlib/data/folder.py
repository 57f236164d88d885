"""Image folders: train/<class> and test/<class>, or <class> alone; and the split by hash."""
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from cvlib.data.cache import pixel_digests
from cvlib.data.images import FolderImages, ImageDataset, key_of
from cvlib.data.locate import DatasetLayoutError

__all__ = ["HeldOut", "folder_dataset", "read_tree"]

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


def read_tree(name: str, root: Path, transform: Callable | None = None) -> FolderImages:
    """The pictures of ``root/<class>/``, classes and files sorted by name.

    Raises DatasetLayoutError where there are no class folders or a class has no picture.
    """
    folders = sorted(child for child in root.iterdir() if child.is_dir() and not child.name.startswith("."))
    classes = [folder.name for folder in folders]
    if not classes:
        loose = sum(file.suffix.lower() in SUFFIXES for file in root.iterdir())
        hint = f"; its {loose} pictures lie loose: make a folder for each class" if loose else ""
        raise DatasetLayoutError(f"{root} holds no class folders, expected {root}/<class>/<picture>{hint}")
    paths, labels = [], []
    for label, folder in enumerate(folders):
        files = sorted(file.name for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
        if not files:
            known = ", ".join(sorted(SUFFIXES))
            raise DatasetLayoutError(f"{folder} holds no pictures ({known}){_deeper(folder)}")
        paths += [f"{folder.name}/{file}" for file in files]
        labels += [label] * len(files)
    return FolderImages(name, root, classes, paths, labels, transform)


def _deeper(folder: Path) -> str:
    """Where the pictures are instead, if one level further down."""
    inside = sorted(child.name for child in folder.iterdir() if child.is_dir())
    return f", but the folders {', '.join(inside[:6])}: is {folder} the one to name?" if inside else ""


class HeldOut(ImageDataset):
    """The pictures of ``whole`` whose pixels hash into ``tenths`` (of 0 ... 9).

    The hash is of the decoded RGB pixels: copies of a data set with other JPEG bytes split alike, and two
    identical pictures always land on the same side. Nothing is decoded before somebody asks what is in it.
    """

    def __init__(self, whole: ImageDataset, tenths: tuple[int, ...]):
        self._whole, self.tenths = whole, tenths
        self.name, self.classes, self.transform = whole.name, whole.classes, whole.transform

    @property
    def whole(self) -> ImageDataset:
        return self._whole

    @cached_property
    def rows(self) -> np.ndarray:
        """Their places in ``whole``, (N,), ascending."""
        return np.array([i for i, digest in enumerate(pixel_digests(self.whole))
                         if int(digest, 16) % 10 in self.tenths], dtype=np.int64)

    @cached_property
    def paths(self) -> list[str]:
        return [self.whole.paths[row] for row in self.rows]

    @cached_property
    def labels(self) -> np.ndarray:
        return self.whole.labels[self.rows]

    def image(self, index: int) -> Image.Image:
        return self.whole.image(self.rows[index])

    def key(self) -> str:
        return key_of([self.whole.key(), *self.tenths])


def folder_dataset(root: Path, split: str, transform: Callable | None = None) -> ImageDataset:
    """``split`` of a folder of your own.

    train/<class> and test/<class>: a tenth of train is held out as val. <class> alone: val and test are a
    tenth each. Raises DatasetLayoutError where train has other classes than test, or no test beside it.
    """
    name = root.resolve().name
    if not (root / "train").is_dir():
        tenths = {"val": (0,), "test": (1,), "train": tuple(range(2, 10))}[split]
        return HeldOut(read_tree(name, root, transform), tenths)
    if not (root / "test").is_dir():
        inside = ", ".join(sorted(child.name for child in root.iterdir()))
        raise DatasetLayoutError(f"{root} has a train folder and no test beside it, only {inside}. Rename "
                                 "one to test, or name the train folder itself: it is split then.")
    train, test = read_tree(name, root / "train", transform), read_tree(name, root / "test", transform)
    if train.classes != test.classes:
        odd = ", ".join(sorted(set(train.classes) ^ set(test.classes)))
        raise DatasetLayoutError(f"{root}: train and test differ in their classes: {odd}")
    if split == "test":
        return test
    return HeldOut(train, (0,) if split == "val" else tuple(range(1, 10)))
