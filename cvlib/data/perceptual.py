"""Pictures that look alike: a hash of 64 bits that small changes of a picture leave nearly as it is.

The hash is that of the cosine transform (Zauner 2010, "Implementation and Benchmarking of Perceptual Image
Hash Functions") in the form of the package `imagehash`: grey, 32 x 32 pixels, the 8 x 8 lowest frequencies,
each a bit that says whether it is above their median. Half of the bits are set unless frequencies are equal,
so two hashes differ in an even number of bits.
"""
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image
from scipy.fft import dctn

__all__ = ["BITS", "Pairs", "dct_hash", "near_pairs"]

SIDE, LOW = 32, 8  # pixels, frequencies
BITS = LOW * LOW
BLOCK = 256  # rows compared with all others at a time: 256 x N x 8 bytes


def dct_hash(image: Image.Image) -> int:
    """64 bits, the lowest frequency first. Stretching is undone: a picture of any shape becomes a square."""
    grey = image.convert("L").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    low = dctn(np.asarray(grey, np.float64))[:LOW, :LOW]
    return int.from_bytes(np.packbits(low > np.median(low)).tobytes(), "big")


class Pairs(NamedTuple):
    """Pictures ``a`` < ``b`` by number, and in how many bits they differ, all (P,); in the order of a, b."""

    a: np.ndarray
    b: np.ndarray
    distance: np.ndarray


def near_pairs(hashes: Sequence[int], most: int) -> Pairs:
    """Every two of ``hashes`` that differ in ``most`` bits or fewer, from one comparison of each with each.

    Memory grows with their number and that of the pairs found, not with its square.
    """
    hashes, found = np.asarray(hashes, np.uint64), [(np.empty(0, np.int64),) * 3]
    for first in range(0, len(hashes), BLOCK):
        block = hashes[first:first + BLOCK, None]
        distance = np.bitwise_count(block ^ hashes[first:])
        rows, columns = np.nonzero(distance <= most)
        later = columns > rows
        rows, columns = rows[later], columns[later]
        found.append((first + rows, first + columns, distance[rows, columns].astype(np.int64)))
    return Pairs(*(np.concatenate(column) for column in zip(*found, strict=True)))
