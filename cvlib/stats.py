"""How sure a number is."""
from dataclasses import asdict, dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from scipy import stats

__all__ = ["Interval", "McNemar", "difference_interval", "holm", "lenth", "mcnemar", "mean_interval",
           "permutation_test", "prediction_interval", "wilson_interval"]


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


@dataclass(frozen=True)
class McNemar:
    """Two models' answers to the same pictures, counted, and the exact two-sided ``p_value`` of "whichever of
    the two alone is right is a toss of a coin"."""

    both: int
    only_a: int
    only_b: int
    neither: int
    p_value: float

    def numbers(self) -> dict[str, float]:
        """By name, for a page to quote."""
        return asdict(self)


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


def mcnemar(labels, a, b) -> McNemar:
    """McNemar's exact test: are ``a`` or ``b``, answers to the same pictures, all (N,), more often right?

    Only the pictures that one of the two alone has right speak. Raises ValueError where the three are not of
    one length > 0.
    """
    labels, a, b = np.asarray(labels), np.asarray(a), np.asarray(b)
    if not labels.shape == a.shape == b.shape or labels.ndim != 1 or not len(labels):
        raise ValueError(f"labels {labels.shape} and answers {a.shape}, {b.shape}: must be of one length > 0")
    right_a, right_b = a == labels, b == labels
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    differ = only_a + only_b
    return McNemar(both=int((right_a & right_b).sum()), only_a=only_a, only_b=only_b,
                   neither=int((~right_a & ~right_b).sum()),
                   p_value=float(stats.binomtest(only_a, differ).pvalue) if differ else 1.0)


def permutation_test(a, b, *, draws: int = 9999, seed: int = 0) -> float:
    """The two-sided p-value of "it does not matter which values are called a": how often values dealt at
    random into two such groups have means at least as far apart as those of ``a`` and ``b``.

    Estimated from ``draws`` seeded deals, the one that happened counted among them: never below 1 / (draws +
    1). Raises ValueError for an empty group.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if not a.size or not b.size:
        raise ValueError(f"groups of {a.size} and {b.size} values: each needs one or more")
    values = np.concatenate([a, b])
    dealt = np.random.default_rng(seed).permuted(np.tile(values, (draws, 1)), axis=1)
    apart = np.abs(dealt[:, :len(a)].mean(1) - dealt[:, len(a):].mean(1))
    return float((1 + (apart >= abs(a.mean() - b.mean()) - 1e-12).sum()) / (1 + draws))


def holm(p_values) -> list[float]:
    """p-values of several tests, adjusted so that at 0.05 a single one falsely below is as rare as that
    (Holm 1979), in the order given."""
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps * p_values[order]))
    return adjusted.tolist()


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


def lenth(effects) -> float:
    """The margin of error of each of many effects, of which most are nothing but noise: one beyond it is told
    from nothing with 95 % confidence, without a replicate (Lenth 1989, doi:10.1080/00401706.1989.10488595).

    Raises ValueError for fewer than three effects, or for values that are not finite.
    """
    sizes = np.abs(np.asarray(effects, dtype=float))
    if len(sizes) < 3 or not np.isfinite(sizes).all():
        raise ValueError(f"three or more finite effects are needed, not {np.asarray(effects).tolist()}")
    first = 1.5 * np.median(sizes)
    error = 1.5 * np.median(sizes[sizes < 2.5 * first]) if first else 0.0
    return float(stats.t.ppf(0.975, len(sizes) / 3) * error)
