"""What a record says of its data."""
from cvlib.data.cache import by_files, is_large, pixel_digests
from cvlib.data.images import key_of
from cvlib.data.splits import Splits

__all__ = ["describe"]


def describe(splits: Splits) -> dict:
    """Name, hash, classes and sizes of the splits.

    The hash is of every picture's decoded pixels and label, in order, so that copies of a data set do not
    differ; of ImageNet, and where a split has more than 8 GB of files, of paths, sizes and labels. How the
    pictures are kept and resized is of no account. Raises OSError that lists the files which cannot be
    decoded.
    """
    datasets = dict(splits)
    large = splits.name == "imagenet" or any(map(is_large, datasets.values()))
    identify = by_files if large else pixel_digests
    lines = [f"{split} {label} {identity}" for split, dataset in datasets.items()
             for label, identity in zip(dataset.labels, identify(dataset), strict=True)]
    return {"name": splits.name, "hash": key_of(lines), "classes": list(splits.classes),
            "sizes": {split: len(dataset) for split, dataset in datasets.items()}}

