"""Runs of a study at the levels of one factor."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from cvlib.stats import Interval, difference_interval, mean_interval

__all__ = ["Levels", "means"]


def means(runs: Mapping[str, Sequence[float]]) -> dict[str, list]:
    """What `cvlib.plot.estimates` draws of several values by name: the mean, Student's 95 % interval where
    there are two or more, and the values themselves; NaN where there is none."""
    ends = [mean_interval(values) if len(values) > 1 else (*values, nan, nan, nan)[:3]
            for values in runs.values()]
    centres, lows, highs = map(list, zip(*ends, strict=True)) if ends else ([], [], [])
    return {"names": list(runs), "centres": centres, "lows": lows, "highs": highs,
            "points": [list(values) for values in runs.values()]}


@dataclass(frozen=True)
class Levels:
    """Test accuracies, fractions, by level in the order of ``names``, which are all that was planned. Levels
    without a run are empty."""

    scores: Mapping[str, Sequence[float]]

    @classmethod
    def of(cls, records: Sequence, factor: str, names: Mapping[str | int, str]) -> "Levels":
        """The records of a study whose level of ``factor`` is one of ``names``, which call the levels on the
        page. A factor is a field of the recipe, or one of its network's options."""
        found = {name: [] for name in names.values()}
        for record in records:
            level = record.recipe.get(factor, record.recipe["model_options"].get(factor))
            if level in names:
                found[names[level]].append(record.scores["test"]["accuracy"])
        return cls(found)

    @property
    def there(self) -> dict[str, Sequence[float]]:
        """The levels that have a run."""
        return {name: runs for name, runs in self.scores.items() if runs}

    def rows(self) -> dict[str, list]:
        """What `cvlib.plot.estimates` draws, in per cent: a mean for each level, its interval where there are
        two runs or more, and the runs; "not run yet" at a level without one, and in one row where all are."""
        if not self.there:
            nothing = [nan]
            return {"names": ["not run yet"], "centres": nothing, "lows": nothing, "highs": nothing,
                    "points": [[]]}
        scores = {name: [100 * run for run in runs] for name, runs in self.scores.items()}
        return means(scores) | {"absent": "not run yet"}

    def change(self, name: str, base: str) -> Interval | None:
        """Mean of one level less that of another, fractions, with Welch's 95 % interval; None where either
        has fewer than two runs."""
        pair = self.scores[name], self.scores[base]
        return difference_interval(*pair) if min(map(len, pair)) > 1 else None

    def says(self, name: str, base: str) -> str:
        """That change in half a sentence."""
        change = self.change(name, base)
        if change is None:
            return "has too few runs to compare"
        mean, low, high = (100 * value for value in change)
        words = f"changes the score by {mean:+.1f} points ({low:+.1f} to {high:+.1f})".replace("-", "−")
        return words + (": we cannot tell" if low <= 0 <= high else "")

    def finding(self, name: str, base: str, subject: str) -> str:
        """A sentence about that change without its full stop: ``subject`` "changes the score by ..."."""
        if not self.there:
            return "Not run yet"
        return "Too few runs to compare" if self.change(name, base) is None else (
            f"{subject} {self.says(name, base)}")

    def numbers(self) -> dict[str, int | str]:
        """``runs`` there are, of ``levels`` that were planned."""
        return {"runs": sum(map(len, self.scores.values())), "levels": len(self.scores)}
