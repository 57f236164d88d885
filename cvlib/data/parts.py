"""Parts of a data set: some rows, or a share that the pixels choose."""
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from cvlib.data.cache import pixel_digests
from cvlib.data.images import ImageDataset, key_of

__all__ = ["Part"]


class Part(ImageDataset):
    """Some pictures of ``whole``: those at ``rows``, or whose pixels hash into ``tenths`` and ``fifths``.

    The hash is of the decoded RGB pixels: copies of a data set with other JPEG bytes split alike, and two
    identical pictures always land on the same side. As a number it chooses a tenth by its last digit and a
    fifth, of each tenth alike, by the rest. Nothing is decoded before somebody asks what is in the part.
    """

    def __init__(self, whole: ImageDataset, rows: Sequence[int] | None = None, *,
                 tenths: Sequence[int] = range(10), fifths: Sequence[int] = range(5)):
        self._whole, self.tenths, self.fifths = whole, tuple(tenths), tuple(fifths)
        self.name, self.classes, self.transform = whole.name, whole.classes, whole.transform
        self.pictures, self._given = whole.pictures, rows is not None
        if self._given:
            self.rows = np.asarray(rows, dtype=np.int64)

    @property
    def whole(self) -> ImageDataset:
        """What this is a part of."""
        return self._whole

    @cached_property
    def rows(self) -> np.ndarray:
        """Their places in ``whole``, (N,), ascending where they are chosen by hash."""
        numbers = [int(digest, 16) for digest in pixel_digests(self.whole)]
        return np.array([i for i, number in enumerate(numbers)
                         if number % 10 in self.tenths and number // 10 % 5 in self.fifths], dtype=np.int64)

    @cached_property
    def labels(self) -> np.ndarray:
        """Their classes, (N,) int64."""
        return self.whole.labels[self.rows]

    @cached_property
    def paths(self) -> Sequence[str]:
        """Their names in ``whole``."""
        paths = self.whole.paths
        return [paths[row] for row in self.rows] if isinstance(paths, list) else _Chosen(paths, self.rows)

    def key(self) -> str:
        """A string that differs where any picture differs."""
        return key_of([self.whole.key(), *(self.rows if self._given else (self.tenths, self.fifths))])

    def stamp(self) -> str | None:
        """A string that differs where any file of ``whole`` was touched."""
        return self.whole.stamp()


class _Chosen(Sequence):
    """``paths[row]`` for each of ``rows``, without a copy."""

    def __init__(self, paths: Sequence[str], rows: np.ndarray):
        self.paths, self.rows = paths, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, item):
        chosen = self.rows[item]
        return [self.paths[row] for row in chosen] if isinstance(item, slice) else self.paths[chosen]
