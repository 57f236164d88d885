"""Whether a part of a network makes it slower to train: epochs to one and the same validation accuracy."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2

from cvlib.analysis.trial import epochs_to
from cvlib.stats import Interval

__all__ = ["Pace"]


@dataclass(frozen=True)
class Pace:
    """``study`` is one of factors, or a part of it; validation is asked without masks, so that runs with
    dropout can be set beside runs without."""

    study: object

    @cached_property
    def errors(self) -> list[list[float]]:
        """Of each run the validation errors, an epoch a value."""
        return [[1 - epoch["val_accuracy"] for epoch in run.history] for run in self.study.runs]

    @property
    def target(self) -> float:
        """The least error that every run reaches: none is censored."""
        return max(map(min, self.errors))

    @property
    def epochs(self) -> list[float]:
        """How many epochs each run needs to it."""
        return [epochs_to(errors, self.target) for errors in self.errors]

    def factor(self, name: str) -> Interval | None:
        """By how much the epochs are multiplied where that factor is high: from the mean of the logarithms,
        with the 95 % interval of least squares. None where there are too few runs."""
        needed = dict(zip(map(id, self.study.runs), self.epochs, strict=True))
        try:
            effects = self.study.effects(lambda run: log2(needed[id(run)]))
        except ValueError:
            return None
        effect = next(one for one in effects if one.name == name)
        return Interval(*(2**value for value in (effect.estimate, effect.low, effect.high)))

    def says(self, name: str) -> str:
        """In half a sentence, for a page that may have no runs yet."""
        factor = self.factor(name) if self.study.runs else None
        if factor is None:
            return "not run yet"
        return f"{factor.mean:.2f} times as many epochs ({factor.low:.2f} to {factor.high:.2f})"

    def numbers(self) -> dict[str, float | int]:
        """``runs``, and where there are any ``target``, the validation accuracy in per cent."""
        runs: Sequence = self.study.runs
        return {"runs": len(runs)} | ({"target": 100 * (1 - self.target)} if runs else {})
