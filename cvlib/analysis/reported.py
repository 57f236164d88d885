"""What accuracies alone can say, where nothing else was printed."""
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import nan

from cvlib.stats import McNemarBounds, mcnemar_bounds

__all__ = ["Reported", "ReportedPair"]

ALPHA = 0.05


@dataclass(frozen=True)
class ReportedPair:
    """Two networks by their printed accuracies: the ``better`` has ``ahead`` more pictures right."""

    better: str
    worse: str
    ahead: int
    bounds: McNemarBounds

    def verdict(self, alpha: float = ALPHA) -> str:
        """"always" where McNemar's test is below ``alpha`` whatever the two said of which picture, "never"
        where it cannot be, and "depends" where it is for some answers and not for others."""
        if self.bounds.worst < alpha:
            return "always"
        return "depends" if self.bounds.best < alpha else "never"


@dataclass(frozen=True)
class Reported:
    """Printed ``accuracies``, per cent with ``decimals``, of networks on the same ``n`` pictures."""

    accuracies: Mapping[str, float]
    n: int
    decimals: int = 2

    def correct(self, name: str) -> int:
        """The whole number of pictures whose share is nearest to what was printed."""
        return round(self.accuracies[name] * self.n / 100)

    def exists(self, name: str) -> bool:
        """Whether a whole number of pictures, rounded, gives what was printed (Brown and Heathers 2017)."""
        return round(100 * self.correct(name) / self.n, self.decimals) == self.accuracies[name]

    def pairs(self) -> list[ReportedPair]:
        """Every two networks, the furthest apart first."""
        ranked = sorted(self.accuracies, key=self.correct, reverse=True)
        found = [ReportedPair(better, worse, self.correct(better) - self.correct(worse),
                              mcnemar_bounds(self.correct(better), self.correct(worse), self.n))
                 for better, worse in combinations(ranked, 2)]
        return sorted(found, key=lambda pair: -pair.ahead)

    def reaches(self) -> dict[str, list]:
        """What `plot.reaches` draws of each pair, in per cent of the pictures: all shares that one alone may
        have right, and up to which McNemar's p is below 0.05."""
        pairs, share = self.pairs(), 100 / self.n
        most = [pair.bounds.most_alone(ALPHA) for pair in pairs]
        said = {"always": "always", "never": "never", "depends": "up to {:.1f} %"}
        return {"names": [f"{pair.better} − {pair.worse}" for pair in pairs],
                "starts": [share * pair.bounds.alone[0] for pair in pairs],
                "counted": [nan if one is None else 100 * one for one in most],
                "ends": [share * pair.bounds.alone[-1] for pair in pairs],
                "says": [said[pair.verdict()].format(100 * (one or 0))
                         for pair, one in zip(pairs, most, strict=True)]}

    def numbers(self) -> dict[str, float | int | str]:
        """Counts of ``pairs`` that 0.05 separates ``always``, ``never``, or as it ``depends``, and
        ``always_of_six`` where the limit is divided by the pairs; ``worst`` is the largest p-value among the
        first. Of those that depend, in per cent of the pictures, one alone may be right on no more than
        ``most_low`` to ``most_high``. ``ahead_low`` and ``ahead_high`` are pictures between two networks,
        ``odd`` the networks whose accuracy no whole number of pictures gives, and ``odd_count``."""
        pairs, odd = self.pairs(), [name for name in self.accuracies if not self.exists(name)]
        kinds = {kind: [pair for pair in pairs if pair.verdict() == kind]
                 for kind in ("always", "depends", "never")}
        numbers = {"pairs": len(pairs), **{kind: len(some) for kind, some in kinds.items()},
                   "always_of_six": sum(pair.verdict(ALPHA / len(pairs)) == "always" for pair in pairs),
                   "ahead_low": pairs[-1].ahead, "ahead_high": pairs[0].ahead,
                   "odd": " and ".join(odd) or "none", "odd_count": len(odd)}
        if kinds["always"]:
            numbers["worst"] = max(pair.bounds.worst for pair in kinds["always"])
        if kinds["depends"]:
            most = [100 * pair.bounds.most_alone(ALPHA) for pair in kinds["depends"]]
            numbers |= {"most_low": min(most), "most_high": max(most)}
        return numbers
