"""How sure one number is."""
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy import stats

__all__ = ["Interval", "difference_interval", "mean_interval", "prediction_interval", "wilson_interval"]


class Interval(NamedTuple):
    """A mean and the ends of a 95 % interval around it: ``mean, low, high = ...``."""

    mean: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half its width, the number after +-."""
        return (self.high - self.low) / 2

    def numbers(self) -> dict[str, float]:
        """By name, for a page to quote."""
        return {"mean": self.mean, "low": self.low, "high": self.high, "half": self.half}


def wilson_interval(correct: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion, ``correct`` of ``n`` (Wilson 1927): low and high, fractions.

    Counts of any integer type. The ends hold the estimate. Raises ValueError unless both are whole numbers
    with 0 <= correct <= n and n > 0.
    """
    if not 0 <= correct <= n or n <= 0 or correct % 1 or n % 1:
        raise ValueError(f"{correct} of {n} is no proportion")
    correct, n = int(correct), int(n)
    ends = stats.binomtest(correct, n).proportion_ci(0.95, method="wilson")
    return min(float(ends.low), correct / n), max(float(ends.high), correct / n)


def mean_interval(values) -> Interval:
    """Mean, and the ends of Student's 95 % interval for it, of two or more independent runs.

    It says where the mean of very many runs is. Raises ValueError for fewer, or for values that are not
    finite.
    """
    values = _runs(values)
    return _student(values, sqrt(1 / len(values)))


def prediction_interval(values) -> Interval:
    """Mean, and the ends of Student's 95 % interval for one more run, of two or more independent runs.

    It is what a single run of a rival must leave to be another: wider than `mean_interval`, however many runs
    there are. Raises ValueError for fewer, or for values that are not finite.
    """
    values = _runs(values)
    return _student(values, sqrt(1 + 1 / len(values)))


def difference_interval(a, b) -> Interval:
    """The mean of ``a`` less that of ``b``, and Welch's 95 % interval for it: two or more independent runs of
    each of two recipes, whose spreads may differ.

    Raises ValueError for fewer, for values that are not finite, and where neither has any spread.
    """
    a, b = _runs(a), _runs(b)
    if a.std() == b.std() == 0:
        raise ValueError("the runs of each recipe are all the same: there is no spread to judge by")
    ends = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    return Interval(float(a.mean() - b.mean()), float(ends.low), float(ends.high))


def _runs(values) -> np.ndarray:
    runs = np.array(list(values), dtype=float)
    if len(runs) < 2:
        raise ValueError(f"{len(runs)} runs: an interval needs two or more")
    if runs.ndim != 1 or not np.isfinite(runs).all():
        raise ValueError(f"a finite number a run is needed, not {values}")
    return runs


def _student(runs: np.ndarray, errors: float) -> Interval:
    """Its half is ``errors`` standard deviations of one run, times Student's factor."""
    mean = float(runs.mean())
    half = float(stats.t.ppf(0.975, len(runs) - 1) * runs.std(ddof=1) * errors)
    return Interval(mean, mean - half, mean + half)
