"""Decode once: resized pictures as one memory-mapped array, pixel digests as a list, sums for the mean.

An entry is named by the content of the pictures and by the settings, so nothing is ever stale; see
`cvlib.data.entries`. Deleting the whole folder costs only the time to build it again.
"""
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from cvlib.data.entries import cache_folder, entry, entry_begun, reserve
from cvlib.data.images import ImageDataset, key_of
from cvlib.data.parallel import look_at_all
from cvlib.data.pictures import FilePictures
from cvlib.data.preprocess import Preprocess
from cvlib.data.workers import Job

__all__ = ["Rows", "by_files", "cache_folder", "decoded", "is_decoded", "is_large", "pixel_digests",
           "summed"]

LARGE = 8_000_000_000  # bytes of files, from which on a data set is known by their paths and sizes
EDITION = 2  # of how pictures are read and resized; a change of any pixel is a new one


class Rows:
    """``rows`` of the array in the .npy file at ``path``, memory-mapped: read only when they are asked for.

    Indexed like the array itself, by a number, a slice or a sequence. Another process that receives it maps
    the file anew.
    """

    def __init__(self, path: Path, rows: np.ndarray):
        self.path, self.rows = path, rows
        self._array = np.load(path, mmap_mode="r").view(np.ndarray)  # a memmap's own slices are slow

    @property
    def shape(self) -> tuple[int, ...]:
        """As if the rows had been copied out."""
        return (len(self.rows), *self._array.shape[1:])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index) -> np.ndarray:
        return self._array[self.rows[index]]

    def __reduce__(self):
        return Rows, (self.path, self.rows)


def decoded(dataset: ImageDataset, preprocess: Preprocess | int) -> Rows:
    """The square of every picture: (N, size, size, 3) uint8. A number is the size of `Preprocess`'s default.

    The first call decodes the whole of which ``dataset`` is a part, and keeps the digests too. Raises OSError
    that lists the files which cannot be decoded, or says that the disk is too small.
    """
    preprocess, whole = _as_preprocess(preprocess), dataset.whole
    shape = (len(whole), preprocess.size, preprocess.size, 3)

    def build(folder: Path) -> None:
        path = folder / "pixels.npy"
        np.lib.format.open_memmap(path, "w+", np.uint8, shape)
        reserve(path, path.stat().st_size)
        with _unchanged(whole):
            job = Job(preprocess.as_dict(), pixels=str(path))
            digests = look_at_all(whole.name, whole.pictures, job, folder).digests
        _digests_entry(whole, digests)

    folder = entry("pixels", whole.name, _pixels_key(whole, preprocess), build)
    return Rows(folder / "pixels.npy", dataset.rows)


def is_decoded(dataset: ImageDataset, preprocess: Preprocess) -> bool:
    """Whether `decoded` has its result already, or is at work on it in another process."""
    whole = dataset.whole
    return entry_begun("pixels", whole.name, _pixels_key(whole, preprocess))


def pixel_digests(dataset: ImageDataset) -> list[str]:
    """SHA-256 of each picture's size and decoded RGB pixels: the same for every lossless copy of it.

    Raises OSError that lists the files which cannot be decoded.
    """
    whole = dataset.whole
    digests = json.loads((_digests_entry(whole) / "digests.json").read_text())
    return digests if whole is dataset else [digests[row] for row in dataset.rows]


def is_large(dataset: ImageDataset) -> bool:
    """Whether the files of the whole of ``dataset`` are too many to be read only to know them again."""
    pictures = dataset.whole.pictures
    return isinstance(pictures, FilePictures) and int(pictures.sizes().sum()) > LARGE


def by_files(dataset: ImageDataset) -> list[str]:
    """Path and size of each picture's file: what tells large data sets apart."""
    sizes = dataset.whole.pictures.sizes()[dataset.rows]
    return [f"{path} {size}" for path, size in zip(dataset.paths, sizes, strict=True)]


def summed(dataset: ImageDataset, preprocess: Preprocess) -> tuple[int, np.ndarray, np.ndarray, np.ndarray]:
    """The number of pictures, the sum of their squares (S, S, 3), how often each channel has each value (3,
    256), and the sums of the channels' products (3, 3): for pictures that are not kept decoded. Raises
    OSError that lists the files which cannot be decoded.
    """
    whole = dataset.whole

    def build(folder: Path) -> None:
        with _unchanged(whole):
            job = Job(preprocess.as_dict(), sums="to be", rows=dataset.rows.tolist())
            look_at_all(whole.name, whole.pictures, job, folder)
        parts = [dict(np.load(file)) for file in folder.glob("*.npz")]
        np.savez(folder / "sums", **{name: sum(part[name] for part in parts) for name in parts[0]})

    known = by_files(dataset) if is_large(dataset) else [_content(whole), *dataset.rows]
    key = key_of([EDITION, "with products", *preprocess.geometry, *known])
    folder = entry("statistics", whole.name, key, build)
    with np.load(folder / "sums.npz") as sums:
        return int(sums["number"]), sums["total"], sums["counts"], sums["products"]


def _as_preprocess(said: Preprocess | int) -> Preprocess:
    return said if isinstance(said, Preprocess) else Preprocess(said, said)


def _pixels_key(whole: ImageDataset, preprocess: Preprocess) -> str:
    return key_of([_content(whole), EDITION, *preprocess.geometry])


def _digests_entry(whole: ImageDataset, known: list[str] | None = None) -> Path:
    def build(folder: Path) -> None:
        digests = known
        if digests is None:
            with _unchanged(whole):
                digests = look_at_all(whole.name, whole.pictures, Job(), folder).digests
        (folder / "digests.json").write_text(json.dumps(digests))

    return entry("digests", whole.name, key_of([_content(whole), EDITION]), build)


def _content(whole: ImageDataset) -> str:
    """``whole.key()``, remembered for files that have not been touched since, as git does."""
    stamp = whole.stamp()
    if stamp is None:
        return whole.key()

    def build(folder: Path) -> None:
        with _unchanged(whole):
            (folder / "key").write_text(whole.key())

    return (entry("key", whole.name, stamp, build) / "key").read_text()


@contextmanager
def _unchanged(whole: ImageDataset) -> Iterator[None]:
    """Raise OSError where a picture was touched meanwhile: what was read would pass for another."""
    before = whole.stamp()
    yield
    if whole.stamp() != before:
        raise OSError(f"{whole.name}: pictures were changed while they were read; run it again")
