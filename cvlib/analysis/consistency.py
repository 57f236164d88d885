"""Whether several networks err on the same pictures."""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from cvlib.analysis.together import independent
from cvlib.stats import Agreement, agreement

__all__ = ["Consistency"]


@dataclass(frozen=True)
class Consistency:
    """One record of each of several networks, by name, on the same pictures.

    Raises ValueError where the pictures differ, or where there are fewer than two networks.
    """

    records: Mapping

    def __post_init__(self):
        first, *others = self.records.values()
        if not others:
            raise ValueError("errors are shared by two networks or more")
        for record in others:
            if not np.array_equal(record.labels, first.labels):
                raise ValueError(f"{record.name} and {first.name} answered different pictures")

    @cached_property
    def wrong(self) -> np.ndarray:
        """Which answers are wrong, bool (networks, N)."""
        return np.array([record.predictions != record.labels for record in self.records.values()])

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

    def missed_by(self) -> np.ndarray:
        """How many pictures 0, 1, ... networks have wrong, (networks + 1,)."""
        return np.bincount(self.wrong.sum(0), minlength=len(self.records) + 1)

    def missed_by_chance(self) -> np.ndarray:
        """The same as expected if each network erred without regard to the others."""
        return self.wrong.shape[1] * independent(self.wrong.mean(1))

    def numbers(self) -> dict[str, float | int | str]:
        """Pictures that all networks have wrong, ``all_wrong``, and ``all_wrong_chance`` expected of networks
        that err without regard to each other; those of the first that get the same wrong answer from all,
        ``same_wrong``; pictures that any has right, in per cent, ``any_right``; ``kappa_low`` and
        ``kappa_high`` over every two, and ``closest``, the pair with the greatest; ``n`` pictures."""
        said = np.array([record.predictions for record in self.records.values()])
        together = self.wrong.all(0)
        kappas = {pair: found.kappa for pair, found in self.pairs.items()}
        closest = max(kappas, key=kappas.get)
        return {"all_wrong": int(together.sum()), "all_wrong_chance": float(self.missed_by_chance()[-1]),
                "same_wrong": int((together & (said == said[0]).all(0)).sum()),
                "any_right": 100 * float(1 - together.mean()), "kappa_low": min(kappas.values()),
                "kappa_high": kappas[closest], "closest": " and ".join(closest), "n": f"{len(together):,}"}
