"""Whether confusions go both ways."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy import stats

from cvlib.stats import holm

__all__ = ["Confused", "Symmetry"]


class Confused(NamedTuple):
    """Two classes, ``there`` pictures of ``one`` called ``other`` and ``back`` the other way round;
    ``there_share`` and ``back_share`` are fractions of the pictures of ``one`` and of ``other``.

    ``p_value`` is the exact two-sided binomial one of "a confusion is of this way or of that as often as its
    class has pictures".
    """

    one: str
    other: str
    there: int
    back: int
    there_share: float
    back_share: float
    p_value: float

    def numbers(self) -> dict[str, float | int | str]:
        """By name, shares in per cent."""
        return self._asdict() | {"there_share": 100 * self.there_share, "back_share": 100 * self.back_share}


@dataclass(frozen=True)
class Symmetry:
    """A confusion matrix (rows true, columns predicted) of one network's answers, each picture once: the
    tests take answers to be independent, which those of two seeds to one picture are not.

    Raises ValueError unless it is square and has a name for each class.
    """

    confusion: np.ndarray
    classes: Sequence[str]

    def __post_init__(self):
        if np.shape(self.confusion) != (len(self.classes),) * 2:
            raise ValueError(f"a matrix {np.shape(self.confusion)} for {len(self.classes)} classes")

    @cached_property
    def pictures(self) -> np.ndarray:
        """Pictures of each class."""
        return np.asarray(self.confusion).sum(1)

    def pair(self, one: str, other: str) -> Confused:
        """How ``one`` is taken for ``other`` and back. Raises ValueError for a name that is no class."""
        i, j = (list(self.classes).index(name) for name in (one, other))
        there, back = int(self.confusion[i, j]), int(self.confusion[j, i])
        n, m = (max(1, int(self.pictures[k])) for k in (i, j))
        p = stats.binomtest(there, there + back, n / (n + m)).pvalue if there + back else 1.0
        return Confused(one, other, there, back, there / n, back / m, float(p))

    @cached_property
    def pairs(self) -> list[Confused]:
        """All pairs of classes, the more frequent way first, the most frequent confusion first."""
        found = [self.pair(*names) for names in combinations(self.classes, 2)]
        turned = [pair if pair.there_share >= pair.back_share else self.pair(pair.other, pair.one)
                  for pair in found]
        return sorted(turned, key=lambda pair: -pair.there_share)

    def test(self) -> tuple[float, int, float]:
        """Statistic, degrees of freedom and p-value of "every confusion goes both ways at one rate".

        Bowker's (1948) where all classes have as many pictures; elsewhere each pair's confusions are
        expected in proportion to the pictures. Pairs that are never confused count nowhere.
        """
        moved = [pair for pair in self.pairs if pair.there + pair.back]
        sizes = dict(zip(self.classes, self.pictures.tolist(), strict=True))
        statistic = 0.0
        for pair in moved:
            share = sizes[pair.one] / (sizes[pair.one] + sizes[pair.other])
            both = pair.there + pair.back
            statistic += (pair.there - share * both) ** 2 / (share * (1 - share) * both)
        return statistic, len(moved), float(stats.chi2.sf(statistic, max(1, len(moved))))

    def one_sided(self, level: float = 0.05) -> list[Confused]:
        """The pairs that go one way more often than the other, by p-values that Holm's method adjusts."""
        adjusted = holm([pair.p_value for pair in self.pairs])
        return [pair for pair, p in zip(self.pairs, adjusted, strict=True) if p < level]

    def numbers(self) -> dict[str, float | int]:
        """``statistic``, ``freedom`` and ``p`` of the whole matrix; ``pairs`` and how many are ``sided``."""
        statistic, freedom, p = self.test()
        return {"statistic": statistic, "freedom": freedom, "p": p, "pairs": len(self.pairs),
                "sided": len(self.one_sided())}
