"""Deeper networks that train worse, and whether shortcuts mend it (Fig. 6 of arXiv:1512.03385)."""
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cvlib.stats import Interval, difference_interval

__all__ = ["Degradation", "Fit"]

KINDS = {"plain": "plain", "resnet": "residual"}  # as models are called, and as a page calls them
LATE, FLAT = 4, 1.0  # epochs, and points that they may fall in so many and be called flat


@dataclass(frozen=True)
class Fit:
    """One run of a network for CIFAR-10: ``kind`` "plain" or "residual", its ``depth`` and ``seed``, and its
    ``errors`` on the pictures that it trains on and ``val_errors`` on others, fractions, one an epoch."""

    kind: str
    depth: int
    seed: int
    errors: Sequence[float]
    val_errors: Sequence[float]


@dataclass(frozen=True)
class Degradation:
    """The ``fits`` there are, of ``planned``."""

    fits: Sequence[Fit]
    planned: int

    @classmethod
    def of(cls, study) -> "Degradation":
        """From `cvlib.load_study`: kind and depth are those of a run's model. Raises ValueError for a model
        that is no network for CIFAR-10."""
        return cls([_fit(record) for record in study.runs], len(study.plan.runs))

    @property
    def depths(self) -> list[int]:
        """Ascending."""
        return sorted({fit.depth for fit in self.fits})

    @property
    def epochs(self) -> int:
        """The most that a run had."""
        return max((len(fit.errors) for fit in self.fits), default=0)

    def runs(self, kind: str, depth: int) -> list[Fit]:
        """By seed."""
        chosen = [fit for fit in self.fits if (fit.kind, fit.depth) == (kind, depth)]
        return sorted(chosen, key=lambda fit: fit.seed)

    def lines(self) -> dict[str, list[list[float]]]:
        """Training errors in per cent, an epoch a value and a seed a line, by "residual, 56"; what has no run
        is left out."""
        places = [(kind, depth) for kind in ("residual", "plain") for depth in reversed(self.depths)]
        return {f"{kind}, {depth}": [[100 * error for error in fit.errors] for fit in self.runs(kind, depth)]
                for kind, depth in places if self.runs(kind, depth)}

    def ends(self, kind: str, depth: int, *, val: bool = False) -> list[float]:
        """Each seed's error in the last epoch, per cent."""
        return [100 * (fit.val_errors if val else fit.errors)[-1] for fit in self.runs(kind, depth)]

    def deeper(self, kind: str, *, val: bool = False) -> Interval | None:
        """The error of the deepest in the last epoch less that of the shallowest, in points, with Welch's
        95 % interval; None with less than two runs of either."""
        ends = [self.ends(kind, depth, val=val) for depth in self.depths[::max(1, len(self.depths) - 1)]]
        if len(ends) < 2 or min(map(len, ends)) < 2:
            return None
        return difference_interval(ends[-1], ends[0])

    @property
    def finding(self) -> str:
        """What the runs say of training errors, a sentence without its full stop."""
        changes = {kind: self.deeper(kind) for kind in KINDS.values()}
        if None in changes.values():
            return "Not run yet" if not self.fits else "Too few runs are there yet to compare depths"
        few, many = self.depths[0], self.depths[-1]
        return (f"{many} plain layers end with {_change(changes['plain'])} training errors than {few}, and "
                f"{many} residual layers with {_change(changes['residual'])}")

    @property
    def answer(self) -> str:
        """The same with intervals, and for pictures that were not trained on."""
        if self.finding.startswith(("Not", "Too")):
            return f"{len(self.fits)} of the {self.planned} runs have been made: {self.finding.lower()}."
        said = []
        for where, val in (("the pictures that it trains on", False), ("validation pictures", True)):
            plain, residual = (_full(self.deeper(kind, val=val)) for kind in KINDS.values())
            said.append(f"On {where} the deeper network makes {plain} without shortcuts, and {residual} with "
                        "them.")
        return " ".join([*said, self._flat()]).strip()

    @property
    def fall(self) -> float:
        """By how many points the mean training error of the last `LATE` epochs is below that of as many
        before, at most of all kinds and depths."""
        curves = [np.mean([fit.errors for fit in self.runs(kind, depth)], axis=0)
                  for kind in KINDS.values() for depth in self.depths if self.runs(kind, depth)]
        return max(100 * float(curve[-2 * LATE:-LATE].mean() - curve[-LATE:].mean()) for curve in curves)

    def _flat(self) -> str:
        """Whether the errors have come to rest; of runs too short to tell, nothing."""
        if self.epochs < 2 * LATE:
            return ""
        verdict = "have flattened" if self.fall < FLAT else "are still falling, so nothing is settled"
        return (f"The training errors of the last {LATE} epochs lie {max(self.fall, 0):.1f} points below "
                f"those of the {LATE} before at most: they {verdict}.")

    def numbers(self) -> dict[str, int | str]:
        """``runs``, ``planned``, ``epochs``, ``seeds`` (the most of one network), and as text ``finding`` and
        ``answer``."""
        seeds = max((len(self.runs(fit.kind, fit.depth)) for fit in self.fits), default=0)
        return {"runs": len(self.fits), "planned": self.planned, "epochs": self.epochs, "seeds": seeds,
                "finding": self.finding, "answer": self.answer}


def _fit(record) -> Fit:
    name = record.recipe["model"]
    match = re.fullmatch(r"(plain|resnet)(\d+)_cifar", name)
    if not match:
        raise ValueError(f"{name} is no plain or residual network for CIFAR-10")
    errors = ([1 - epoch[f"{split}_accuracy"] for epoch in record.history] for split in ("train", "val"))
    return Fit(KINDS[match[1]], int(match[2]), record.seed, *errors)


def _change(change: Interval) -> str:
    return f"{abs(change.mean):.1f} points {'more' if change.mean > 0 else 'fewer'}"


def _full(change: Interval) -> str:
    """With its interval; where that holds 0 it says so."""
    ends = f"{change.low:+.1f} to {change.high:+.1f}".replace("-", "−")
    return f"{_change(change)} errors ({ends}{': we cannot tell' if change.low <= 0 <= change.high else ''})"
