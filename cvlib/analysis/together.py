"""Errors that several networks share."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np

from cvlib.analysis.mistakes import Mistakes

__all__ = ["SharedErrors", "independent"]


def independent(rates: Sequence[float]) -> np.ndarray:
    """The probabilities that 0, 1, ... n of n networks err on a picture, if network i errs with probability
    ``rates[i]`` whatever the others do (the Poisson binomial distribution)."""
    shares = np.ones(1)
    for rate in rates:
        shares = np.convolve(shares, [1 - rate, rate])
    return shares


@dataclass(frozen=True)
class SharedErrors:
    """Records of two or more networks that answered the same pictures.

    Raises ValueError for fewer, or where the pictures differ.
    """

    records: Sequence

    def __post_init__(self):
        if len(self.records) < 2:
            raise ValueError(f"{len(self.records)} records: errors are shared by two or more")
        Mistakes(self.records)

    @cached_property
    def mistakes(self) -> Mistakes:
        """What they say."""
        return Mistakes(self.records)

    @cached_property
    def wrong(self) -> np.ndarray:
        """Which network errs on which picture, bool (networks, N)."""
        return self.mistakes.predictions != self.mistakes.labels

    @property
    def made(self) -> np.ndarray:
        """Pictures that 0, 1, ... all of the networks have wrong."""
        return np.bincount(self.wrong.sum(0), minlength=len(self.records) + 1)

    @property
    def by_rate(self) -> np.ndarray:
        """As many as `made` has, if each network erred at its own rate whatever the others do."""
        return self.wrong.shape[1] * independent(self.wrong.mean(1))

    @property
    def by_class(self) -> np.ndarray:
        """The same with each network's own rate in each class: hard classes are shared then, and no more."""
        labels = self.mistakes.labels
        parts = [self.wrong[:, labels == label] for label in np.unique(labels)]
        return sum(part.shape[1] * independent(part.mean(1)) for part in parts)

    @property
    def everyone(self) -> np.ndarray:
        """The pictures that all networks have wrong."""
        return np.flatnonzero(self.wrong.all(0))

    def overlap(self) -> float:
        """The share of one network's errors that another makes too, mean of all ordered pairs."""
        pairs = permutations(self.wrong, 2)
        return float(np.mean([(one & other).sum() / max(1, one.sum()) for one, other in pairs]))

    def numbers(self) -> dict[str, float | int]:
        """``networks``, ``n`` pictures, ``none`` and ``everyone``, how many pictures no network and all of
        them have wrong; ``by_rate`` and ``by_class``, how many all would if errors were independent, and
        ``times`` the first of these; ``alike``, the pictures that all call by the same wrong class;
        ``overlap``, in per cent, and ``rate``, what it would be."""
        made, rate = self.made, self.by_rate[-1]
        return {"networks": len(self.records), "n": f"{self.wrong.shape[1]:,}", "none": int(made[0]),
                "everyone": int(made[-1]), "by_rate": float(rate), "by_class": float(self.by_class[-1]),
                "times": float(made[-1] / rate) if rate else 0.0, "alike": int(self.mistakes.agreed.sum()),
                "overlap": 100 * self.overlap(), "rate": 100 * float(self.wrong.mean())}
