"""What a record says of its data."""
from collections.abc import Mapping

from cvlib.data.cache import pixel_digests
from cvlib.data.images import ImageDataset, key_of

__all__ = ["describe"]


def describe(datasets: Mapping[str, ImageDataset]) -> dict:
    """Name, classes, sizes and a hash of every split's decoded pixels and labels, in order."""
    lines = []
    for split, dataset in datasets.items():
        lines += [f"{split} {label} {digest}"
                  for label, digest in zip(dataset.labels, pixel_digests(dataset), strict=True)]
    first = next(iter(datasets.values()))
    return {"name": first.name, "hash": key_of(lines), "classes": first.classes,
            "sizes": {split: len(dataset) for split, dataset in datasets.items()}}
