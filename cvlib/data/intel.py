"""Intel scenes: some 14,000 training and 3,000 test photographs of 150 x 150 pixels in six classes.

Kaggle: puneet6060/intel-image-classification. Two copies are about, with 14,034 and 14,039 training
photographs. Validation is a tenth of the training photographs, chosen by a hash of their pixels.
"""
from pathlib import Path

from cvlib.data.folder import TRAIN, held_out
from cvlib.data.names import printable
from cvlib.data.parts import Part
from cvlib.data.places import DatasetLayoutError, locate
from cvlib.data.splits import Splits
from cvlib.data.tree import Tree, read_tree

__all__ = ["CLASSES", "open_intel", "open_intel_fifth"]

CLASSES = ("buildings", "forest", "glacier", "mountain", "sea", "street")


def open_intel(root: str | Path | None = None) -> Splits:
    """The splits of Intel scenes; raises DatasetNotFound or, for another tree, DatasetLayoutError."""
    train, test = _trees("intel", root)
    return Splits(held_out(train.dataset) | {"test": test.dataset}, left_out=train.left_out + test.left_out)


def open_intel_fifth(root: str | Path | None = None) -> Splits:
    """The same val and test, a fifth of the training photographs as train and the others as "extra".

    Which ones is a matter of their pixels' hash. Raises what `open_intel` raises.
    """
    train, test = _trees("intel_fifth", root)
    parts = held_out(train.dataset) | {
        "train": Part(train.dataset, tenths=TRAIN, fifths=(0,)), "test": test.dataset,
        "extra": Part(train.dataset, tenths=TRAIN, fifths=(1, 2, 3, 4))}
    return Splits(parts, left_out=train.left_out + test.left_out)


def _trees(name: str, root: str | Path | None) -> list[Tree]:
    folder = locate("intel", root)
    trees = []
    for part in ("seg_train", "seg_test"):
        place = folder / part / part
        if not place.is_dir():
            raise DatasetLayoutError(f"{printable(folder)} is not Intel's tree: no {part}/{part} in it. "
                                     f"{_hint(folder)}")
        trees.append(read_tree(name, place))
        if tuple(trees[-1].dataset.classes) != CLASSES:
            raise DatasetLayoutError(f"{printable(place)} has the classes "
                                     f"{', '.join(map(printable, trees[-1].dataset.classes))}, not "
                                     f"{', '.join(CLASSES)}")
    return trees


def _hint(folder: Path) -> str:
    """Which mistake the folder looks like."""
    if (folder / "buildings").is_dir():
        return "It holds the class folders: name the folder two levels up, or load it as one of your own."
    if folder.name in ("seg_train", "seg_test"):
        return "It looks like a part of the tree: name the folder above it."
    inside = [child.name for child in folder.iterdir() if (child / "seg_train").is_dir()]
    if inside:
        return f"Did you mean {printable(folder / inside[0])}?"
    return "Expected seg_train/seg_train/<class> and seg_test/seg_test/<class>."
