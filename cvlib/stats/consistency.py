"""Whether two models err on the same pictures."""
from dataclasses import asdict, dataclass
from math import nan

import numpy as np

from cvlib.stats.answers import same_pictures

__all__ = ["Agreement", "agreement"]


@dataclass(frozen=True)
class Agreement:
    """Two models' answers to the same ``n`` pictures.

    ``same`` is the share with the same answer; ``alike`` the share that both have right or both have wrong,
    and ``alike_by_chance`` what it would be if each erred without regard to the other. Of the pictures that
    both have wrong there are ``both_wrong``, ``both_wrong_by_chance`` expected in the same way, and in
    ``same_wrong`` of them both give the same wrong answer.
    """

    n: int
    same: float
    alike: float
    alike_by_chance: float
    both_wrong: int
    both_wrong_by_chance: float
    same_wrong: int

    @property
    def kappa(self) -> float:
        """Error consistency (Geirhos et al. 2020), Cohen's kappa of being right: 0 where errors
        are shared as often as by chance, 1 where they are the same. NaN where both are always right, or both
        always wrong."""
        rest = 1 - self.alike_by_chance
        return (self.alike - self.alike_by_chance) / rest if rest > 1e-12 else nan

    def numbers(self) -> dict[str, float | int]:
        """By name, for a page: shares in per cent, counts as they are, and ``kappa`` where there is one."""
        shares = {name: 100 * getattr(self, name) for name in ("same", "alike", "alike_by_chance")}
        kappa = {} if np.isnan(self.kappa) else {"kappa": self.kappa}
        return asdict(self) | shares | kappa


def agreement(labels, a, b) -> Agreement:
    """How far the errors of ``a`` and ``b``, answers to the same pictures, all (N,), are the same.

    Raises ValueError where the three are not of one length > 0.
    """
    labels, a, b = same_pictures(labels, a, b)
    wrong_a, wrong_b = a != labels, b != labels
    share_a, share_b = float(wrong_a.mean()), float(wrong_b.mean())
    return Agreement(
        n=len(labels), same=float((a == b).mean()), alike=float((wrong_a == wrong_b).mean()),
        alike_by_chance=share_a * share_b + (1 - share_a) * (1 - share_b),
        both_wrong=int((wrong_a & wrong_b).sum()), both_wrong_by_chance=len(labels) * share_a * share_b,
        same_wrong=int((wrong_a & (a == b)).sum()))
