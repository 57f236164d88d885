"""What a network gains that may keep silent."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cvlib.metrics import coverage_counts

__all__ = ["Coverage"]


@dataclass(frozen=True)
class Coverage:
    """Right and wrong answers where the records, pooled, answer only the surest of their pictures.

    ``shares`` are the fractions of all pictures that are answered, a step each; ``right`` and ``wrong`` are
    (steps, classes). `numbers` raises ValueError for a share that is none of these.
    """

    records: Sequence
    shares: Sequence[float]

    @property
    def classes(self) -> list[str]:
        """Names of the classes."""
        return self.records[0].data["classes"]

    @cached_property
    def pictures(self) -> np.ndarray:
        """Pictures of each class, all records together."""
        labels = np.concatenate([record.labels for record in self.records])
        return np.bincount(labels, minlength=len(self.classes))

    @cached_property
    def _counts(self) -> tuple[np.ndarray, np.ndarray]:
        labels = np.concatenate([record.labels for record in self.records])
        return coverage_counts(labels, np.concatenate([r.probabilities for r in self.records]), self.shares)

    @property
    def right(self) -> np.ndarray:
        """Right answers by true class."""
        return self._counts[0]

    @property
    def wrong(self) -> np.ndarray:
        """Wrong answers by true class."""
        return self._counts[1]

    def says(self) -> list[str]:
        """A line for each step."""
        counts = zip(self.shares, self.right.sum(1), self.wrong.sum(1), strict=True)
        return [f"{100 * share:.0f} % answered, {100 * right / (right + wrong):.1f} % of them right"
                for share, right, wrong in counts]

    def numbers(self, at: float = 0.5) -> dict[str, float | int | str]:
        """Where the surest ``at`` of the pictures are answered: ``wrong`` of ``count`` answers; ``right_low``
        and ``right_high``, the per cent right in the worst and the best record on its own; ``quiet``, ``shy``
        and ``loud``, the classes that are answered least, second least and most, each with ``_share``, its
        per cent answered; ``below``, in words, all that are answered less than ``at``, with their shares."""
        step = np.flatnonzero(np.isclose(self.shares, at))
        if not len(step):
            raise ValueError(f"coverage {at} is none of the {len(self.shares)} that were counted")
        right, wrong = self.right[step[0]], self.wrong[step[0]]
        alone = [self._right_alone(record, at) for record in self.records]
        answered = 100 * (right + wrong) / np.maximum(self.pictures, 1)
        quietest = answered.argsort(kind="stable")
        numbers = {"wrong": int(wrong.sum()), "count": f"{(right + wrong).sum():,}",
                   "right_low": min(alone), "right_high": max(alone)}
        below = [f"{self.classes[i]} ({answered[i]:.0f} %)" for i in quietest if answered[i] < 100 * at]
        numbers["below"] = " and ".join([", ".join(below[:-1]), below[-1]] if below[1:] else below) or "none"
        for name, which in (("quiet", quietest[0]), ("shy", quietest[1]), ("loud", quietest[-1])):
            numbers |= {name: self.classes[which], f"{name}_share": float(answered[which])}
        return numbers

    def _right_alone(self, record, at: float) -> float:
        right, wrong = (counts.sum() for counts in coverage_counts(record.labels, record.probabilities, [at]))
        return 100 * float(right / (right + wrong))
