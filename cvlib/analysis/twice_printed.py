"""The same networks on the same pictures, printed by two hands."""
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from cvlib.stats import wilson_interval

__all__ = ["TwicePrinted"]

NORMAL = 1.959964  # of a normal distribution 95 % lie within so many deviations


@dataclass(frozen=True)
class TwicePrinted:
    """Accuracies in per cent of ``n`` pictures, by network: as ``reported`` and as ``published``."""

    reported: Mapping[str, float]
    published: Mapping[str, float]
    n: int

    def gap(self, name: str) -> float:
        """Points that the report has less."""
        return self.published[name] - self.reported[name]

    def interval(self, name: str) -> tuple[float, float]:
        """Wilson's, around what was published: where other 50,000 pictures of the same kind might have put
        it."""
        low, high = wilson_interval(round(self.published[name] * self.n / 100), self.n)
        return 100 * low, 100 * high

    def half(self, name: str) -> float:
        """Half the width of `interval`, in points."""
        low, high = self.interval(name)
        return (high - low) / 2

    def apart(self, name: str, n: int | None = None) -> float:
        """Points by which two such networks, each on ``n`` pictures of its own, must differ before 0 leaves
        the 95 % interval of their difference."""
        share = self.published[name] / 100
        return 100 * NORMAL * sqrt(2 * share * (1 - share) / (n or self.n))

    def numbers(self) -> dict[str, float]:
        """By network ``_reported``, ``_published``, ``_gap`` and ``_half``; the ``least`` and the ``most`` of
        all gaps, the widest ``half``, and the ``widest_apart``."""
        said = {}
        for name in self.published:
            key = name.lower().replace("-", "_")
            said |= {f"{key}_reported": self.reported[name], f"{key}_published": self.published[name],
                     f"{key}_gap": self.gap(name), f"{key}_half": self.half(name)}
        gaps = [self.gap(name) for name in self.published]
        return said | {"least": min(gaps), "most": max(gaps), "half": max(map(self.half, self.published)),
                       "widest_apart": max(map(self.apart, self.published))}
