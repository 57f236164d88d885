"""Whether the variants of a recipe differ from it by more than their seeds do."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvlib.analysis.seeds import Seeds
from cvlib.analysis.versus import Versus
from cvlib.stats import Interval

__all__ = ["Variants"]


@dataclass(frozen=True)
class Variants:
    """Records of a ``base`` recipe and, by name, of its variants, on the same pictures; of each recipe
    ``planned`` runs are wanted, and some may not be there yet.

    Raises ValueError where the base has no run at all, and as `Versus` does of what can be compared.
    """

    base: Sequence
    variants: Mapping[str, Sequence]
    planned: int

    @classmethod
    def of(cls, study, base: Sequence | None = None) -> "Variants":
        """The recipes of a `cvlib.load_study`: its plan's first is the base, unless ``base`` has records of
        one from elsewhere. A variant is called by what its recipe's name adds to the base's, "no_zeros" for
        "base-no-zeros". Raises ValueError as the class does."""
        recipes = list(dict.fromkeys(run.recipe.name for run in study.plan.runs))
        planned = len(study.plan.runs) // len(recipes)
        if base is None:
            first, *recipes = recipes
            base = study.where(recipe=first).runs
        else:
            first = base[0].recipe["name"] if base else ""
        variants = {name.removeprefix(first).strip("-").replace("-", "_"): study.where(recipe=name).runs
                    for name in recipes}
        return cls(base, variants, planned=planned)

    def __post_init__(self):
        if not self.base:
            raise ValueError("the base has no run yet: nothing can be compared with it")
        for name in self.compared:
            Versus(self.variants[name], self.base)

    @property
    def compared(self) -> list[str]:
        """The variants that have two runs or more, if the base has them too: so that an interval can be
        given."""
        return [name for name, runs in self.variants.items() if min(len(runs), len(self.base)) > 1]

    @property
    def mean(self) -> float:
        """The base's test accuracy, a fraction."""
        return sum(Seeds(self.base).accuracies("test")) / len(self.base)

    def change(self, name: str) -> Interval:
        """Test accuracy of a variant less the base's, fractions, with Welch's 95 % interval."""
        return Versus(self.variants[name], self.base).difference("test")

    def changes(self, name: str | None = None) -> list[float]:
        """Each run of a variant, or of the base itself, less the mean of the base, fractions."""
        runs = self.base if name is None else self.variants[name]
        return [run.scores["test"]["accuracy"] - self.mean for run in runs]

    def rows(self, base: str) -> dict[str, list]:
        """What `cvlib.plot.estimates` draws, in points: the runs of the base under the name ``base``, without
        an interval, and of each variant that has a run its runs, its change, and the interval if there is
        one."""
        there = [name for name, runs in self.variants.items() if runs]
        points = [[100 * value for value in self.changes(name)] for name in (None, *there)]
        ends = [(sum(runs) / len(runs), float("nan"), float("nan")) for runs in points]
        ends[0] = (0.0, *ends[0][1:])  # and no rounded -0.0
        for row, name in enumerate(there, start=1):
            if name in self.compared:
                ends[row] = tuple(100 * value for value in self.change(name))
        centres, lows, highs = map(list, zip(*ends, strict=True))
        names = [base, *(name.replace("_", " ") for name in there)]
        return {"names": names, "centres": centres, "lows": lows, "highs": highs, "points": points}

    @property
    def finding(self) -> str:
        """A sentence about all variants, without its full stop."""
        if not self.compared:
            return "There are too few runs to compare"
        told = sum(not low <= 0 <= high for _, low, high in map(self.change, self.compared))
        return f"{told or 'None'} of {len(self.compared)} variants can be told from the base"

    def verdict(self, name: str) -> str:
        """A half sentence about a variant: "scores ... points more" or the like."""
        count = len(self.variants[name])
        if name not in self.compared:
            return f"has {count} of {self.planned} runs, too few to say anything"
        mean, low, high = (100 * value for value in self.change(name))
        interval = f"({low:+.1f} to {high:+.1f})".replace("-", "−")
        if low <= 0 <= high:
            return f"changes the score by {mean:+.1f} points {interval}: we cannot tell".replace("-", "−")
        return f"scores {abs(mean):.1f} points {'more' if mean > 0 else 'less'} {interval}"

    def numbers(self) -> dict[str, float | int | str]:
        """In per cent and points of the test set: ``base``, its mean; of each variant ``<name>_says``, its
        `verdict`, ``<name>_runs``, and from two runs on ``<name>_mean``, ``<name>_change``, ``<name>_low``
        and ``<name>_high``. ``finding`` is the sentence about all, and ``reach`` says half of the widest
        interval. ``runs`` says how many there are of how many, ``seeds`` how many the base has, and ``n`` the
        pictures. If none of the ``compared`` variants differed from the base, one or more would have an
        interval without 0 with a probability of ``by_chance`` per cent at most."""
        there = len(self.base) + sum(map(len, self.variants.values()))
        wanted = self.planned * (1 + len(self.variants))
        changes = {name: self.change(name) for name in self.compared}
        widest = 100 * max((change.half for change in changes.values()), default=0.0)
        numbers = {"base": 100 * self.mean, "seeds": len(self.base),
                   "n": f"{self.base[0].scores['test']['n']:,}", "runs": f"{there} of {wanted}",
                   "compared": len(changes), "finding": self.finding,
                   "reach": f"{widest:.1f} points to each side" if changes else "no interval yet",
                   "by_chance": 100 * (1 - 0.95 ** len(changes))}
        for name, runs in self.variants.items():
            numbers |= {f"{name}_says": self.verdict(name), f"{name}_runs": len(runs)}
        for name, change in changes.items():
            mean, low, high = (100 * value for value in change)
            numbers |= {f"{name}_mean": numbers["base"] + mean, f"{name}_change": mean, f"{name}_low": low,
                        f"{name}_high": high}
        return numbers
