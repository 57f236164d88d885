"""Random numbers that are counted, not streamed: each is a hash of what it is for."""
from hashlib import blake2b

import numpy as np

__all__ = ["uniform"]

GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # SplitMix64's
MASK = 2**64 - 1


def uniform(seed: int, epoch: int, numbers, slot: str) -> np.ndarray:
    """One number in 0 ... 1, below 1, for each picture of ``numbers`` (N,): (N,) float64.

    A picture's draw is a function of (``seed``, ``epoch``, its number in the whole data set, ``slot``), the
    name of what is drawn: neither a subset, nor the order, nor workers, nor another draw changes it. It is
    SplitMix64 (doi:10.1145/2660193.2660195), started from a hash of seed, epoch and slot. Raises ValueError
    for a seed or an epoch below 0 or above 2**64 - 1.
    """
    if not (0 <= seed <= MASK and 0 <= epoch <= MASK):
        raise ValueError(f"seed and epoch are whole numbers in 0 ... 2**64 - 1, not {seed!r} and {epoch!r}")
    key = int(seed).to_bytes(8, "little") + int(epoch).to_bytes(8, "little") + slot.encode()
    start = np.uint64(int.from_bytes(blake2b(key, digest_size=8).digest(), "little"))
    state = start + (np.atleast_1d(numbers).astype(np.uint64) + np.uint64(1)) * np.uint64(GOLDEN)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(FIRST)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(SECOND)
    return ((state ^ (state >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53
