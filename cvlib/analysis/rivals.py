"""Several networks on the same pictures: which differ, as far as their records go."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np

from cvlib.stats import (
    Interval,
    McNemar,
    bootstrap_difference,
    crossed_difference,
    holm,
    mcnemar,
)

__all__ = ["Duel", "Rivals"]

ALPHA = 0.05


@dataclass(frozen=True)
class Duel:
    """``better`` against ``worse``, by their mean accuracies: McNemar's ``tests`` of every two of their runs,
    the ``interval`` of the difference (a fraction) and its ``p_value``, ``adjusted`` for all duels (Holm).

    Where both have several ``seeds`` interval and p-value speak of the two recipes on other pictures; where
    one has a single run they speak of two networks, the first of each: a paired bootstrap and McNemar.
    """

    better: str
    worse: str
    seeds: int
    tests: Sequence[McNemar]
    interval: Interval
    p_value: float
    adjusted: float = 1.0

    @property
    def verdict(self) -> str:
        """"cannot tell", or which is "better", by the adjusted p-value at 0.05."""
        return f"{self.better} is better" if self.adjusted < ALPHA else "cannot tell"


@dataclass(frozen=True)
class Rivals:
    """Records by network, one run or more of each, on the same pictures.

    Raises ValueError where the pictures differ, or where there are fewer than two networks.
    """

    records: Mapping[str, Sequence]

    def __post_init__(self):
        everyone = [record for records in self.records.values() for record in records]
        if len(self.records) < 2 or not all(self.records.values()):
            raise ValueError("two networks or more, each with a record, can be compared")
        for record in everyone:
            if not np.array_equal(record.labels, everyone[0].labels):
                raise ValueError(f"{record.name} and {everyone[0].name} answered different pictures")

    @cached_property
    def right(self) -> dict[str, np.ndarray]:
        """Whether each run had each picture right, bool (seeds, N)."""
        return {name: np.array([record.predictions == record.labels for record in records])
                for name, records in self.records.items()}

    @property
    def ranked(self) -> list[str]:
        """The networks, the best mean accuracy first."""
        return sorted(self.records, key=lambda name: -self.right[name].mean())

    @cached_property
    def duels(self) -> list[Duel]:
        """Every two networks, in the order of `ranked`."""
        found = [self._duel(*pair) for pair in combinations(self.ranked, 2)]
        adjusted = holm([duel.p_value for duel in found])
        return [Duel(**vars(duel) | {"adjusted": p}) for duel, p in zip(found, adjusted, strict=True)]

    def _duel(self, better: str, worse: str) -> Duel:
        a, b = self.records[better], self.records[worse]
        tests = [mcnemar(one.labels, one.predictions, two.predictions) for one, two in product(a, b)]
        if (seeds := min(len(a), len(b))) > 1:
            both = crossed_difference(self.right[better], self.right[worse])
            return Duel(better, worse, seeds, tests, both.both, both.p_value)
        drawn = bootstrap_difference(a[0].labels, a[0].predictions, b[0].predictions, resamples=1999)
        return Duel(better, worse, seeds, tests, drawn, tests[0].p_value)

    def rows(self) -> dict[str, list]:
        """What `plot.estimates` draws of each duel, in points: its interval, and as points every two runs."""
        intervals = [[100 * value for value in duel.interval] for duel in self.duels]
        means, lows, highs = map(list, zip(*intervals, strict=True))
        return {"names": [f"{duel.better} − {duel.worse}" for duel in self.duels], "centres": means,
                "lows": lows, "highs": highs,
                "points": [[100 * test.difference for test in duel.tests] for duel in self.duels]}

    def table(self) -> str:
        """A line a duel, in points: difference, interval, p-value, Holm's, and whether they differ by it."""
        width = max(len(f"{duel.better} − {duel.worse}") for duel in self.duels)
        lines = [f"{'':<{width}}{'points':>7}{'95 % interval':>15}{'p':>8}{'Holm':>8}"]
        for duel in self.duels:
            mean, low, high = (100 * value for value in duel.interval)
            lines.append(f"{f'{duel.better} − {duel.worse}':<{width}}{mean:>7.1f}"
                         f"{f'{low:.1f} to {high:.1f}':>15}{_p(duel.p_value):>8}{_p(duel.adjusted):>8}"
                         f"  {'differ' if duel.adjusted < ALPHA else 'cannot tell'}")
        return "\n".join(lines)

    def numbers(self) -> dict[str, float | int | str]:
        """Counts: ``networks``, ``duels``, ``runs``, ``seeds`` that each network has at least, duels
        ``shown`` at 0.05 and by ``holm``, and that ``cannot`` be told. ``alone_low`` and ``alone_high`` are
        the least and greatest share of pictures, in per cent, that one run of two networks alone has right.
        ``best`` and ``last`` name the ends of the ranking, ``half`` is the widest interval's half in points,
        and ``untold`` the duels that cannot be told, by name, with ``speaks`` of what the rest are told."""
        duels = self.duels
        alone = [100 * test.alone for duel in duels for test in duel.tests]
        by_holm = sum(duel.adjusted < ALPHA for duel in duels)
        runs = [len(records) for records in self.records.values()]
        return {"networks": len(runs), "duels": len(duels), "runs": sum(runs), "seeds": min(runs),
                "shown": sum(duel.p_value < ALPHA for duel in duels), "holm": by_holm,
                "cannot": len(duels) - by_holm, "alone_low": min(alone), "alone_high": max(alone),
                "best": self.ranked[0], "last": self.ranked[-1],
                "half": 100 * max(duel.interval.half for duel in duels),
                "untold": " and ".join(f"{duel.better} − {duel.worse}" for duel in duels
                                       if duel.adjusted >= ALPHA) or "none",
                "speaks": "the recipes" if min(runs) > 1 else "these networks, each one run of its recipe"}


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.001 else "< 0.001"
