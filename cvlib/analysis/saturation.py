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

NAMES = {"relu": "ReLU", "tanh": "tanh"}
TARGET = 0.25  # the error that Fig. 1 marks


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
        if not {trial.activation for trial in self.trials} >= NAMES.keys():
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

    @property
    def answer(self) -> str:
        """What the runs say, in sentences; of runs that are not there yet it says so."""
        if not self.trials:
            return f"None of the {self.planned} runs has been made yet."
        said = [self._answer(name) for name in NAMES]
        if all(self.chosen(name) for name in NAMES):
            finding = f"{self.finding[0].upper()}{self.finding[1:]}"
            said.append(f"{finding}{self._seed_by_seed()}. The paper's figure says six.")
        return " ".join([*said, *self._lacking()])

    @property
    def overfit(self) -> str:
        """How far the errors on training and on validation pictures are apart in the last epoch."""
        said = [f"{label} makes {100 * train:.0f} % errors on the pictures that it trains on and "
                f"{100 * val:.0f} % on others" for label, (train, val) in
                ((NAMES[name], self.ends(name)) for name in NAMES) if not isnan(train)]
        sentence = f"In the last epoch {', and '.join(said)}." if said else ""
        return " ".join([*filter(None, [sentence]), *self._lacking()])

    def numbers(self) -> dict[str, int | str]:
        """For a page: ``runs``, ``planned``, ``reached``, ``censored``, ``cap``, and as text the ``finding``,
        the ``answer`` and ``overfit``."""
        reached = sum(self.epochs(trial) < inf for trial in self.trials)
        return {"runs": len(self.trials), "planned": self.planned, "reached": reached,
                "censored": len(self.trials) - reached, "cap": self.cap, "finding": self.finding,
                "answer": self.answer, "overfit": self.overfit}

    def _answer(self, name: str) -> str:
        """One activation's sentences."""
        rate, trials = self.chosen(name), [trial for trial in self.trials if trial.activation == name]
        reached = sum(self.epochs(trial) < inf for trial in trials)
        counted = f"of its {len(trials)} runs {reached} got there within {self.cap} epochs"
        if not trials:
            return f"{NAMES[name]} has not been run yet."
        if rate is None:
            return f"{NAMES[name]} has no rate at which the median got there: {counted}."
        seeds = list(self.seeds(name, rate).values())
        range_ = f"from {self._said(min(seeds))} to {self._said(max(seeds))} over {len(seeds)} seeds"
        middle = self._said(self.median(name))
        return (f"{NAMES[name]} is fastest at rate {rate:g}, with a median of {middle} epochs "
                f"({range_ if len(seeds) > 1 else 'one seed'}); {counted}.")

    def _seed_by_seed(self) -> str:
        ratios = list(self.ratios().values())
        if len(ratios) < 2:
            return ""
        return f"; seed by seed it is {self._ratio(min(ratios))} to {self._ratio(max(ratios))}"

    def _lacking(self) -> list[str]:
        """A sentence where runs are missing."""
        made = len(self.trials)
        return [] if made >= self.planned else [f"So far {made} of {self.planned} runs are there."]

    def _said(self, value: float) -> str:
        return _said(value, self.cap)

    def _ratio(self, value: float) -> str:
        return _said(value, self.cap / self.median("relu"))

    def median(self, activation: str) -> float:
        """The median epochs at the rate chosen; infinite where none is."""
        return median_of(self.seeds(activation, self.chosen(activation)).values() or [inf])


def _said(value: float, most: float) -> str:
    """With one digit; beyond any number "more than" ``most``."""
    return f"more than {round(most, 1):g}" if value == inf else f"{value:.1f}"
