"""Decode once: resized pictures as one memory-mapped array, pixel digests as a list.

An entry is a folder below `cache_folder`, named by the content of the pictures and by the settings, so
nothing is ever stale; it is built beside and renamed into place, so a killed or a second process does no
harm. Deleting the whole folder costs only the time to build it again.
"""
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from math import prod
from pathlib import Path

import numpy as np
from PIL import Image
from platformdirs import user_cache_dir
from torch.utils.data import DataLoader, Dataset

from cvlib.atomic import replaced
from cvlib.data.images import ImageDataset, key_of

__all__ = ["Rows", "cache_folder", "centre_square", "decoded", "pixel_digests"]

RESIZE = Image.Resampling.BILINEAR  # PIL's filter widens when it shrinks: antialiased
AT_ONCE = 64  # pictures that a process decodes in one go
ABANDONED = 24 * 3600  # seconds after which a half-built entry belongs to nobody


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


def cache_folder() -> Path:
    """``$CVLIB_CACHE``, else the user's cache folder."""
    return Path(os.environ.get("CVLIB_CACHE") or user_cache_dir("cvlib-course"))


def decoded(dataset: ImageDataset, size: int) -> Rows:
    """The centre square of every picture, resized: (N, size, size, 3) uint8.

    The square of a wide picture is the middle one, as in Sec. 2 of the AlexNet paper. The first call decodes
    the whole of which ``dataset`` is a part, and keeps the digests too. Raises OSError that lists the files
    which cannot be decoded, or says that the disk is too small.
    """
    whole, shape = dataset.whole, (len(dataset.whole), size, size, 3)

    def build(folder: Path) -> None:
        _check_space(folder, prod(shape))
        pixels = np.lib.format.open_memmap(folder / "pixels.npy", "w+", np.uint8, shape)

        def keep(i: int, image: Image.Image) -> str:
            pixels[i] = np.asarray(centre_square(image, size))
            return _digest(i, image)

        digests = _each(whole, keep)
        pixels.flush()
        _digests_entry(whole, lambda: digests)

    folder = _entry(f"pixels-{whole.name}-{size}-{key_of([_content(whole), size, RESIZE])}", build)
    return Rows(folder / "pixels.npy", dataset.rows)


def pixel_digests(dataset: ImageDataset) -> list[str]:
    """SHA-256 of each picture's size and decoded RGB pixels: the same for every lossless copy of it."""
    whole = dataset.whole
    folder = _digests_entry(whole, lambda: _each(whole, _digest))
    digests = json.loads((folder / "digests.json").read_text())
    return digests if whole is dataset else [digests[row] for row in dataset.rows]


def centre_square(image: Image.Image, size: int) -> Image.Image:
    """The largest centred square of ``image``, resized to ``size``."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.resize((size, size), RESIZE, box=(left, top, left + side, top + side))


def _digest(_, image: Image.Image) -> str:
    digest = hashlib.sha256(f"{image.size}".encode())
    digest.update(np.asarray(image))
    return digest.hexdigest()


def _digests_entry(whole: ImageDataset, make: Callable[[], list[str]]) -> Path:
    def build(folder: Path) -> None:
        with replaced(folder / "digests.json") as temporary:
            temporary.write_text(json.dumps(make()))

    return _entry(f"digests-{whole.name}-{_content(whole)}", build)


def _content(whole: ImageDataset) -> str:
    """``whole.key()``, remembered for files that have not been touched since, as git does."""
    stamp = whole.stamp()
    if stamp is None:
        return whole.key()

    def build(folder: Path) -> None:
        with replaced(folder / "key") as temporary:
            temporary.write_text(whole.key())

    return (_entry(f"key-{whole.name}-{stamp}", build) / "key").read_text()


class _Looks(Dataset):
    """``look`` at `AT_ONCE` pictures of ``dataset`` an item: its results, an error where one is broken."""

    def __init__(self, dataset: ImageDataset, look: Callable[[int, Image.Image], str]):
        self.dataset, self.look = dataset, look

    def __len__(self) -> int:
        return -(-len(self.dataset) // AT_ONCE)

    def __getitem__(self, item: int) -> list[str | OSError]:
        return [self._try(i) for i in range(len(self.dataset))[item * AT_ONCE:(item + 1) * AT_ONCE]]

    def _try(self, i: int) -> str | OSError:
        try:
            return self.look(i, self.dataset.image(i))
        except OSError as error:
            return error


def _each(dataset: ImageDataset, look: Callable[[int, Image.Image], str]) -> list[str]:
    """``look`` at every picture, in as many processes as there are cores where forking is safe."""
    looks = _Looks(dataset, look)
    workers = min(os.cpu_count(), len(looks) // 2) if sys.platform == "linux" else 0
    parts = DataLoader(looks, batch_size=None, num_workers=workers,
                       multiprocessing_context="fork" if workers else None)
    results = [result for part in parts for result in part]
    broken = [str(result) for result in results if isinstance(result, OSError)]
    if broken:
        more = f"\n  and {len(broken) - 10} more" if len(broken) > 10 else ""
        raise OSError(f"{dataset.name}: {len(broken)} picture(s) to replace or delete:\n  "
                      + "\n  ".join(broken[:10]) + more)
    return results


def _entry(name: str, build: Callable[[Path], None]) -> Path:
    """The finished folder ``name``; where there is none, ``build`` fills it first."""
    final = cache_folder() / name
    if not final.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
        _sweep(final.parent)
        folder = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=final.parent))
        try:
            build(folder)
            folder.rename(final)
        except OSError:
            if not final.is_dir():  # else another process was faster
                raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return final


def _check_space(folder: Path, needed: int) -> None:
    """Raise OSError where the disk cannot hold ``needed`` bytes: a mapped file would end the process."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OSError(f"the decoded pictures take {needed / 1e9:.1f} GB and {cache_folder()} has "
                      f"{free / 1e9:.1f} GB left: set CVLIB_CACHE to a folder on a larger disk")


def _sweep(parent: Path) -> None:
    """Remove what killed processes left half built."""
    for folder in parent.glob(".*"):
        if time.time() - folder.stat().st_mtime > ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)
