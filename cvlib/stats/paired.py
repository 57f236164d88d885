"""Whether one of two models is more often right about the same pictures."""
from dataclasses import asdict, dataclass

import numpy as np
from scipy import stats

from cvlib.stats.answers import same_pictures

__all__ = ["McNemar", "McNemarBounds", "mcnemar", "mcnemar_bounds"]


@dataclass(frozen=True)
class McNemar:
    """Two models' answers to the same pictures, counted, and the exact two-sided ``p_value`` of "whichever of
    the two alone is right is a toss of a coin"."""

    both: int
    only_a: int
    only_b: int
    neither: int
    p_value: float

    @property
    def n(self) -> int:
        """The pictures."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def alone(self) -> float:
        """The share of the pictures that one of the two alone has right: those that speak."""
        return (self.only_a + self.only_b) / self.n

    @property
    def difference(self) -> float:
        """The accuracy of a less that of b, a fraction."""
        return (self.only_a - self.only_b) / self.n

    def numbers(self) -> dict[str, float]:
        """By name, for a page to quote."""
        return asdict(self)


@dataclass(frozen=True)
class McNemarBounds:
    """What McNemar's exact test may say of two models, of which only the numbers right of ``n`` are known.

    ``alone`` (k,) has every possible number of pictures that one of the two alone has right, ascending, and
    ``p_values`` (k,) what the test says at each: they rise.
    """

    n: int
    alone: np.ndarray
    p_values: np.ndarray

    @property
    def best(self) -> float:
        """The least p-value: the worse model is right on no picture that the better one has wrong."""
        return float(self.p_values[0])

    @property
    def worst(self) -> float:
        """The greatest: the two err on different pictures as far as they can."""
        return float(self.p_values[-1])

    def most_alone(self, alpha: float = 0.05) -> float | None:
        """The largest share of the pictures that one alone may have right while the p-value stays below
        ``alpha``; None where it never is."""
        shown = self.alone[self.p_values < alpha]
        return float(shown[-1] / self.n) if len(shown) else None


def mcnemar(labels, a, b) -> McNemar:
    """McNemar's exact test: are ``a`` or ``b``, answers to the same pictures, all (N,), more often right?

    Only the pictures that one of the two alone has right speak. Raises ValueError where the three are not of
    one length > 0.
    """
    labels, a, b = same_pictures(labels, a, b)
    right_a, right_b = a == labels, b == labels
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    differ = only_a + only_b
    return McNemar(both=int((right_a & right_b).sum()), only_a=only_a, only_b=only_b,
                   neither=int((~right_a & ~right_b).sum()),
                   p_value=float(stats.binomtest(only_a, differ).pvalue) if differ else 1.0)


def mcnemar_bounds(correct_a: int, correct_b: int, n: int) -> McNemarBounds:
    """All that `mcnemar` may say of two models with ``correct_a`` and ``correct_b`` of the same ``n``
    pictures right, whatever pictures those are.

    The two accuracies fix by how much more pictures one alone has right than the other, and not how many.
    Raises ValueError unless all are whole numbers, 0 <= correct <= n and n > 0.
    """
    for correct in (correct_a, correct_b):
        if not 0 <= correct <= n or n <= 0 or correct % 1 or n % 1:
            raise ValueError(f"{correct} right of {n} pictures: whole numbers are needed, 0 <= right <= n")
    low, high = sorted((int(correct_a), int(correct_b)))
    fewer = np.arange(min(low, int(n) - high) + 1)  # pictures that the worse model alone has right
    alone = high - low + 2 * fewer
    return McNemarBounds(int(n), alone, np.minimum(1, 2 * stats.binom.cdf(fewer, alone, 0.5)))
