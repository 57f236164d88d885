"""The drawn scenes as a data set."""
from cvlib import scenes
from cvlib.data.images import ImageDataset
from cvlib.data.pictures import DrawnPictures
from cvlib.data.splits import Splits

__all__ = ["open_drawn"]


def open_drawn(root: object = None) -> Splits:
    """The splits of the drawn scenes; they live nowhere, so a ``root`` is refused with ValueError."""
    if root is not None:
        raise ValueError("scenes are drawn, not read: they have no root")
    return Splits({split: _dataset(split) for split in scenes.SIZES})


def _dataset(split: str) -> ImageDataset:
    labels = [scenes.label_of(index) for index in range(scenes.SIZES[split])]
    return ImageDataset("scenes", scenes.CLASSES, labels, DrawnPictures(split))
