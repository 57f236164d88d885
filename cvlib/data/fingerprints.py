"""One look at every picture: what its file, its pixels and their look can be known by."""
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from cvlib.data.decode import PictureError
from cvlib.data.images import ImageDataset
from cvlib.data.perceptual import dct_hash
from cvlib.data.workers import pixel_digest

__all__ = ["Fingerprints", "fingerprints"]


@dataclass
class Fingerprints:
    """Of each picture in turn: SHA-256 of its file's bytes, `pixel_digest`, (width, height) and `dct_hash`;
    of one that cannot be decoded the file's alone, None for the others and the reason in ``broken``."""

    files: list[str] = field(default_factory=list)
    pixels: list[str | None] = field(default_factory=list)
    sizes: list[tuple[int, int] | None] = field(default_factory=list)
    looks: list[int | None] = field(default_factory=list)
    broken: dict[int, str] = field(default_factory=dict)


def fingerprints(dataset: ImageDataset) -> Fingerprints:
    """Of ``dataset``, whose pictures are files; one at a time, so that memory does not grow with them."""
    seen = Fingerprints()
    for number, path in enumerate(dataset.paths):
        try:
            image = dataset.image(number)
            known = pixel_digest(image), image.size, dct_hash(image)
        except PictureError as error:
            seen.broken[number], known = str(error), (None, None, None)
        seen.files.append(_file_digest(dataset.pictures.root / path))
        for kept, value in zip((seen.pixels, seen.sizes, seen.looks), known, strict=True):
            kept.append(value)
    return seen


def _file_digest(path: Path) -> str:
    """Of a plain file; of a pipe, a device or a link to nothing its name's, which nothing else has."""
    if not path.is_file():
        return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
