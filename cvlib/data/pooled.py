"""Every labelled picture of a data set in one list, whichever split it is in."""
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cvlib.data.images import ImageDataset
from cvlib.data.names import printable
from cvlib.data.pictures import FilePictures
from cvlib.data.splits import Splits

__all__ = ["Pool", "pool"]


class Pool(NamedTuple):
    """All pictures as one data set, and which of them are the test set's, (N,) bool."""

    dataset: ImageDataset
    tested: np.ndarray


def pool(splits: Splits) -> Pool:
    """The trees of ``splits`` one after the other; a path starts at the folder that holds them all.

    Raises ValueError for pictures that are not files of their own.
    """
    trees = list({id(part.whole): part.whole for part in splits.values()}.values())
    if not all(isinstance(tree.pictures, FilePictures) for tree in trees):
        raise ValueError(f"{printable(splits.name)} has no file for each picture, and it is files that are "
                         "audited: name intel, or a folder of your own")
    roots = [tree.pictures.root.absolute() for tree in trees]
    above = Path(os.path.commonpath(roots))
    paths = [str(root.relative_to(above) / path) for root, tree in zip(roots, trees, strict=True)
             for path in tree.paths]
    labels = np.concatenate([tree.labels for tree in trees])
    everything = ImageDataset(splits.name, splits.classes, labels, FilePictures(above, paths))
    return Pool(everything, np.concatenate([_tested(splits, tree) for tree in trees]))


def _tested(splits: Splits, tree: ImageDataset) -> np.ndarray:
    """Which pictures of ``tree`` are in the test set."""
    chosen = np.zeros(len(tree), bool)
    if "test" in splits and splits["test"].whole is tree:
        chosen[splits["test"].rows] = True
    return chosen
