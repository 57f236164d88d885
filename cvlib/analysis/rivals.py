"""The recipes of a study against another that they differ from, as far as they have been run."""
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from cvlib.analysis.versus import Versus

__all__ = ["Rivals"]


@dataclass(frozen=True)
class Rivals:
    """Each recipe of ``study`` against ``base``, records of another recipe.

    ``study`` is a `cvlib.studies.Study`. Where either has fewer than two runs there is no interval yet.
    """

    study: object
    base: Sequence

    @property
    def recipes(self) -> list[str]:
        """The names of the study's recipes, in its order."""
        return list(dict.fromkeys(run.recipe.name for run in self.study.plan.runs))

    def runs(self, recipe: str) -> list:
        """The records that there are of ``recipe``."""
        return list(self.study.where(recipe=recipe).runs)

    def known(self, recipe: str) -> bool:
        """Whether there are runs enough to compare."""
        return min(len(self.runs(recipe)), len(self.base)) > 1

    def change(self, recipe: str) -> tuple[float, float, float]:
        """Its mean test accuracy less the base's, and Welch's interval, in points; NaN where unknown."""
        if not self.known(recipe):
            return (nan, nan, nan)
        return tuple(100 * part for part in Versus(self.runs(recipe), self.base).difference("test"))

    def points(self, recipe: str) -> list[float]:
        """What each run scored less the base's mean, in points; nothing where there is no base."""
        if not self.base:
            return []
        mean = sum(_accuracy(record) for record in self.base) / len(self.base)
        return [100 * (_accuracy(record) - mean) for record in self.runs(recipe)]

    def verdict(self, recipe: str) -> str:
        """What the interval allows to say of the recipe against the base, in a few words."""
        _, low, high = self.change(recipe)
        if not self.known(recipe):
            return "not run yet"
        return "worse" if high < 0 else "better" if low > 0 else "we cannot tell"

    def says(self, recipe: str) -> str:
        """Mean change and interval in words: "−1.2 points (−2.0 to −0.4)"."""
        if not self.known(recipe):
            return "not run yet"
        mean, low, high = (f"{part:+.1f}".replace("-", "−") for part in self.change(recipe))
        return f"{mean} points ({low} to {high})"

    def numbers(self) -> dict[str, str | int]:
        """Of each recipe, hyphens as underscores: ``<recipe>_says``, ``_verdict``, ``_runs`` and
        ``_planned``; ``base_runs``."""
        told = {"base_runs": len(self.base)}
        for recipe in self.recipes:
            name = recipe.replace("-", "_")
            told |= {f"{name}_says": self.says(recipe), f"{name}_verdict": self.verdict(recipe),
                     f"{name}_runs": len(self.runs(recipe)),
                     f"{name}_planned": len(self.study.where(recipe=recipe).plan.runs)}
        return told


def _accuracy(record) -> float:
    return record.scores["test"]["accuracy"]
