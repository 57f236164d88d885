"""Image folders: train/<class> and test/<class>, or <class> alone; and the split by hash."""
from collections.abc import Callable
from pathlib import Path

from cvlib.data.cache import pixel_digests
from cvlib.data.images import FolderImages
from cvlib.data.locate import DatasetLayoutError

__all__ = ["folder_dataset", "held_out", "read_tree"]

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


def read_tree(name: str, root: Path, transform: Callable | None = None) -> FolderImages:
    """The pictures of ``root/<class>/``, classes and files sorted by name.

    Raises DatasetLayoutError where there are no class folders or a class has no picture.
    """
    folders = sorted(child for child in root.iterdir() if child.is_dir() and not child.name.startswith("."))
    classes = [folder.name for folder in folders]
    if not classes:
        raise DatasetLayoutError(f"{root} holds no class folders: expected {root}/<class>/<picture>")
    paths, labels = [], []
    for label, folder in enumerate(folders):
        files = sorted(file.name for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
        if not files:
            raise DatasetLayoutError(f"{folder} holds no pictures ({', '.join(sorted(SUFFIXES))})")
        paths += [f"{folder.name}/{file}" for file in files]
        labels += [label] * len(files)
    return FolderImages(name, root, classes, paths, labels, transform)


def held_out(pictures: FolderImages, tenths: tuple[int, ...]) -> FolderImages:
    """The pictures whose pixels hash into ``tenths`` (of 0 ... 9).

    The hash is of the decoded RGB pixels: copies of a data set with other JPEG bytes split alike, and two
    identical pictures always land on the same side.
    """
    digests = pixel_digests(pictures)
    return pictures.select([i for i, digest in enumerate(digests) if int(digest, 16) % 10 in tenths], digests)


def folder_dataset(root: Path, split: str, transform: Callable | None = None) -> FolderImages:
    """``split`` of a folder of your own.

    train/<class> and test/<class>: a tenth of train is held out as val. <class> alone: val and test are a
    tenth each.
    """
    name = root.name
    if not (root / "train").is_dir():
        tenths = {"val": (0,), "test": (1,), "train": tuple(range(2, 10))}[split]
        return held_out(read_tree(name, root, transform), tenths)
    if split == "test":
        return read_tree(name, root / "test", transform)
    tenths = (0,) if split == "val" else tuple(range(1, 10))
    return held_out(read_tree(name, root / "train", transform), tenths)
