"""How many of a set of pictures are named correctly, and how sure that is."""
from dataclasses import dataclass

import numpy as np

from cvlib.stats import wilson_interval

__all__ = ["Answers"]


@dataclass(frozen=True)
class Answers:
    """``correct`` of ``n`` pictures named correctly; ``accuracy`` and ``interval`` are fractions.

    `to` counts them, and raises ValueError where there are more answers than pictures, or fewer.
    """

    correct: int
    n: int

    @classmethod
    def to(cls, labels: np.ndarray, predictions: np.ndarray) -> "Answers":
        """From class indices, both (N,)."""
        labels, predictions = np.asarray(labels), np.asarray(predictions)
        if labels.shape != predictions.shape:
            raise ValueError(f"{len(predictions):,} answers to {len(labels):,} pictures")
        return cls(int((labels == predictions).sum()), len(labels))

    @property
    def accuracy(self) -> float:
        """The share named correctly."""
        return self.correct / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy, for pictures like these."""
        return wilson_interval(self.correct, self.n)

    def numbers(self) -> dict[str, float | str]:
        """``accuracy``, ``low`` and ``high`` in per cent; ``n`` pictures and ``right`` answers."""
        low, high = self.interval
        return {"accuracy": 100 * self.accuracy, "low": 100 * low, "high": 100 * high, "n": f"{self.n:,}",
                "right": f"{self.correct:,}"}
