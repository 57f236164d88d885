"""Two recipes, several seeds of each, all on the same pictures: two sources of chance at once."""
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from cvlib.stats.intervals import Interval, difference_interval

__all__ = ["Crossed", "crossed_difference"]


@dataclass(frozen=True)
class Crossed:
    """The mean accuracy of recipe a less that of recipe b, a fraction, with three 95 % intervals.

    ``pictures``: the same networks on other pictures. ``seeds``: other networks of the same recipes on these
    pictures (Welch). ``both``: other networks on other pictures, with the ``p_value`` of no difference.
    """

    pictures: Interval
    seeds: Interval
    both: Interval
    p_value: float

    def numbers(self) -> dict[str, float]:
        """In points: ``mean``, and ``low``, ``high`` and ``half`` of each interval, ``pictures_low`` and so
        on; and ``p_value``."""
        ends = {f"{kind}_{name}": 100 * value for kind in ("pictures", "seeds", "both")
                for name, value in getattr(self, kind).numbers().items() if name != "mean"}
        return {"mean": 100 * self.both.mean, **ends, "p_value": self.p_value}


def crossed_difference(a, b) -> Crossed:
    """``a`` and ``b`` say of each run of a recipe and each picture whether the answer was right: (seeds, N)
    each, two seeds or more, the same pictures in the same order.

    An answer is taken as the recipe's mean, plus what a picture adds, plus what a seed adds, plus the rest
    (two crossed random effects). The variance over pictures and that over seeds each hold the rest once, so
    it is taken off once; degrees of freedom are Satterthwaite's. Raises ValueError for fewer seeds, other
    pictures, and where no seed of either changes anything.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[1] or a.shape[1] < 2:
        raise ValueError(f"{a.shape} and {b.shape}: must be (seeds, pictures), of the same pictures")
    seeds, n = difference_interval(a.mean(1), b.mean(1)), a.shape[1]
    by_picture = float((a.mean(0) - b.mean(0)).var(ddof=1) / n)
    by_seed = [float(one.mean(1).var(ddof=1) / len(one)) for one in (a, b)]
    rest = sum(_rest(one) / one.size for one in (a, b))
    total = max(by_picture + sum(by_seed) - rest, by_picture, sum(by_seed))
    free = total**2 / (by_picture**2 / (n - 1) + sum(part**2 / (len(one) - 1)
                                                     for part, one in zip(by_seed, (a, b), strict=True)))
    return Crossed(_around(seeds.mean, by_picture, n - 1), seeds, _around(seeds.mean, total, free),
                   float(2 * stats.t.sf(abs(seeds.mean) / sqrt(total), free)))


def _rest(right: np.ndarray) -> float:
    """The mean square of what neither the picture nor the seed explains."""
    left = right - right.mean(0) - right.mean(1, keepdims=True) + right.mean()
    return float((left**2).sum() / ((right.shape[0] - 1) * (right.shape[1] - 1)))


def _around(mean: float, variance: float, free: float) -> Interval:
    half = float(stats.t.ppf(0.975, free)) * sqrt(variance)
    return Interval(mean, mean - half, mean + half)
