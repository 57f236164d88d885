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
    """One run of a network for CIFAR-10: ``kind`` "plain" or "residual", its ``depth`` and ``seed``; its
    ``errors`` on the pictures that it trains on and ``val_errors`` on others, fractions, one an epoch;
    ``test_error`` at the end; and the ``rates`` of its epochs, none where no record says them."""

    kind: str
    depth: int
    seed: int
    errors: Sequence[float]
    val_errors: Sequence[float]
    test_error: float
    rates: Sequence[float] = ()


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

    def lines(self, *, val: bool = False) -> dict[str, list[list[float]]]:
        """Training or validation errors in per cent, an epoch a value and a seed a line, by "residual, 56";
        what has no run is left out."""
        places = [(kind, depth) for kind in ("residual", "plain") for depth in reversed(self.depths)]
        return {f"{kind}, {depth}": [[100 * error for error in (fit.val_errors if val else fit.errors)]
                                     for fit in self.runs(kind, depth)]
                for kind, depth in places if self.runs(kind, depth)}

    def ends(self, kind: str, depth: int, *, test: bool = False) -> list[float]:
        """Each seed's error in the last epoch, per cent, on training or test pictures."""
        return [100 * (fit.test_error if test else fit.errors[-1]) for fit in self.runs(kind, depth)]

    def deeper(self, kind: str, *, test: bool = False) -> Interval | None:
        """The error of the deepest at the end less that of the shallowest, in points, with Welch's 95 %
        interval; None with less than two runs of either."""
        ends = [self.ends(kind, depth, test=test) for depth in self.depths[::max(1, len(self.depths) - 1)]]
        if len(ends) < 2 or min(map(len, ends)) < 2:
            return None
        return difference_interval(ends[-1], ends[0])

    @property
    def finding(self) -> str:
        """What the runs say of training errors, a sentence without its full stop."""
        return self._finding(test=False)

    @property
    def test_finding(self) -> str:
        """The same of test errors."""
        return self._finding(test=True)

    def _finding(self, *, test: bool) -> str:
        plain, residual = (self.deeper(kind, test=test) for kind in KINDS.values())
        if plain is None or residual is None:
            return "Not run yet" if not self.fits else "Too few runs are there yet to compare depths"
        few, many, errors = self.depths[0], self.depths[-1], "test" if test else "training"
        said = ("end with " + _change(plain) + f" {errors} errors than {few}" if _told(plain)
                else f"cannot be told from {few} by their {errors} errors")
        others = (f"with shortcuts they end with {_change(residual)}" if _told(residual)
                  else "with shortcuts the two cannot be told apart")
        return f"{many} plain layers {said}; {others}"

    @property
    def answer(self) -> str:
        """Both with their intervals, and whether training had come to rest."""
        if self.finding.startswith(("Not", "Too")):
            return f"{len(self.fits)} of the {self.planned} runs have been made: {self.finding.lower()}."
        said = []
        for where, test in (("the pictures that it trains on", False), ("test pictures", True)):
            plain, residual = (_full(self.deeper(kind, test=test)) for kind in KINDS.values())
            said.append(f"On {where} the deeper network makes {plain} without shortcuts, and {residual} with "
                        "them.")
        return " ".join([*said, self._flat()]).strip()

    @property
    def cut(self) -> int:
        """How many epochs the first run had before its rate fell; 0 where it never fell, or is not known."""
        rates = list(self.fits[0].rates) if self.fits else []
        return next((epoch for epoch in range(1, len(rates)) if rates[epoch] < rates[epoch - 1]), 0)

    def falls(self, epochs: int) -> list[float]:
        """By how many points the mean training error of the `LATE` epochs up to ``epochs`` is below that of
        as many before, for each kind and depth."""
        curves = [np.mean([fit.errors for fit in self.runs(kind, depth)], axis=0)[:epochs]
                  for kind in KINDS.values() for depth in self.depths if self.runs(kind, depth)]
        return [100 * float(curve[-2 * LATE:-LATE].mean() - curve[-LATE:].mean()) for curve in curves]

    def _flat(self) -> str:
        """Whether the errors have come to rest, and whether they had before the rate was cut; of runs too
        short to tell, nothing."""
        if self.epochs < 2 * LATE:
            return ""
        fall = max(self.falls(self.epochs))
        verdict = "have come to rest" if fall < FLAT else "are still falling, so nothing is settled"
        said = (f"The training errors of the last {LATE} epochs lie {max(fall, 0):.1f} points below those of "
                f"the {LATE} before at most: they {verdict}.")
        if fall >= FLAT or self.cut < 2 * LATE:
            return said
        low, *_, high = sorted(self.falls(self.cut))
        return (f"{said} Just before the rate was first cut the same measure was {low:.1f} to {high:.1f} "
                "points.")

    def numbers(self) -> dict[str, int | str]:
        """``runs``, ``planned``, ``epochs``, ``seeds`` (the most of one network), and as text ``finding``,
        ``test_finding`` and ``answer``."""
        seeds = max((len(self.runs(fit.kind, fit.depth)) for fit in self.fits), default=0)
        return {"runs": len(self.fits), "planned": self.planned, "epochs": self.epochs, "seeds": seeds,
                "finding": self.finding, "test_finding": self.test_finding, "answer": self.answer}


def _fit(record) -> Fit:
    name = record.recipe["model"]
    match = re.fullmatch(r"(plain|resnet)(\d+)_cifar", name)
    if not match:
        raise ValueError(f"{name} is no plain or residual network for CIFAR-10")
    errors = ([1 - epoch[f"{split}_accuracy"] for epoch in record.history] for split in ("train", "val"))
    rates = [epoch["lr"] for epoch in record.history if "lr" in epoch]
    return Fit(KINDS[match[1]], int(match[2]), record.seed, *errors,
               1 - record.scores["test"]["accuracy"], rates)


def _told(change: Interval) -> bool:
    """Whether its interval leaves 0 out."""
    return not change.low <= 0 <= change.high


def _change(change: Interval) -> str:
    return f"{abs(change.mean):.1f} points {'more' if change.mean > 0 else 'fewer'}"


def _full(change: Interval) -> str:
    """With its interval; where that holds 0 it says so."""
    ends = f"{change.low:+.1f} to {change.high:+.1f}".replace("-", "−")
    return f"{_change(change)} errors ({ends}{'' if _told(change) else ': we cannot tell'})"
