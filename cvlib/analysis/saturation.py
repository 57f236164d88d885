"""How many epochs a network needs to a given training error: ReLU against tanh, Fig. 1 of the AlexNet paper.

A training accuracy in a history is measured while its epoch trains, so the error of an epoch is that of the
network half-way through it, on average. A run that has not got there by its last epoch is censored: it needs
more epochs than it had, and nobody knows how many. Medians treat it as longer than any other.
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf, isnan, nan
from statistics import median as median_of

__all__ = ["Saturation", "Trial", "epochs_to"]

TARGET = 0.25  # the error that Fig. 1 marks
PAPER_RATIO = 6.0  # "six times faster than an equivalent network with tanh neurons", caption of Fig. 1


def epochs_to(errors: Sequence[float], target: float = TARGET) -> float:
    """The epoch, 1 ... len(errors), at which the training errors first fall to ``target``.

    Between two epochs the error is taken to fall in a straight line. Infinite where it never gets there.
    """
    before = inf
    for epoch, error in enumerate(errors, 1):
        if error <= target:
            share = 1.0 if before == inf else (before - target) / (before - error)
            return epoch - 1 + share
        before = error
    return inf


@dataclass(frozen=True)
class Trial:
    """One run: its training ``errors`` (fractions), one an epoch, and ``val_errors``, on validation."""

    activation: str
    rate: float
    seed: int
    errors: tuple[float, ...]
    val_errors: tuple[float, ...] = ()

    @property
    def cap(self) -> int:
        """The epochs that it had."""
        return len(self.errors)


@dataclass(frozen=True)
class Saturation:
    """``trials`` of two activations at several rates and seeds; ``planned`` is how many there are to be."""

    trials: tuple[Trial, ...]
    planned: int
    target: float = TARGET

    @classmethod
    def of(cls, study) -> "Saturation":
        """What there is of study `saturation`, see `cvlib.studies.load_study`."""
        trials = [Trial(place.blocks["activation"], record.recipe["lr"], record.seed,
                        *(tuple(1 - epoch[f"{split}_accuracy"] for epoch in record.history)
                          for split in ("train", "val")))
                  for place, record in zip(study.planned, study.runs, strict=True)]
        return cls(tuple(trials), len(study.plan.runs))

    def __post_init__(self):
        object.__setattr__(self, "trials", tuple(self.trials))

    def __iter__(self) -> Iterator[Trial]:
        return iter(self.trials)

    def epochs(self, trial: Trial) -> float:
        """Epochs to the target; infinite for a censored run."""
        return epochs_to(trial.errors, self.target)

    def rates(self, activation: str) -> list[float]:
        """The learning rates that were tried, ascending."""
        return sorted({trial.rate for trial in self.trials if trial.activation == activation})

    def seeds(self, activation: str, rate: float) -> dict[int, float]:
        """Epochs to the target by seed."""
        return {trial.seed: self.epochs(trial) for trial in self.trials
                if (trial.activation, trial.rate) == (activation, rate)}

    def chosen(self, activation: str) -> float | None:
        """The rate whose median over the seeds is smallest; None where no rate's median is reached."""
        medians = {rate: median_of(self.seeds(activation, rate).values()) for rate in self.rates(activation)}
        best = min(medians, key=medians.get, default=None)
        return None if best is None or medians[best] == inf else best

    def curves(self, activation: str) -> list[Trial]:
        """The runs at the chosen rate, by seed; at every rate where none is chosen."""
        rate = self.chosen(activation)
        return sorted((trial for trial in self.trials if trial.activation == activation
                       and rate in (None, trial.rate)), key=lambda trial: (trial.rate, trial.seed))

    def ratios(self) -> dict[int, float]:
        """By seed, tanh's epochs over ReLU's at the rates chosen: both began with the same weights.

        Infinite where tanh alone is censored; seeds where ReLU is are left out.
        """
        relu, tanh = (self.seeds(name, self.chosen(name)) for name in ("relu", "tanh"))
        return {seed: tanh[seed] / relu[seed] for seed in sorted(relu.keys() & tanh.keys())
                if relu[seed] < inf}

    @property
    def finding(self) -> str:
        """What the runs say, as the beginning of a sentence about the paper's six."""
        relu, tanh = self.median("relu"), self.median("tanh")
        if not self.trials:
            return "not run yet"
        if relu == inf:
            return f"no ReLU network got there within {self.cap} epochs"
        return f"tanh needs {self._ratio(tanh / relu)} times the epochs of ReLU"

    @property
    def cap(self) -> int:
        """The most epochs that a run had."""
        return max((trial.cap for trial in self.trials), default=0)

    def ends(self, activation: str) -> tuple[float, float]:
        """Mean training and validation error in the last epoch, at the rate chosen; nan without runs."""
        last = [(trial.errors[-1], trial.val_errors[-1]) for trial in self.curves(activation)
                if trial.errors and trial.val_errors]
        return tuple(sum(errors) / len(last) for errors in zip(*last, strict=True)) if last else (nan, nan)

    def numbers(self) -> dict[str, int | str]:
        """For a page. Counts: ``runs``, ``planned``, ``reached``, ``censored``, ``cap``. As text, for each
        activation ``_rate``, ``_epochs`` (the median), ``_low`` and ``_high`` (over the seeds), ``_reached``
        of ``_runs``, and ``_train`` and ``_val``, errors in the last epoch in per cent; ``ratio`` of the
        medians, ``ratio_low`` and ``ratio_high`` over the seeds, and the ``finding``.

        Where a censored run hides the number it is "more than" what the cap says; where there is none it is
        "not known".
        """
        reached = sum(self.epochs(trial) < inf for trial in self.trials)
        numbers = {"runs": len(self.trials), "planned": self.planned, "reached": reached,
                   "censored": len(self.trials) - reached, "cap": self.cap, "finding": self.finding}
        for name in ("relu", "tanh"):
            numbers |= self._of(name)
        relu, ratios = self.median("relu"), list(self.ratios().values())
        return numbers | {"ratio": self._ratio(self.median("tanh") / relu if relu < inf else nan),
                          "ratio_low": self._ratio(min(ratios, default=nan)),
                          "ratio_high": self._ratio(max(ratios, default=nan))}

    def _ratio(self, value: float) -> str:
        return _said(value, self.cap / self.median("relu"))

    def median(self, activation: str) -> float:
        """The median epochs at the rate chosen; infinite where none is."""
        return median_of(self.seeds(activation, self.chosen(activation)).values() or [inf])

    def _of(self, name: str) -> dict[str, int | str]:
        rate, trials = self.chosen(name), [trial for trial in self.trials if trial.activation == name]
        chosen, (train, val) = list(self.seeds(name, rate).values()), self.ends(name)
        return {f"{name}_rate": "not known" if rate is None else f"{rate:g}",
                f"{name}_epochs": _said(self.median(name) if trials else nan, self.cap),
                f"{name}_low": _said(min(chosen, default=nan), self.cap),
                f"{name}_train": _said(100 * train, 100), f"{name}_val": _said(100 * val, 100),
                f"{name}_high": _said(max(chosen, default=nan), self.cap), f"{name}_runs": len(trials),
                f"{name}_reached": sum(self.epochs(trial) < inf for trial in trials)}


def _said(value: float, most: float) -> str:
    """With one digit; beyond any number "more than" ``most``."""
    if isnan(value):
        return "not known"
    return f"more than {round(most, 1):g}" if value == inf else f"{value:.1f}"
