"""How many epochs a network needs to a given training error: ReLU against tanh, Fig. 1 of the AlexNet paper.

A training accuracy in a history is measured while its epoch trains, so the error of an epoch is that of the
network half-way through it, on average. A run that has not got there by its last epoch is censored: it needs
more epochs than it had, and nobody knows how many. Medians treat it as longer than any other.
"""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

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
    """One run: ``errors`` are its training errors (fractions), one an epoch."""

    activation: str
    rate: float
    seed: int
    errors: tuple[float, ...]

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
                        tuple(1 - epoch["train_accuracy"] for epoch in record.history))
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
        medians = {rate: median(self.seeds(activation, rate).values()) for rate in self.rates(activation)}
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

    def numbers(self) -> Mapping[str, float | int | None]:
        """For a page: ``runs``, ``planned``, ``reached`` and ``censored``; for each activation ``_rate``,
        ``_epochs`` (the median), ``_low``, ``_high`` (over the seeds), ``_cap`` and ``_reached`` of
        ``_runs``; ``ratio`` of the medians, ``ratio_low`` and ``ratio_high`` over the seeds, and the paper's.

        None stands for what is not there; a high end that is censored is None too.
        """
        reached = sum(self.epochs(trial) < inf for trial in self.trials)
        numbers = {"runs": len(self.trials), "planned": self.planned, "reached": reached,
                   "censored": len(self.trials) - reached, "ratio_paper": PAPER_RATIO}
        for name in ("relu", "tanh"):
            numbers |= self._of(name)
        ratios = list(self.ratios().values())
        both = numbers["relu_epochs"] and numbers["tanh_epochs"]
        return numbers | {"ratio": numbers["tanh_epochs"] / numbers["relu_epochs"] if both else None,
                          "ratio_low": _known(min(ratios, default=inf)),
                          "ratio_high": _known(max(ratios, default=inf))}

    def _of(self, name: str) -> dict[str, float | int | None]:
        rate, trials = self.chosen(name), [trial for trial in self.trials if trial.activation == name]
        chosen = list(self.seeds(name, rate).values())
        return {f"{name}_rate": rate, f"{name}_epochs": _known(median(chosen)) if chosen else None,
                f"{name}_low": _known(min(chosen, default=inf)),
                f"{name}_high": _known(max(chosen, default=inf)),
                f"{name}_cap": max((trial.cap for trial in trials), default=None),
                f"{name}_runs": len(trials),
                f"{name}_reached": sum(self.epochs(trial) < inf for trial in trials)}


def _known(value: float) -> float | None:
    return None if value == inf else value
