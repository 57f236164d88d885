"""Data sets by name."""
import warnings
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path

from cvlib.data.cifar10 import open_cifar10, open_cifar10_fifth
from cvlib.data.drawn import open_drawn
from cvlib.data.folder import open_folder
from cvlib.data.imagenet import open_imagenet
from cvlib.data.images import ImageDataset
from cvlib.data.intel import open_intel, open_intel_fifth
from cvlib.data.names import printable
from cvlib.data.splits import Splits

__all__ = ["DATASETS", "load_dataset", "open_dataset"]

DATASETS = {"scenes": open_drawn, "intel": open_intel, "intel_fifth": open_intel_fifth,
            "imagenet": open_imagenet, "cifar10": open_cifar10, "cifar10_fifth": open_cifar10_fifth}


def open_dataset(name: str | Path, *, root: str | Path | None = None, sample: bool = False) -> Splits:
    """All splits of "scenes", "intel", "imagenet", "cifar10" (the second and the last also "_fifth"), or a
    folder of your own.

    ``root`` is where a named data set lies; ``sample`` accepts a part of ImageNet. What is left out of a
    folder is said once, as a warning. Raises ValueError for an unknown name or a setting that the data set
    does not have, DatasetNotFound, and DatasetLayoutError for a tree of another shape.
    """
    return _opened(name, root, sample)


def load_dataset(name: str | Path, split: str, *, root: str | Path | None = None, sample: bool = False,
                 transform: Callable | None = None) -> ImageDataset:
    """One split of `open_dataset`, each picture seen through ``transform``; raises what that raises.

    Of ImageNet the other split is not looked at. Raises ValueError for a split that the data set does not
    have.
    """
    return _opened(name, root, sample, split)[split].transformed(transform)


def _opened(name: str | Path, root: str | Path | None, sample: bool, only: str | None = None) -> Splits:
    if sample and name != "imagenet":
        raise ValueError(f"sample is for imagenet, and {printable(name)} is read whole")
    if name == "imagenet":
        splits = open_imagenet(root, sample, only)
    elif name in DATASETS:
        splits = DATASETS[name](root)
    else:
        splits = open_folder(_own(name, root))
    for sentence in splits.left_out:
        warnings.warn(sentence, stacklevel=1)  # of one place, so that Python shows each sentence once
    return splits


def _own(name: str | Path, root: str | Path | None) -> Path:
    if not str(name) or not Path(name).is_dir():
        near = get_close_matches(str(name), DATASETS, n=1, cutoff=0.0)
        raise ValueError(f"no data set and no folder '{printable(name)}'; did you mean {near[0]!r}?")
    if root is not None:
        raise ValueError(f"{printable(name)} is a folder of your own and its own root: leave out --root")
    return Path(name)
