"""Decode once: resized pictures as one memory-mapped array, pixel digests as a list.

An entry is a folder below `cache_folder`, named by the content of the pictures and by the settings, so
nothing is ever stale; it is built beside and renamed into place, so a killed or a second process does no
harm. Deleting the whole folder costs only the time to build it again.
"""
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image
from platformdirs import user_cache_dir

from cvlib.data.images import ImageDataset, key_of

__all__ = ["cache_folder", "decoded", "pixel_digests"]

RESIZE = Image.Resampling.BILINEAR  # PIL's filter widens when it shrinks: antialiased


def cache_folder() -> Path:
    """``$CVLIB_CACHE``, else the user's cache folder."""
    return Path(os.environ.get("CVLIB_CACHE") or user_cache_dir("cvlib-course"))


def decoded(dataset: ImageDataset, size: int) -> np.ndarray:
    """The centre square of every picture, resized: (N, size, size, 3) uint8.

    The square of a wide picture is the middle one, as in Sec. 2 of the AlexNet paper. Memory-mapped,
    read-only.
    """
    def build(folder: Path):
        shape = (len(dataset), size, size, 3)
        pixels = np.lib.format.open_memmap(folder / "pixels.npy", "w+", np.uint8, shape)
        for i, square in enumerate(_each(dataset, lambda image: np.asarray(centre_square(image, size)))):
            pixels[i] = square
        pixels.flush()

    folder = _entry(f"pixels-{dataset.name}-{size}-{key_of([dataset.key(), size, RESIZE])}", build)
    return np.load(folder / "pixels.npy", mmap_mode="r")


def pixel_digests(dataset: ImageDataset) -> list[str]:
    """SHA-256 of each picture's size and decoded RGB pixels: the same for every lossless copy of it."""
    if getattr(dataset, "digests", None):
        return list(dataset.digests)

    def build(folder: Path):
        (folder / "digests.json").write_text(json.dumps(list(_each(dataset, _digest))))

    folder = _entry(f"digests-{dataset.name}-{dataset.key()}", build)
    return json.loads((folder / "digests.json").read_text())


def centre_square(image: Image.Image, size: int) -> Image.Image:
    """The largest centred square of ``image``, resized to ``size``."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.resize((size, size), RESIZE, box=(left, top, left + side, top + side))


def _digest(image: Image.Image) -> str:
    return hashlib.sha256(f"{image.size}".encode() + image.tobytes()).hexdigest()


def _each(dataset: ImageDataset, function: Callable) -> Iterator:
    """``function`` of every picture, in order; decoding frees the interpreter's lock, so threads help."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(lambda i: function(dataset.image(i)), range(len(dataset)))


def _entry(name: str, build: Callable[[Path], None]) -> Path:
    """The finished folder ``name``; where there is none, ``build`` fills it first."""
    final = cache_folder() / name
    if not final.is_dir():
        final.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=final.parent))
        try:
            build(folder)
            folder.rename(final)
        except OSError:
            if not final.is_dir():  # else another process was faster
                raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return final
