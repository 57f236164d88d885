"""A road of steps walked with small networks: which steps change the score by more than seeds do."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
from scipy import stats

from cvlib.analysis.levels import Levels

__all__ = ["Walk"]

ENOUGH = 5  # steps with a run, before a trend over them is spoken of


@dataclass(frozen=True)
class Walk:
    """Test accuracies, fractions, and training losses of the last epoch, in nats, by step in the order of the
    road; a step without a run is empty. ``printed`` are points that the paper's table gives to each step.

    Steps are judged by the spread of seeds where a step has several, taken to be the same at all of them. The
    photographs are the same throughout.
    """

    scores: Mapping[str, Sequence[float]]
    losses: Mapping[str, Sequence[float]]
    printed: Mapping[str, float]

    @classmethod
    def of(cls, records: Sequence, names: Mapping[int, str], printed: Mapping[str, float]) -> "Walk":
        """The records of a study whose network has the option ``step``, by its name."""
        losses = {name: [] for name in names.values()}
        for record in records:
            losses[names[record.recipe["model_options"]["step"]]].append(record.history[-1]["train_loss"])
        return cls(Levels.of(records, "step", names).scores, losses, printed)

    @property
    def changes(self) -> dict[str, float]:
        """Points that a step adds to the mean of the step before, where both have a run."""
        return {name: 100 * (np.mean(self.scores[name]) - np.mean(self.scores[before]))
                for before, name in pairwise(self.scores) if self.scores[before] and self.scores[name]}

    def margin(self, runs: int = 1, before: int = 1, *, together: bool = False) -> float | None:
        """The points by which a step of ``runs`` and the one before it, of ``before``, must differ: Student's
        of 95 % for a step taken alone or, ``together``, for all steps of the road at once (Bonferroni). None
        where no step has several runs."""
        several = [scores for scores in self.scores.values() if len(scores) > 1]
        if not several:
            return None
        free = sum(len(scores) - 1 for scores in several)
        variance = sum((len(scores) - 1) * np.var(scores, ddof=1) for scores in several) / free
        factor = stats.t.ppf(1 - 0.025 / (len(self.scores) - 1 if together else 1), free)
        return float(100 * factor * sqrt(variance * (1 / runs + 1 / before)))

    def apart(self, *, together: bool = False) -> dict[str, float]:
        """The changes beyond their `margin`."""
        if self.margin() is None:
            return {}
        counts = {name: (len(self.scores[name]), len(self.scores[before]))
                  for before, name in pairwise(self.scores)}
        return {name: change for name, change in self.changes.items()
                if abs(change) > self.margin(*counts[name], together=together)}

    def says(self) -> str:
        """Which steps stand out, in sentences without the last full stop."""
        if not self.changes:
            return "No two neighbours have been run yet"
        if self.margin() is None:
            return "No step has the several runs that would show what seeds do"
        alone, left = self.apart(), len(self.apart(together=True))
        listed = ", ".join(f"{name} ({change:+.1f})".replace("-", "−") for name, change in alone.items())
        return (f"Two single runs must differ by {self.margin():.1f} points to be told apart. Of "
                f"{len(self.changes)} steps {len(alone)} {'does' if len(alone) == 1 else 'do'}"
                f"{': ' if listed else ''}{listed}. So that all of them together give a false alarm once in "
                f"twenty roads, it takes {self.margin(together=True):.1f} points: {left} "
                f"{'reaches' if left == 1 else 'reach'} that")

    def directions(self) -> str:
        """How many steps gain, and how many go the way that the table prints, without its full stop."""
        if not self.changes:
            return "No step can be laid beside table 10 yet"
        same, alone = ([name for name in changes if changes[name] * self.printed[name] > 0]
                       for changes in (self.changes, self.apart()))
        told = f"; of the {len(self.apart())} that can be told from seeds, {len(alone)}" * bool(self.apart())
        gain = sum(change > 0 for change in self.changes.values())
        return f"Of {len(self.changes)} steps {gain} gain, and {len(same)} have the sign of table 10{told}"

    def learned(self) -> str:
        """Whether steps that score less have learned their training pictures less, without its full stop."""
        there = [name for name, runs in self.scores.items() if runs]
        if len(there) < ENOUGH:
            return "Too few steps have been run to lay the training loss beside the score"
        scores, losses = ([np.mean(runs[name]) for name in there] for runs in (self.scores, self.losses))
        rank = float(stats.spearmanr(scores, losses).statistic)
        verdict = ("steps that score less have also learned their training pictures less well" if rank < -0.6
                   else "the training loss does not tell which steps score less")
        return f"Laid over {len(there)} steps: {verdict} (Spearman {rank:+.2f})".replace("-", "−")

    def numbers(self) -> dict[str, str]:
        """The three sentences: ``says``, ``directions`` and ``learned``."""
        return {"says": self.says(), "directions": self.directions(), "learned": self.learned()}

