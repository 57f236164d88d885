"""What several seeds of one recipe say together."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from scipy.stats import t

from cvlib.stats import McNemar, mcnemar, mean_interval, prediction_interval

__all__ = ["Seeds"]


@dataclass(frozen=True)
class Seeds:
    """The records of one recipe on one data set, two or more, each of another seed.

    Raises ValueError where recipe or data differ or a seed comes twice.
    """

    records: Sequence

    def __post_init__(self):
        first, seeds = self.records[0], [record.seed for record in self.records]
        for record in self.records:
            if record.recipe != first.recipe or record.data["hash"] != first.data["hash"]:
                raise ValueError(f"{record.name} is no seed of {first.name}: its recipe or its data differ")
        if len(set(seeds)) != len(seeds):
            raise ValueError(f"a seed comes twice among {seeds}")

    def accuracies(self, split: str) -> list[float]:
        """Each run's accuracy, a fraction."""
        return [record.scores[split]["accuracy"] for record in self.records]

    def interval(self, split: str) -> tuple[float, float, float]:
        """Their mean, and Student's 95 % interval for the recipe's."""
        return mean_interval(self.accuracies(split))

    def pairs(self) -> list[McNemar]:
        """McNemar's test of every two runs: they differ in nothing but the seed."""
        return [mcnemar(a.labels, a.predictions, b.predictions) for a, b in combinations(self.records, 2)]

    @property
    def histories(self) -> list[list[float]]:
        """Each run's accuracy on validation, one view, epoch by epoch."""
        return [[epoch["val_accuracy"] for epoch in record.history] for record in self.records]

    @property
    def minutes(self) -> str:
        """How long a run took, "14 to 44" from the quickest to the slowest."""
        times = [round(record.seconds / 60) for record in self.records]
        return f"{min(times)}" if min(times) == max(times) else f"{min(times)} to {max(times)}"

    def numbers(self) -> dict[str, float | int | str]:
        """In per cent, of the test set where nothing else is said: ``mean``, ``low``, ``high`` and ``half``
        of Student's interval, which is ``t_factor`` standard errors wide to each side; ``next_low``,
        ``next_high`` and ``next_half`` of the interval for one more run; ``spread`` from the worst to the
        best; ``one_low``, ``one_high``, Wilson's interval of the first run; ``val``, ``val_half`` on
        validation; ``single``, ``end_low``, ``end_high``, one view of validation after the last epoch.

        Of every two runs, McNemar's least and greatest p as ``p_low`` and ``p_high``, and as ``differ`` the
        fewest pictures that one of the two alone has right. Counts: ``seeds``, ``n``, ``train``, ``val_n``,
        ``epochs``. And ``minutes``, ``device``, ``torch``."""
        tests, pairs = self.accuracies("test"), self.pairs()
        return {name: 100 * float(share) for name, share in self._shares(tests).items()} | {
            "t_factor": float(t.ppf(0.975, len(tests) - 1)),
            "p_low": min(pair.p_value for pair in pairs), "p_high": max(pair.p_value for pair in pairs),
            "differ": min(pair.only_a + pair.only_b for pair in pairs),
        } | self._counts()

    def _shares(self, tests: list[float]) -> dict[str, float]:
        ends = [curve[-1] for curve in self.histories]
        (mean, low, high), (val, val_low, val_high) = self.interval("test"), self.interval("val")
        _, next_low, next_high = prediction_interval(tests)
        one_low, one_high = self.records[0].scores["test"]["accuracy_interval"]
        return {
            "mean": mean, "low": low, "high": high, "half": (high - low) / 2,
            "next_low": next_low, "next_high": next_high, "next_half": (next_high - next_low) / 2,
            "spread": max(tests) - min(tests), "one_low": one_low, "one_high": one_high,
            "val": val, "val_half": (val_high - val_low) / 2,
            "single": sum(ends) / len(ends), "end_low": min(ends), "end_high": max(ends),
        }

    def _counts(self) -> dict[str, int | str]:
        record = self.records[0]
        return {
            "seeds": len(self.records), "n": f"{record.scores['test']['n']:,}",
            "train": f"{record.data['sizes']['train']:,}", "val_n": f"{record.data['sizes']['val']:,}",
            "epochs": record.recipe["epochs"], "minutes": self.minutes,
            "device": self._each(lambda record: record.environments[-1]["device"]),
            "torch": self._each(lambda record: record.environments[-1]["torch"]),
        }

    def _each(self, read: Callable) -> str:
        """What the records say, once each."""
        return " and ".join(dict.fromkeys(read(record) for record in self.records))
