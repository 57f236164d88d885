"""What a record says of its data."""
from cvlib.data.cache import pixel_digests
from cvlib.data.images import ImageDataset, key_of
from cvlib.data.pictures import FilePictures
from cvlib.data.splits import Splits

__all__ = ["describe"]

LARGEST = 8_000_000_000  # bytes of files that are decoded for a hash


def describe(splits: Splits) -> dict:
    """Name, hash, classes and sizes of the splits.

    The hash is of every picture's decoded pixels and label, in order, so that no copy of the data set differs from
    another; of a data set with more than 8 GB of files (ImageNet), of paths, sizes and labels. It does not depend on
    how the pictures are kept or resized. Raises OSError that lists the files which cannot be decoded.
    """
    datasets = dict(splits)
    identify = _by_files if sum(map(_bytes, datasets.values())) > LARGEST else pixel_digests
    lines = [f"{split} {label} {identity}" for split, dataset in datasets.items()
             for label, identity in zip(dataset.labels, identify(dataset), strict=True)]
    return {"name": splits.name, "hash": key_of(lines), "classes": list(splits.classes),
            "sizes": {split: len(dataset) for split, dataset in datasets.items()}}


def _bytes(dataset: ImageDataset) -> int:
    """Of the files of the whole of which ``dataset`` is a part."""
    pictures = dataset.whole.pictures
    return int(pictures.sizes().sum()) if isinstance(pictures, FilePictures) else 0


def _by_files(dataset: ImageDataset) -> list[str]:
    pictures = dataset.whole.pictures
    sizes = pictures.sizes()[dataset.rows]
    return [f"{path} {size}" for path, size in zip(dataset.paths, sizes, strict=True)]
