"""What would have been said had each recipe been run once."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from cvlib.analysis.seeds import Seeds
from cvlib.analysis.versus import Versus
from cvlib.stats import Crossed, McNemar, crossed_difference, mcnemar

__all__ = ["Repeats", "SingleRuns"]


@dataclass(frozen=True)
class Repeats:
    """Records of several recipes, two seeds or more of each: every two runs that differ in the seed alone.

    Raises ValueError as `Seeds` does.
    """

    recipes: Sequence[Sequence]

    @cached_property
    def tests(self) -> list[McNemar]:
        """McNemar's test of every such two."""
        return [test for records in self.recipes for test in Seeds(records).pairs()]

    @property
    def p_values(self) -> list[float]:
        """Their p-values."""
        return [test.p_value for test in self.tests]

    def numbers(self) -> dict[str, float | int]:
        """Counts: ``recipes``, ``pairs`` of runs, and of those ``below`` 0.05; ``chance``, how many would be
        if a test were wrong one time in twenty. In per cent of the pictures, one of two runs alone is right
        on ``alone_low`` to ``alone_high``. In points, the standard deviation of a run among those of its
        recipe, ``spread``, and what it would be if a coin fell for every such picture, ``spread_coin``."""
        alone = [100 * test.alone for test in self.tests]
        spread = np.sqrt(np.mean([test.difference**2 for test in self.tests]) / 2)
        coin = np.sqrt(np.mean([test.alone / test.n for test in self.tests]) / 2)
        return {"recipes": len(self.recipes), "pairs": len(alone), "chance": 0.05 * len(alone),
                "below": sum(p < 0.05 for p in self.p_values), "alone_low": min(alone),
                "alone_high": max(alone), "spread": 100 * float(spread), "spread_coin": 100 * float(coin)}


@dataclass(frozen=True)
class SingleRuns:
    """Two recipes, two seeds or more of each, on the same pictures: what any one run of each would have said,
    and what all say together. Raises ValueError as `Versus` does.
    """

    base: Sequence
    changed: Sequence

    def __post_init__(self):
        Versus(self.changed, self.base)

    @cached_property
    def tests(self) -> list[McNemar]:
        """McNemar's test of each run of the base with each of the changed recipe."""
        return [mcnemar(one.labels, one.predictions, two.predictions)
                for one, two in product(self.base, self.changed)]

    @property
    def p_values(self) -> list[float]:
        """Their p-values."""
        return [test.p_value for test in self.tests]

    @cached_property
    def together(self) -> Crossed:
        """All runs: the mean accuracy of the base less that of the changed recipe."""
        return crossed_difference(*(np.array([record.predictions == record.labels for record in records])
                                    for records in (self.base, self.changed)))

    def rows(self) -> dict[str, list]:
        """What `plot.estimates` draws, in points: the difference with each of its three intervals."""
        kinds = {"other photographs": self.together.pictures, "other seeds": self.together.seeds,
                 "both": self.together.both}
        means, lows, highs = (list(100 * np.array(ends)) for ends in zip(*kinds.values(), strict=True))
        return {"names": list(kinds), "centres": means, "lows": lows, "highs": highs}

    def numbers(self) -> dict[str, float | int]:
        """``pairs`` of single runs, ``below`` of them at 0.05, from ``p_low`` to ``p_high``; the ``seeds`` of
        the base; and of all runs what `Crossed.numbers` has."""
        p_values = self.p_values
        return {"pairs": len(p_values), "below": sum(p < 0.05 for p in p_values), "p_low": min(p_values),
                "p_high": max(p_values), "seeds": len(self.base)} | self.together.numbers()
