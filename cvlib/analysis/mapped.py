"""Whether two maps of the same pictures say the same."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from cvlib.stats import Interval, mean_interval, wilson_interval

__all__ = ["MapsAgree"]


@dataclass(frozen=True, eq=False)
class MapsAgree:
    """Two maps of each of N pictures, ``first`` and ``second`` (N, H, W), such as falls of a probability
    under two kinds of square.

    Raises ValueError where their shapes differ, and for fewer than two pictures.
    """

    first: np.ndarray
    second: np.ndarray

    def __post_init__(self):
        if np.shape(self.first) != np.shape(self.second) or np.ndim(self.first) != 3 or len(self.first) < 2:
            raise ValueError(f"maps {np.shape(self.first)} and {np.shape(self.second)}: both are (N, H, W), "
                             "of two or more pictures")

    @cached_property
    def correlations(self) -> np.ndarray:
        """Spearman's rank correlation over the places of each picture in which both vary."""
        pairs = [(np.ravel(a), np.ravel(b)) for a, b in zip(self.first, self.second, strict=True)]
        return np.array([stats.spearmanr(a, b).statistic for a, b in pairs if np.ptp(a) > 0 < np.ptp(b)])

    @property
    def same(self) -> int:
        """In how many pictures both are greatest at the same place."""
        return sum(int(np.argmax(a) == np.argmax(b)) for a, b in zip(self.first, self.second, strict=True))

    def correlation(self) -> Interval:
        """Mean, and Student's interval over pictures."""
        return mean_interval(self.correlations)

    def numbers(self) -> dict[str, float | int]:
        """``n`` pictures; ``rank``, the mean correlation, with ``rank_low`` and ``rank_high``; ``same``, in
        per cent, with Wilson's ``same_low`` and ``same_high``, and ``chance``, what places drawn at random
        would give."""
        n, (rank, low, high) = len(self.first), self.correlation()
        same_low, same_high = wilson_interval(self.same, n)
        return {"n": n, "rank": rank, "rank_low": low, "rank_high": high, "same": 100 * self.same / n,
                "same_low": 100 * same_low, "same_high": 100 * same_high,
                "chance": 100 / np.asarray(self.first)[0].size}
