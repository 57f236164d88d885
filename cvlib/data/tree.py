"""A folder of class folders as a data set, and what is told to a person whose folder is another thing."""
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cvlib.data.cache import cache_folder
from cvlib.data.decode import SUFFIXES
from cvlib.data.images import ImageDataset
from cvlib.data.index import Index, read_index
from cvlib.data.listing import Listing, subfolders, suffix_of
from cvlib.data.names import escaped, ignored, normal, printable
from cvlib.data.pictures import FilePictures
from cvlib.data.places import DatasetLayoutError

__all__ = ["Tree", "class_files", "read_tree"]

SHOWN = 6  # names in a message


class Tree(NamedTuple):
    """What a folder of class folders holds: its pictures, and sentences about what is left out."""

    dataset: ImageDataset
    left_out: list[str]


def class_files(root: Path) -> Listing | Index:
    """The files of root/<class>/, from the kept index where the tree is large."""
    return read_index(root, cache_folder() / "index")


def read_tree(name: str, root: Path) -> Tree:
    """The pictures of ``root/<class>/``, classes and files sorted by name; class names in NFC.

    Raises DatasetLayoutError where there are fewer than two class folders, a class has no picture, or two
    folders are one name in two Unicode forms.
    """
    files = class_files(root)
    if not files.classes:
        raise DatasetLayoutError(f"{printable(root)} holds no class folders, expected <class>/<picture> in it"
                                 f"{_loose(root)}")
    classes = [normal(folder) for folder in files.classes]
    for first, second in zip(files.classes, files.classes[1:], strict=False):
        if normal(first) == normal(second):
            raise DatasetLayoutError(
                f"{printable(root)} holds two folders of one name in two Unicode forms, '{escaped(first)}' "
                f"and '{escaped(second)}': move the pictures of one into the other")
    counts = np.bincount(files.labels, minlength=len(classes))
    empty = [folder for folder, count in zip(files.classes, counts, strict=True) if not count]
    if empty:
        raise DatasetLayoutError(_empty(root, empty))
    if len(classes) < 2:
        raise DatasetLayoutError(_single(root, files.classes[0]))
    pictures = FilePictures(root, files.paths)
    return Tree(ImageDataset(name, classes, files.labels, pictures), files.left_out)


def _loose(root: Path) -> str:
    loose = sum(suffix_of(file.name) in SUFFIXES for file in root.iterdir() if not ignored(file.name))
    return f"; its {loose} pictures lie loose: make a folder for each class" if loose else ""


def _empty(root: Path, empty: list[str]) -> str:
    folder = root / empty[0]
    others = f" (nor do {len(empty) - 1} more folders beside it)" if len(empty) > 1 else ""
    files = [file for file in folder.iterdir() if not ignored(file.name) and file.is_file()]
    unread = sorted({suffix_of(file.name) or "no suffix" for file in files})
    ends = f"; {', '.join(map(printable, unread[:SHOWN]))} files in it are not read" if unread else ""
    return f"{printable(folder)} holds no pictures{others}{ends}{_deeper(folder)}"


def _single(root: Path, only: str) -> str:
    return (f"{printable(root)} holds one class folder, {printable(only)}, and classifying takes two or "
            f"more: make a folder for each class{_deeper(root / only)}")


def _deeper(folder: Path) -> str:
    """Where class folders are instead, if one level further down."""
    inside = [name for name in subfolders(folder) if suffix_of(name) not in SUFFIXES]
    if len(inside) < 2:
        return ""
    more = " ..." if len(inside) > SHOWN else ""
    return (f", but the folders {', '.join(map(printable, inside[:SHOWN]))}{more}: "
            f"is {printable(folder)} the one to name?")
