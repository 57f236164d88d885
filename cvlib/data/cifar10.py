"""CIFAR-10: 50,000 training and 10,000 test photographs of 32 x 32 pixels in ten classes (Krizhevsky, 2009).

Two layouts are read: torchvision's folder with the python version in it (cifar-10-batches-py), and a tree
of pictures (train/<class>, test/<class>). A tree of JPEG files does not hold the original pixels.
"""
from pathlib import Path

import numpy as np

from cvlib.data.cifar_batches import read_batch
from cvlib.data.decode import PictureError
from cvlib.data.folder import held_out
from cvlib.data.images import ImageDataset
from cvlib.data.names import printable
from cvlib.data.parts import Part
from cvlib.data.pictures import BatchPictures
from cvlib.data.places import DatasetLayoutError, locate
from cvlib.data.splits import Splits
from cvlib.data.tree import Tree, read_tree

__all__ = ["BATCHES", "CLASSES", "open_cifar10", "open_cifar10_fifth"]

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
BATCHES = "cifar-10-batches-py"
FILES = {"train": [f"data_batch_{number}" for number in range(1, 6)], "test": ["test_batch"]}


def open_cifar10(root: str | Path | None = None) -> Splits:
    """The splits: a tenth of the training photographs, by a hash of their pixels, is val.

    Raises DatasetNotFound or, for a folder of another shape, DatasetLayoutError.
    """
    train, test = _trees("cifar10", root)
    return Splits(held_out(train.dataset) | {"test": test.dataset}, left_out=train.left_out + test.left_out)


def open_cifar10_fifth(root: str | Path | None = None) -> Splits:
    """A fifth of all 50,000 as train, a tenth of another fifth as val, and the same test.

    Which ones is a matter of their pixels' hash. Raises what `open_cifar10` raises.
    """
    train, test = _trees("cifar10_fifth", root)
    parts = {"train": Part(train.dataset, fifths=(0,)), "val": Part(train.dataset, tenths=(0,), fifths=(1,)),
             "test": test.dataset}
    return Splits(parts, left_out=train.left_out + test.left_out)


def _trees(name: str, root: str | Path | None) -> list[Tree]:
    folder = locate("cifar10", root)
    batches = folder if folder.name == BATCHES else folder / BATCHES
    if batches.is_dir():
        return [Tree(_read_batches(name, batches, files), []) for files in FILES.values()]
    return [_read_folder(name, folder, part) for part in FILES]


def _read_batches(name: str, folder: Path, files: list[str]) -> ImageDataset:
    missing = [file for file in files if not (folder / file).is_file()]
    if missing:
        raise DatasetLayoutError(f"{printable(folder)} is not whole: no {', '.join(missing)} in it")
    try:
        parts = [read_batch(folder / file)[1] for file in files]
    except PictureError as error:
        raise DatasetLayoutError(str(error)) from error
    pictures, labels = BatchPictures(folder, files, list(map(len, parts))), np.concatenate(parts)
    if labels.size and not 0 <= labels.min() <= labels.max() < len(CLASSES):
        raise DatasetLayoutError(f"{printable(folder)} has labels {labels.min()} ... {labels.max()}, and "
                                 f"CIFAR-10 has {len(CLASSES)} classes")
    return ImageDataset(name, CLASSES, labels, pictures)


def _read_folder(name: str, folder: Path, part: str) -> Tree:
    if not (folder / part).is_dir():
        raise DatasetLayoutError(f"{printable(folder)} is not CIFAR-10: no {part} in it and no {BATCHES}. "
                                 f"{_hint(folder)}")
    tree = read_tree(name, folder / part)
    if tuple(tree.dataset.classes) != CLASSES:
        found = ", ".join(map(printable, tree.dataset.classes))
        raise DatasetLayoutError(f"{printable(folder / part)} has the classes {found}, "
                                 f"not {', '.join(CLASSES)}")
    return tree


def _hint(folder: Path) -> str:
    """Which mistake the folder looks like."""
    if (folder / "frog").is_dir():
        return "It holds the class folders: name the folder above it, with train and test in it."
    if (folder / "data_batch_1").is_file():
        return f"It looks like {BATCHES} under another name: give it that name."
    if (folder / "data_batch_1.bin").is_file() or (folder / "cifar-10-batches-bin").is_dir():
        return "It is the binary version: fetch the python version."
    if (folder / "cifar-100-python").is_dir():
        return "It holds CIFAR-100, which has other classes."
    inside = [child.name for child in sorted(folder.iterdir())
              if (child / BATCHES).is_dir() or (child / "train" / "frog").is_dir()]
    if inside:
        return f"Did you mean {printable(folder / inside[0])}?"
    packed = [child.name for child in sorted(folder.iterdir()) if ".tar" in child.name]
    if packed:
        return f"{printable(packed[0])} is packed: unpack it there."
    return f"Expected {BATCHES}/data_batch_1 and so on, or train/<class> and test/<class>."
