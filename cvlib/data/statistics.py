"""Means and deviations of a set of pictures, from exact sums."""
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

__all__ = ["Statistics", "channel_products", "count_values"]

NOTHING = "no picture to take a mean of: is the data set, or this part of it, empty?"
AT_ONCE = 256  # pictures: 256 times 255 just fits into uint16
PIXELS = 2**18  # multiplied at once; their products, below 2**34, are whole numbers in float64 too


class Statistics:
    """Of squares (N, S, S, 3) of uint8, from whole-number sums: no order of the pictures and no number of
    processes changes a digit. Each sum is taken when it is first asked for. Raises ValueError then where
    there is no picture."""

    def __init__(self, pixels: Sequence[np.ndarray] | None = None):
        self.pixels = pixels

    @classmethod
    def of(cls, pixels: Sequence[np.ndarray]) -> "Statistics":
        """Of ``pixels``, an array or what can be sliced like one."""
        return cls(pixels)

    @classmethod
    def known(cls, number: int, total: np.ndarray, counts: np.ndarray, products: np.ndarray) -> "Statistics":
        """From sums that were taken elsewhere."""
        statistics = cls()
        statistics.total, statistics.counts, statistics.products = (number, total), counts, products
        return statistics

    @cached_property
    def total(self) -> tuple[int, np.ndarray]:
        """The number of pictures, and the sum of each pixel and channel, (S, S, 3) int64."""
        return len(self.pixels), sum(part.sum(0, dtype=np.uint16).astype(np.int64) for part in self._parts())

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each channel has each value: (3, 256) int64."""
        return sum(count_values(part) for part in self._parts())

    @cached_property
    def products(self) -> np.ndarray:
        """The sum over all pixels of the product of any two channels: (3, 3) int64."""
        return sum(channel_products(part) for part in self._parts())

    @cached_property
    def mean_picture(self) -> np.ndarray:
        """(S, S, 3) float32 in 0 ... 255."""
        number, total = self.total
        return (total / number).astype(np.float32)

    @cached_property
    def channel_mean(self) -> np.ndarray:
        """(3,) float64 in 0 ... 255."""
        return self.counts @ np.arange(256) / self.counts.sum(1)

    @cached_property
    def channel_std(self) -> np.ndarray:
        """(3,) float64; 1 for a channel with one value alone, so that nothing is divided by 0."""
        squares = (np.arange(256) - self.channel_mean[:, None]) ** 2
        std = np.sqrt((self.counts * squares).sum(1) / self.counts.sum(1))
        return np.where((self.counts > 0).sum(1) > 1, std, 1.0)

    @cached_property
    def channel_covariance(self) -> np.ndarray:
        """Of red, green and blue over all pixels: (3, 3) float64, each the nearest there is; divided by their
        number."""
        pixels, sums = int(self.counts[0].sum()), (self.counts @ np.arange(256)).tolist()
        products = self.products.tolist()  # Python's own integers: they are as long as they need to be
        if not pixels:
            raise ValueError(NOTHING)
        return np.array([[(pixels * products[i][j] - sums[i] * sums[j]) / pixels**2 for j in range(3)]
                         for i in range(3)])

    def _parts(self) -> Iterator[np.ndarray]:
        if not len(self.pixels):
            raise ValueError(NOTHING)
        for start in range(0, len(self.pixels), AT_ONCE):
            yield self.pixels[start:start + AT_ONCE]


def count_values(pixels: np.ndarray) -> np.ndarray:
    """How often each channel has each value: (..., 3) uint8 -> (3, 256)."""
    return np.stack([np.bincount(pixels[..., channel].ravel(), minlength=256) for channel in range(3)])


def channel_products(pixels: np.ndarray) -> np.ndarray:
    """The sum over all pixels of the product of any two channels, exact: (..., 3) uint8 -> (3, 3) int64."""
    colours, products = pixels.reshape(-1, 3), np.zeros((3, 3), np.int64)
    for start in range(0, len(colours), PIXELS):
        part = colours[start:start + PIXELS].astype(np.float64)
        products += (part.T @ part).astype(np.int64)
    return products
