"""How many epochs a network needs to a given training error: ReLU against tanh, Fig. 1 of the AlexNet paper.

A run that has not got there by its last epoch is censored: medians treat it as longer than any other.
"""
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isnan, log, nan
from statistics import median as median_of

from cvlib.analysis.trial import TARGET, Trial, epochs_to

__all__ = ["Saturation"]

NAMES = {"relu": "ReLU", "tanh": "tanh"}


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

    def lines(self) -> dict[str, list[list[float]]]:
        """Training errors in per cent, an epoch a value and a seed a line: of each activation at the rate
        chosen (the smallest where none is) and at the one farthest from it, by "ReLU, 0.003"."""
        lines = {}
        for name, label in NAMES.items():
            rates = self.rates(name)
            first = self.chosen(name) or min(rates, default=None)
            for rate in sorted(rates, key=lambda rate: (rate != first, -abs(log(rate / first))))[:2]:
                lines[f"{label}, {rate:g}"] = [[100 * error for error in trial.errors] for trial in self
                                               if (trial.activation, trial.rate) == (name, rate)]
        return lines

    def ratios(self) -> dict[int, float]:
        """By seed, tanh's epochs over ReLU's at the rates chosen: both began with the same weights.

        Infinite where tanh alone is censored; seeds where ReLU is are left out.
        """
        relu, tanh = (self.seeds(name, self.chosen(name)) for name in ("relu", "tanh"))
        return {seed: tanh[seed] / relu[seed] for seed in sorted(relu.keys() & tanh.keys())
                if relu[seed] < inf}

    @property
    def finding(self) -> str:
        """What the runs say, a sentence without its full stop."""
        relu, tanh = self.median("relu"), self.median("tanh")
        if not {trial.activation for trial in self.trials} >= NAMES.keys():
            return "Not run yet"
        if relu == inf:
            return f"No ReLU network got there within {self.cap} epochs"
        ratio = self._ratio(tanh / relu)
        many = "about" if ratio == "1.0" else f"{ratio} times"
        return f"At their best rates tanh needs {many} as many epochs as ReLU"

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
            said.append(f"{self.finding}{self._seed_by_seed()}. The paper's figure says six.")
        return " ".join([*said, *self._lacking()])

    @property
    def largest(self) -> str:
        """How many runs got there at the largest rate, a sentence without its full stop."""
        if not self.trials:
            return "Not run yet"
        rate = max(trial.rate for trial in self.trials)
        runs = [list(self.seeds(name, rate).values()) for name in NAMES]
        relu, tanh = (f"{sum(value < inf for value in one)} of {len(one)}" for one in runs)
        return (f"At the largest rate, {rate:g}, {relu} ReLU networks came down to {100 * self.target:g} % "
                f"errors, and {tanh} with tanh")

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
        ``largest``, the ``answer`` and ``overfit``."""
        reached = sum(self.epochs(trial) < inf for trial in self.trials)
        return {"runs": len(self.trials), "planned": self.planned, "reached": reached,
                "censored": len(self.trials) - reached, "cap": self.cap, "finding": self.finding,
                "largest": self.largest, "answer": self.answer, "overfit": self.overfit}

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
        best = f"{NAMES[name]} is fastest at rate {rate:g}{self._edge(name, rate)}"
        return (f"{best}, with a median of {middle} epochs "
                f"({range_ if len(seeds) > 1 else 'one seed'}); {counted}.")

    def _edge(self, name: str, rate: float) -> str:
        """Says where no smaller or no larger rate was tried."""
        rates = self.rates(name)
        end = {rates[0]: "smallest", rates[-1]: "largest"}.get(rate)
        return f", the {end} of {len(rates)}" if end and len(rates) > 1 else ""

    def _seed_by_seed(self) -> str:
        ratios = list(self.ratios().values())
        if len(ratios) < 2:
            return ""
        least, most = self._ratio(min(ratios)), self._ratio(max(ratios))
        return f"; seed by seed it is {f'{least} to {most}' if least != most else most} times"

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
