"""A study as its records tell it."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from cvlib.results import RunRecord
from cvlib.stats import Effect
from cvlib.studies.effects import estimate_effects
from cvlib.studies.intervals import Replicates, summarise
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["Study"]

Score = str | Callable[[RunRecord], float]
PLAIN = ("log_loss",)  # scores that are no shares, so that a page does not give them in per cent


@dataclass(frozen=True)
class Study:
    """The runs of ``plan`` that have a record, in its order; ``runs[i]`` was planned as ``planned[i]``.

    Wherever a score is asked for it is a name in the records' scores of a split (None: the test set, or
    validation where there is none), or a function of a record. Raises ValueError where runs on data of one
    name had other pictures.
    """

    plan: StudyPlan
    planned: Sequence[Planned]
    runs: Sequence[RunRecord]

    def __post_init__(self):
        known: dict[str, RunRecord] = {}
        for record in self.runs:
            first = known.setdefault(record.data["name"], record)
            if first.data["hash"] != record.data["hash"]:
                hashes = f"hash {first.data['hash']}, now {record.data['hash']}"
                raise ValueError(f"{first.name} and {record.name} had other pictures by the one name "
                                 f"{record.data['name']} ({hashes}): delete the folders of the older and run "
                                 "the study again")

    @property
    def name(self) -> str:
        """The plan's."""
        return self.plan.name

    @property
    def missing(self) -> list[str]:
        """The names of the planned runs that have no record yet."""
        there = {run.name for run in self.planned}
        return [run.name for run in self.plan.runs if run.name not in there]

    @property
    def factors(self) -> dict[str, np.ndarray]:
        """The levels, 0 or 1, (runs,), of each factor that the plan varies."""
        varied = [name for name in self.plan.runs[0].factors
                  if len({run.factors[name] for run in self.plan.runs}) > 1]
        return {name: np.array(self.column(name), dtype=int) for name in varied}

    def column(self, name: str) -> list:
        """Of each run the level of a factor, the value of a block, or its "recipe", "data" or "seed".

        Raises ValueError for another name.
        """
        known = list(self.plan.runs[0].place)
        if name not in known:
            raise ValueError(f"study {self.name!r} has no {name!r}; it has {', '.join(known)}")
        return [run.place[name] for run in self.planned]

    def where(self, **values: str | int) -> "Study":
        """The part of the study with these values, of what `column` knows.

        Raises ValueError as `column` does, and where nothing of the kind was planned.
        """
        for name in values:
            self.column(name)
        kept = [run for run in self.plan.runs if values.items() <= run.place.items()]
        if not kept:
            raise ValueError(f"study {self.name!r} plans no run with {values}")
        there = [i for i, run in enumerate(self.planned) if values.items() <= run.place.items()]
        return Study(replace(self.plan, runs=kept), [self.planned[i] for i in there],
                     [self.runs[i] for i in there])

    @property
    def scores(self) -> np.ndarray:
        """The accuracies, fractions, (runs,)."""
        return self.score()

    def score(self, score: Score = "accuracy", split: str | None = None) -> np.ndarray:
        """What each run scored, (runs,).

        Raises ValueError where a run does not have the score, or the runs were scored on different splits.
        """
        splits = {split or record.split for record in self.runs}
        if len(splits) > 1 and not callable(score):
            raise ValueError(f"study {self.name!r}: some runs were scored on test and others on val alone: "
                             "say which split, or run the study again, which scores those that lack test")
        return np.array([score(record) if callable(score) else _read(record, score, split or record.split)
                         for record in self.runs], dtype=float)

    def effects(self, score: Score = "accuracy", split: str | None = None, *, interactions: bool = False,
                blocks: Sequence[str] | None = None, only: Sequence[str] | None = None) -> list[Effect]:
        """The effect of each factor, or of these ``only``, on a score, in its units, by least squares (see
        `estimate_effects`).

        ``blocks`` are names of columns whose every value may have a mean of its own; None means the plan's
        blocks, and "seed" belongs there where all corners share their seeds. Raises ValueError as
        `estimate_effects` does.
        """
        names = list(self.plan.runs[0].blocks) if blocks is None else blocks
        wanted = {name: levels for name, levels in self.factors.items() if only is None or name in only}
        return estimate_effects(self.score(score, split), wanted, interactions=interactions,
                                blocks=[self.column(name) for name in names])

    def interval(self, score: Score = "accuracy", split: str | None = None) -> list[Replicates]:
        """The mean of each recipe on each data set over its seeds, with its intervals, in the plan's order.

        Raises ValueError as `score` does.
        """
        groups: dict[tuple[str, str], list[float]] = {}
        for run, value in zip(self.planned, self.score(score, split), strict=True):
            groups.setdefault((run.recipe.name, run.data_name), []).append(float(value))
        return [summarise(*place, values) for place, values in groups.items()]

    def numbers(self, score: Score = "accuracy", split: str | None = None) -> dict[str, float | int]:
        """By name, for a page, shares in per cent: ``runs``, ``planned`` and ``minutes`` of training.

        Of a study of factors also each one's effect: ``<factor>``, ``<factor>_low``, ``<factor>_high`` and
        ``<factor>_p``. Of another each recipe's mean, ``<recipe>`` (``<recipe>-<data>`` where there are
        several data sets), and of several seeds ``_low`` and ``_high``, ``_next_low`` and ``_next_high``.
        Raises ValueError as `effects` and `score` do.
        """
        by = 1 if callable(score) or score in PLAIN else 100
        counts = {"runs": len(self.runs), "planned": len(self.plan.runs),
                  "minutes": round(sum(record.seconds for record in self.runs) / 60)}
        if self.factors:
            for effect in self.effects(score, split):
                counts |= {effect.name: by * effect.estimate, f"{effect.name}_low": by * effect.low,
                           f"{effect.name}_high": by * effect.high, f"{effect.name}_p": effect.p_value}
            return counts
        several = len({run.data_name for run in self.plan.runs}) > 1
        for one in self.interval(score, split):
            name = f"{one.recipe}-{one.data}" if several else one.recipe
            ends = {"": one.mean, "_low": one.low, "_high": one.high, "_next_low": one.next_low,
                    "_next_high": one.next_high}
            counts |= {name + end: by * value for end, value in ends.items() if value is not None}
        return counts


def _read(record: RunRecord, score: str, split: str) -> float:
    scores = record.scores.get(split)
    if scores is None:
        raise ValueError(f"{record.name} was not scored on {split!r}; it was on {', '.join(record.scores)}")
    if not isinstance(scores.get(score), int | float):
        known = [name for name, value in scores.items() if isinstance(value, int | float)]
        near = ", ".join(get_close_matches(score, known, n=3, cutoff=0.0))
        raise ValueError(f"{record.name} has no score {score!r} of {split}; did you mean {near}?")
    return scores[score]
