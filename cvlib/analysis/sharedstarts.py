"""Whether networks that grew from one start end alike."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import stats

__all__ = ["SharedStarts"]

DRAWS = 9999


@dataclass(frozen=True)
class SharedStarts:
    """``ends``, a number for each network, by the start that they grew from: for towers the difference of
    their colour shares, signed. A start of a single network has nothing to be compared with and is left out.

    Raises ValueError unless two starts or more have two networks or more each.
    """

    ends: Mapping[str, Sequence[float]]

    def __post_init__(self):
        if len(self.shared) < 2:
            raise ValueError(f"{len(self.shared)} starts have more than one network: two are needed to tell "
                             "what a start does from what it does not")

    @cached_property
    def shared(self) -> dict[str, np.ndarray]:
        """The ends by start, of starts with several networks."""
        return {name: np.asarray(ends, float) for name, ends in self.ends.items() if len(ends) > 1}

    @property
    def intraclass(self) -> float:
        """The intraclass correlation of networks of one start, ICC(1) of Shrout and Fleiss (1979), for groups
        of unequal size: 1 where the start decides all, 0 where it decides nothing, below 0 by chance."""
        groups = list(self.shared.values())
        sizes = np.array([len(group) for group in groups])
        each = (sizes.sum() - np.square(sizes).sum() / sizes.sum()) / (len(sizes) - 1)
        f = stats.f_oneway(*groups).statistic
        return float((f - 1) / (f - 1 + each))

    @cached_property
    def p_value(self) -> float:
        """How often networks dealt to the starts at random lie as close together within them."""
        return float(stats.permutation_test(
            list(self.shared.values()), lambda *groups, axis: stats.f_oneway(*groups, axis=axis).statistic,
            permutation_type="independent", alternative="greater", n_resamples=DRAWS,
            rng=np.random.default_rng(0)).pvalue)

    @property
    def one_sided(self) -> list[str]:
        """The starts of which all networks end on the same side of zero."""
        return [name for name, ends in self.shared.items() if abs(np.sign(ends).sum()) == len(ends)]

    def numbers(self) -> dict[str, float | int]:
        """``starts`` with several networks, their ``networks``; ``intraclass`` and its ``p``; how many starts
        are ``one_sided``."""
        return {"starts": len(self.shared), "networks": sum(map(len, self.shared.values())),
                "intraclass": self.intraclass, "p": self.p_value, "one_sided": len(self.one_sided)}
