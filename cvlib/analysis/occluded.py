"""Whether a grey square does most where a given thing is."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

from cvlib.stats import Interval, mean_interval

__all__ = ["Occluded"]


@dataclass(frozen=True)
class Occluded:
    """Occlusion maps beside the truth of N pictures, (N, H', W') both: ``falls`` of a probability under a
    square, and ``covers``, the share of that square that lies on the thing, 0 ... 1.

    Raises ValueError where the shapes differ or fewer than two pictures have both kinds of square, those that
    lie half or more on the thing and those that lie beside it.
    """

    falls: np.ndarray
    covers: np.ndarray

    def __post_init__(self):
        if np.shape(self.falls) != np.shape(self.covers) or np.ndim(self.falls) != 3:
            raise ValueError(f"maps {np.shape(self.falls)} for covers {np.shape(self.covers)}: "
                             "both are (N, H', W')")
        if self._both.sum() < 2:
            raise ValueError(f"{self._both.sum()} pictures have squares on the thing and beside it: it takes "
                             "two or more")

    @property
    def _both(self) -> np.ndarray:
        covers = np.asarray(self.covers).reshape(len(self.covers), -1)
        return (covers >= 0.5).any(1) & (covers == 0).any(1)

    @cached_property
    def contrasts(self) -> np.ndarray:
        """Of each picture that has both, the mean fall under squares on the thing, less that beside it."""
        pairs = [(fall, cover) for fall, cover, both in zip(self.falls, self.covers, self._both, strict=True)
                 if both]
        return np.array([fall[cover >= 0.5].mean() - fall[cover == 0].mean() for fall, cover in pairs], float)

    @cached_property
    def correlations(self) -> np.ndarray:
        """Spearman's rank correlation of fall and cover over the squares of each picture where both vary."""
        pairs = [(np.ravel(fall), np.ravel(cover))
                 for fall, cover in zip(self.falls, self.covers, strict=True)]
        return np.array([stats.spearmanr(fall, cover).statistic for fall, cover in pairs
                         if np.ptp(fall) > 0 and np.ptp(cover) > 0])

    def contrast(self) -> Interval:
        """Their mean, a fraction, and Student's interval over pictures."""
        return mean_interval(self.contrasts)

    def numbers(self) -> dict[str, float | int]:
        """``n`` pictures; ``contrast`` in points with ``low`` and ``high``; ``rank``, the mean of the
        correlations."""
        mean, low, high = self.contrast()
        rank = float(self.correlations.mean()) if len(self.correlations) else 0.0
        return {"n": len(self.contrasts), "contrast": 100 * mean, "low": 100 * low, "high": 100 * high,
                "rank": rank}
