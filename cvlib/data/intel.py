"""Intel scenes: some 14,000 training and 3,000 test photographs of 150 x 150 pixels in six classes.

Kaggle: puneet6060/intel-image-classification. Two copies are about, with 14,034 and 14,039 training
photographs. Validation is a tenth of the training photographs, chosen by a hash of their pixels.
"""
from collections.abc import Callable
from pathlib import Path

from cvlib.data.folder import HeldOut, read_tree
from cvlib.data.images import ImageDataset
from cvlib.data.locate import DatasetLayoutError, locate

__all__ = ["CLASSES", "intel"]

CLASSES = ("buildings", "forest", "glacier", "mountain", "sea", "street")


def intel(split: str, root: str | Path | None = None, transform: Callable | None = None) -> ImageDataset:
    """``split`` of Intel scenes; raises DatasetNotFound or, for another tree, DatasetLayoutError."""
    folder = locate("intel", root)
    part = "seg_test" if split == "test" else "seg_train"
    tree = folder / part / part
    if not tree.is_dir():
        raise DatasetLayoutError(f"{folder} is not Intel's tree: no {part}/{part} in it. {_hint(folder)}")
    pictures = read_tree("intel", tree, transform)
    if tuple(pictures.classes) != CLASSES:
        raise DatasetLayoutError(f"{tree} has the classes {pictures.classes}, not {list(CLASSES)}")
    if split == "test":
        return pictures
    return HeldOut(pictures, (0,) if split == "val" else tuple(range(1, 10)))


def _hint(folder: Path) -> str:
    """Which mistake the folder looks like."""
    if (folder / "buildings").is_dir():
        return "It holds the class folders: name the folder two levels up, or load it as one of your own."
    if folder.name in ("seg_train", "seg_test"):
        return "It looks like a part of the tree: name the folder above it."
    inside = [child.name for child in folder.iterdir() if (child / "seg_train").is_dir()]
    if inside:
        return f"Did you mean {folder / inside[0]}?"
    return "Expected seg_train/seg_train/<class> and seg_test/seg_test/<class>."
