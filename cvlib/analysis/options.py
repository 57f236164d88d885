"""Three kinds of shortcut on one network: options A, B and C of arXiv:1512.03385, Sec. 4.1."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvlib.analysis.levels import means
from cvlib.stats import Interval, difference_interval

__all__ = ["ShortcutOptions"]

MODEL = "resnet20_cifar"
NAMES = {"A": "A: zeros for new maps", "B": "B: projection where the shape changes",
         "C": "C: projection everywhere"}


@dataclass(frozen=True)
class ShortcutOptions:
    """``errors`` in per cent by option, a seed a value, on ``split`` ("test" or "val"), of ``planned``
    runs."""

    errors: Mapping[str, Sequence[float]]
    planned: int
    split: str = "test"

    @classmethod
    def of(cls, *studies) -> "ShortcutOptions":
        """From `cvlib.load_study`: what these studies have of `resnet20_cifar`, whose option is A where a
        recipe does not name one."""
        records = [record for study in studies for record in study.runs if record.recipe["model"] == MODEL]
        errors = {option: [100 * (1 - record.scores[record.split]["accuracy"]) for record in records
                           if record.recipe["model_options"].get("shortcut", "A") == option]
                  for option in NAMES}
        planned = sum(run.recipe.model == MODEL for study in studies for run in study.plan.runs)
        return cls(errors, planned, records[0].split if records else "test")

    @property
    def runs(self) -> int:
        """Those that there are."""
        return sum(map(len, self.errors.values()))

    def change(self, option: str) -> Interval | None:
        """Its error less that of option A, in points, with Welch's 95 % interval; None with less than two
        runs of either."""
        if min(len(self.errors[option]), len(self.errors["A"])) < 2:
            return None
        return difference_interval(self.errors[option], self.errors["A"])

    def rows(self) -> dict[str, list]:
        """What `cvlib.plot.estimates` draws: mean errors with Student's intervals, and the runs."""
        return means({name: self.errors[option] for option, name in NAMES.items() if self.errors[option]})

    @property
    def finding(self) -> str:
        """A sentence without its full stop."""
        changes = {option: self.change(option) for option in ("B", "C")}
        if None in changes.values():
            return "Not run yet" if not self.runs else "Too few runs are there yet to compare options"
        told = [option for option, (_, low, high) in changes.items() if not low <= 0 <= high]
        if not told:
            return "Neither B nor C can be told from A"
        said = [f"{option} makes {abs(changes[option].mean):.1f} points "
                f"{'fewer' if changes[option].mean < 0 else 'more'} errors than A" for option in told]
        others = [f"{option} cannot be told from it" for option in changes if option not in told]
        return ", and ".join(said + others)

    @property
    def answer(self) -> str:
        """Both changes with their intervals, or how many runs there are."""
        changes = {option: self.change(option) for option in ("B", "C")}
        if None in changes.values():
            return f"{self.runs} of the {self.planned} runs have been made."
        said = [f"option {option} changes the error by {mean:+.1f} points ({low:+.1f} to {high:+.1f})"
                for option, (mean, low, high) in changes.items()]
        return f"Against option A, {' and '.join(said)}.".replace("-", "−")

    def numbers(self) -> dict[str, int | str]:
        """``runs``, ``planned``, and as text the ``finding``, the ``answer`` and what was scored,
        ``where``."""
        where = "test" if self.split == "test" else "validation"
        return {"runs": self.runs, "planned": self.planned, "finding": self.finding, "answer": self.answer,
                "where": where}
