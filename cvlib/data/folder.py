"""A folder of one's own: train/, val/ and test/, or <class> folders alone."""
from pathlib import Path

from cvlib.data.images import ImageDataset
from cvlib.data.layout import split_folders
from cvlib.data.names import dataset_name, printable
from cvlib.data.parts import Part
from cvlib.data.places import DatasetLayoutError
from cvlib.data.splits import Splits
from cvlib.data.tree import read_tree

__all__ = ["held_out", "open_folder"]

TRAIN, VAL = tuple(range(1, 10)), (0,)  # tenths of the training pictures


def open_folder(root: Path) -> Splits:
    """The splits of a folder of your own.

    train/ with val/ (or valid/, validation/), test/ or both, each of <class> folders: an own val is used, and
    without one a tenth of train is held out. <class> folders alone: val and test are a tenth each. Raises
    DatasetLayoutError for a tree of another shape, and where a split has other classes than train.
    """
    name, folders = dataset_name(root.resolve().name), split_folders(root)
    if not folders:
        whole, left_out = read_tree(name, root)
        return Splits({"train": Part(whole, tenths=range(2, 10)), "val": Part(whole, tenths=(0,)),
                       "test": Part(whole, tenths=(1,))}, left_out=left_out)
    trees = {split: read_tree(name, root / folder) for split, folder in folders.items()}
    for split in trees.keys() - {"train"}:
        _refuse_other_classes(root, folders[split], trees["train"].dataset, trees[split].dataset)
    parts = {split: tree.dataset for split, tree in trees.items()}
    if "val" not in parts:
        parts = held_out(parts["train"]) | {"test": parts["test"]}
    return Splits(parts, left_out=[sentence for tree in trees.values() for sentence in tree.left_out],
                  reasons={"test": f"{printable(root)} has no folder test"})


def held_out(train: ImageDataset) -> dict[str, ImageDataset]:
    """``train`` without a tenth of its pictures, and that tenth as val."""
    return {"train": Part(train, tenths=TRAIN), "val": Part(train, tenths=VAL)}


def _refuse_other_classes(root: Path, folder: str, train: ImageDataset, other: ImageDataset) -> None:
    odd = sorted(set(train.classes) ^ set(other.classes))
    if odd:
        sides = ", ".join(f"{printable(name)} (only in {'train' if name in train.classes else folder})"
                          for name in odd[:12])
        raise DatasetLayoutError(f"{printable(root)}: train and {folder} differ in their classes: {sides}"
                                 f"{' ...' if len(odd) > 12 else ''}. Each class needs a folder in both.")
