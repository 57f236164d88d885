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
    def by_recipe(self) -> list[tuple[str, list[McNemar]]]:
        """Each recipe's name, and McNemar's test of every two of its runs."""
        return [(records[0].recipe["name"], Seeds(records).pairs()) for records in self.recipes]

    @property
    def tests(self) -> list[McNemar]:
        """Those of all recipes."""
        return [test for _, tests in self.by_recipe for test in tests]

    @property
    def p_values(self) -> list[float]:
        """Their p-values."""
        return [test.p_value for test in self.tests]

    def numbers(self) -> dict[str, float | int | str]:
        """Counts: ``recipes``, ``pairs`` of runs, and of those ``below`` 0.05; ``chance``, how many would be
        if a test were wrong one time in twenty; ``apart``, how many recipes have all that are below, and
        their ``apart_names``. In per cent of the pictures, one of two runs alone is right on ``alone_low`` to
        ``alone_high``. In points, the standard deviation of a run among those of its recipe, ``spread``, and
        what it would be if a coin fell for every such picture, ``spread_coin``: of the recipes whose pairs
        all lie above 0.05, and with ``apart_`` of the others (0 without any)."""
        alone = [100 * test.alone for test in self.tests]
        apart = {name: tests for name, tests in self.by_recipe if min(test.p_value for test in tests) < 0.05}
        calm = [test for name, tests in self.by_recipe if name not in apart for test in tests]
        spread, coin = _spreads(calm)
        apart_spread, apart_coin = _spreads([test for tests in apart.values() for test in tests])
        return {"recipes": len(self.recipes), "pairs": len(alone), "chance": 0.05 * len(alone),
                "below": sum(p < 0.05 for p in self.p_values), "apart": len(apart),
                "apart_names": ", ".join(apart) or "none", "alone_low": min(alone), "alone_high": max(alone),
                "spread": spread, "spread_coin": coin, "apart_spread": apart_spread,
                "apart_coin": apart_coin}


def _spreads(tests: Sequence[McNemar]) -> tuple[float, float]:
    """Standard deviations of a run, in points: as the ``tests`` have it, and as coins would; 0 of none."""
    if not tests:
        return 0.0, 0.0
    return (100 * float(np.sqrt(np.mean([test.difference**2 for test in tests]) / 2)),
            100 * float(np.sqrt(np.mean([test.alone / test.n for test in tests]) / 2)))


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
