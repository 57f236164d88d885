"""Kernels with a direction and kernels with a colour, in many networks."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from cvlib.analysis.counted import alexnets
from cvlib.analysis.selectivity import Selectivity
from cvlib.analysis.tuning import Tuning
from cvlib.results import RunRecord
from cvlib.stats import Interval, mean_interval

__all__ = ["Tunings"]

HALF = 0.5  # of the kernels


@dataclass(frozen=True)
class Tunings:
    """The first layers of several networks, each once. Raises ValueError for none."""

    networks: Sequence[Tuning]

    def __post_init__(self):
        if not self.networks:
            raise ValueError("no network: is there no record of one yet?")

    @classmethod
    def of(cls, records: Iterable[RunRecord], *, out: str | Path | None = None) -> "Tunings":
        """Of those of ``records`` that `alexnets` counts. Raises ValueError as `Selectivity.of` does."""
        return cls([Tuning(Selectivity.of(record, out=out)) for record in alexnets(records, out=out)])

    @cached_property
    def learned(self) -> list[Tuning]:
        """Those in which half of the kernels or more have learned."""
        return [one for one in self.networks if one.layer.learned.mean() >= HALF]

    def named(self, name: str) -> Tuning:
        """The network of that name; raises ValueError that lists those there are."""
        found = [one for one in self.networks if one.name == name]
        if not found:
            raise ValueError(f"no network {name!r} among {', '.join(one.name for one in self.networks)}")
        return found[0]

    def largest(self, otherwise: str) -> Tuning:
        """Of those that have learned the one with the most kernels, if it has more of them than the network
        ``otherwise``; else that one."""
        base = self.named(otherwise)
        most = max([base, *self.learned], key=lambda one: len(one.oriented))
        return most if len(most.oriented) > len(base.oriented) else base

    def greyer(self) -> Interval:
        """By how much the kernels without a direction are more colourful than those with one: mean over the
        networks that have learned, and Student's interval."""
        return mean_interval([one.greyer for one in self.learned if np.isfinite(one.greyer)])

    def numbers(self) -> dict[str, float | int]:
        """``networks``; those that have ``learned`` and those that are ``still`` noise. Of the learned:
        ``share``, kernels with a direction among those that learned, in per cent, ``least`` and ``most`` of
        it in one network; ``along``, of those the per cent near level or upright; ``greyer`` with ``low``
        and ``high``, and ``greyer_in``, in how many networks it is above 0."""
        shares = [one.numbers()["share"] for one in self.learned]
        mean, low, high = self.greyer()
        return {"networks": len(self.networks), "learned": len(self.learned),
                "still": len(self.networks) - len(self.learned),
                "share": float(np.mean(shares)), "least": min(shares), "most": max(shares),
                "along": 100 * float(np.concatenate([one.along for one in self.learned]).mean()),
                "greyer": mean, "low": low, "high": high,
                "greyer_in": sum(one.greyer > 0 for one in self.learned)}
