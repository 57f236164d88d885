"""Whether two recipes differ by more than their seeds do."""
from collections.abc import Sequence
from dataclasses import dataclass

from cvlib.analysis.seeds import Seeds
from cvlib.stats import Interval, difference_interval

__all__ = ["Versus"]


@dataclass(frozen=True)
class Versus:
    """Records of one recipe, two or more seeds, against records of another, on the same pictures.

    Raises ValueError where either are not seeds of one recipe, or the pictures differ.
    """

    changed: Sequence
    base: Sequence

    def __post_init__(self):
        first, other = Seeds(self.changed).records[0], Seeds(self.base).records[0]
        if first.data["hash"] != other.data["hash"]:
            raise ValueError(f"{first.name} and {other.name} were trained on different pictures")

    def difference(self, split: str) -> Interval:
        """Mean accuracy of the changed recipe less the base's, and Welch's 95 % interval: fractions."""
        return difference_interval(Seeds(self.changed).accuracies(split), Seeds(self.base).accuracies(split))

    def numbers(self) -> dict[str, float | int]:
        """Of the split that the records answer, in per cent and points: ``mean`` of the changed recipe,
        ``change`` from the base's, with ``low`` and ``high``; ``points``, the size of the change without its
        sign; ``seeds``, how many of the changed."""
        split = self.changed[0].split
        change = self.difference(split)
        shares = {"mean": Seeds(self.changed).interval(split).mean, "change": change.mean, "low": change.low,
                  "high": change.high, "points": abs(change.mean)}
        return {name: 100 * float(share) for name, share in shares.items()} | {"seeds": len(self.changed)}
