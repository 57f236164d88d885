"""Averages of the answers of several networks (Table 2 of the AlexNet paper)."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations

import numpy as np

from cvlib.analysis.mistakes import Mistakes
from cvlib.stats import Interval, mean_interval

__all__ = ["PAPER_AVERAGES", "Averaged"]

PAPER_AVERAGES = {"1 CNN": 40.7, "5 CNNs": 38.1, "1 CNN*": 39.0, "7 CNNs*": 36.7}
"""Top-1 errors on ILSVRC-2012's validation set, per cent (Table 2). A star: among them are networks trained
on all of ImageNet first, with a sixth convolution (Sec. 6); of the seven, two are such and five are those of
the second row."""


@dataclass(frozen=True, eq=False)
class Averaged:
    """Records of ``networks`` that were trained apart and answered the same pictures, by all their views or,
    with ``one_view``, by the centre alone. Probabilities are averaged, as the paper's are.

    Raises ValueError for fewer than two, for other pictures, and where two give the same answers throughout:
    they are one network.
    """

    records: Sequence
    one_view: bool = False

    def __post_init__(self):
        if len(self.records) < 2:
            raise ValueError(f"{len(self.records)} records: an average is of two or more")
        Mistakes(self.records)
        for (i, a), (j, b) in combinations(enumerate(self.given), 2):
            if np.array_equal(a, b):
                raise ValueError(f"{self.records[i].name} and {self.records[j].name} give the same answers: "
                                 "they are one network, counted twice")

    @cached_property
    def given(self) -> np.ndarray:
        """Their probabilities, (networks, N, C)."""
        return np.stack([run.one_view if self.one_view else run.probabilities for run in self.records])

    @property
    def labels(self) -> np.ndarray:
        """The true classes, (N,)."""
        return self.records[0].labels

    def mean(self, networks: Iterable[int]) -> np.ndarray:
        """The mean probabilities of these networks, (N, C)."""
        return self.given[list(networks)].mean(0)

    @cache  # noqa: B019  an object of a notebook, that lives as long as it
    def wrong(self, count: int) -> np.ndarray:
        """Which pictures the average has wrong, for every choice of ``count`` of the networks: bool
        (choices, N). Raises ValueError for a count that is not there."""
        if not 1 <= count <= len(self.records):
            raise ValueError(f"{count} of {len(self.records)} networks")
        return np.array([self.mean(chosen).argmax(1) != self.labels for chosen in self.choices(count)])

    def choices(self, count: int) -> list[tuple[int, ...]]:
        """All choices of ``count`` networks."""
        return list(combinations(range(len(self.records)), count))

    def errors(self, count: int) -> np.ndarray:
        """The error of every choice of so many networks, in per cent, (choices,)."""
        return 100 * self.wrong(count).mean(1)

    def loss(self, count: int) -> float:
        """Cross-entropy in nats, mean over all choices of so many. It never rises with the number: the
        logarithm is concave."""
        true = self.given[:, np.arange(len(self.labels)), self.labels].astype(float)
        return float(np.mean([-np.log(true[list(chosen)].mean(0)).mean() for chosen in self.choices(count)]))

    def gain(self, count: int) -> Interval:
        """By how many points the error of ``count`` is below that of one, both as means over all choices, and
        Student's interval over pictures: these networks, on other pictures."""
        return mean_interval(100 * (self.wrong(1).mean(0) - self.wrong(count).mean(0)))

    def pairs(self) -> tuple[Interval, Interval, Interval]:
        """By how many points two together are below the mean of the two: for pairs of one recipe, for pairs
        of two recipes, and the second less the first; with Student's intervals over pictures. Raises
        ValueError where all pairs are of one kind."""
        names = [record.recipe["name"] for record in self.records]
        alike = np.array([names[a] == names[b] for a, b in self.choices(2)])
        if alike.all() or not alike.any():
            raise ValueError("all pairs are of one kind: two recipes, and two seeds of one, are needed")
        alone = np.array([self.wrong(1)[[a, b]].mean(0) for a, b in self.choices(2)])
        gains = 100 * (alone - self.wrong(2))
        same, other = gains[alike].mean(0), gains[~alike].mean(0)
        return mean_interval(same), mean_interval(other), mean_interval(other - same)

    def numbers(self, counts: Sequence[int] = (2, 5, 8)) -> dict[str, float | int]:
        """``networks`` and ``recipes``; errors in per cent, means over all choices: ``one``, and for each of
        ``counts`` that there are ``error_5`` and so on, with the least and greatest, ``least_5`` and
        ``most_5``, of ``choices_5`` choices; the gain over one, ``gain_5``, with ``low_5`` and ``high_5``,
        and ``relative_5``, in per cent of the error of one."""
        one = float(self.errors(1).mean())
        numbers = {"networks": len(self.records), "one": one,
                   "recipes": len({record.recipe["name"] for record in self.records})}
        for count in (count for count in counts if count <= len(self.records)):
            errors, (gain, low, high) = self.errors(count), self.gain(count)
            numbers |= {f"error_{count}": float(errors.mean()), f"least_{count}": float(errors.min()),
                        f"most_{count}": float(errors.max()), f"choices_{count}": len(errors),
                        f"gain_{count}": gain, f"low_{count}": low, f"high_{count}": high,
                        f"relative_{count}": 100 * gain / one}
        return numbers
