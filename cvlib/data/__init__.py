"""Data sets by name."""
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from cvlib.data.cache import decoded
from cvlib.data.describe import describe
from cvlib.data.folder import folder_dataset
from cvlib.data.images import ImageDataset
from cvlib.data.intel import intel
from cvlib.data.locate import DatasetLayoutError, DatasetNotFound, locate
from cvlib.data.scenes import scenes
from cvlib.data.transforms import stored_size

__all__ = ["DatasetLayoutError", "DatasetNotFound", "ImageDataset", "decoded", "describe", "load_dataset",
           "locate", "stored_size"]

DATASETS = {"scenes": scenes, "intel": intel}
SPLITS = ("train", "val", "test")


def load_dataset(name: str, split: str, *, root: str | Path | None = None,
                 transform: Callable | None = None) -> ImageDataset:
    """``split`` ("train", "val" or "test") of "scenes", "intel" or a folder of your own.

    Such a folder holds train/<class> and test/<class>, or <class> alone; ``root`` is where a named data set
    lies. Raises ValueError for an unknown name or split, DatasetNotFound, and DatasetLayoutError for a tree
    of another shape.
    """
    if split not in SPLITS:
        raise ValueError(f"no split {split!r}; there are {', '.join(SPLITS)}")
    if name in DATASETS:
        return DATASETS[name](split, root, transform)
    if Path(name).is_dir():
        return folder_dataset(Path(name), split, transform)
    near = get_close_matches(name, DATASETS, n=1, cutoff=0.0)
    raise ValueError(f"no data set and no folder {name!r}; did you mean {near[0]!r}?")
