"""How far every two of several networks err on the same pictures."""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from cvlib.analysis.mistakes import Mistakes
from cvlib.stats import Agreement, agreement

__all__ = ["Consistency"]


@dataclass(frozen=True)
class Consistency:
    """One record of each of several networks, by name, on the same pictures; `SharedErrors` counts what all
    of them miss. Raises ValueError where the pictures differ, or where there are fewer than two networks.
    """

    records: Mapping

    def __post_init__(self):
        if len(self.records) < 2:
            raise ValueError("errors are shared by two networks or more")
        Mistakes([*self.records.values()])

    @cached_property
    def pairs(self) -> dict[tuple[str, str], Agreement]:
        """The `Agreement` of every two networks."""
        return {(a, b): agreement(self.records[a].labels, self.records[a].predictions,
                                  self.records[b].predictions) for a, b in combinations(self.records, 2)}

    @property
    def kappas(self) -> np.ndarray:
        """Error consistency of every two networks, (networks, networks), 1 on the diagonal."""
        names = list(self.records)
        matrix = np.eye(len(names))
        for (a, b), found in self.pairs.items():
            i, j = names.index(a), names.index(b)
            matrix[i, j] = matrix[j, i] = found.kappa
        return matrix

    def numbers(self) -> dict[str, float | str]:
        """``kappa_low`` and ``kappa_high`` over every two networks, and ``closest``, the pair with the
        greatest."""
        kappas = {pair: found.kappa for pair, found in self.pairs.items()}
        closest = max(kappas, key=kappas.get)
        return {"kappa_low": min(kappas.values()), "kappa_high": kappas[closest],
                "closest": " and ".join(closest)}
