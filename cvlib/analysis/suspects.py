"""Labels that networks doubt with good reason, by confident learning."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["Suspects"]


@dataclass(frozen=True)
class Suspects:
    """Confident learning (Northcutt, Jiang and Chuang 2021, doi 10.1613/jair.1.12125, section 3).

    ``labels`` (N,) as given, each of the C classes among them, and natural ``log_probabilities`` (N, C) by
    networks that have not seen the picture. Raises ValueError for other shapes.
    """

    labels: np.ndarray
    log_probabilities: np.ndarray

    def __post_init__(self):
        number, classes = self.log_probabilities.shape
        if len(self.labels) != number or set(range(classes)) != set(np.unique(self.labels).tolist()):
            raise ValueError(f"{len(self.labels)} labels and probabilities {number, classes}: one label a "
                             "row and every class among the labels are needed")

    @cached_property
    def probabilities(self) -> np.ndarray:
        """(N, C)."""
        return np.exp(self.log_probabilities.astype(np.float64))

    @cached_property
    def thresholds(self) -> np.ndarray:
        """What a class is given on average by pictures that carry its label (Eq. 2), (C,): more is
        confident."""
        return np.array([self.probabilities[self.labels == k, k].mean()
                         for k in range(self.probabilities.shape[1])])

    @cached_property
    def confident(self) -> np.ndarray:
        """The class that a picture confidently has (Eq. 1), the most probable of those at or above their
        thresholds; -1 where there is none. (N,)."""
        above = np.where(self.probabilities >= self.thresholds, self.probabilities, -1)
        return np.where(above.max(1) >= 0, above.argmax(1), -1)

    @cached_property
    def joint(self) -> np.ndarray:
        """The confident joint (Eq. 1): label by class that the picture confidently has, counts (C, C)."""
        counts = np.zeros((len(self.thresholds),) * 2, int)
        sure = self.confident >= 0
        np.add.at(counts, (self.labels[sure], self.confident[sure]), 1)
        return counts

    @cached_property
    def margins(self) -> np.ndarray:
        """What the label is given less what the most probable other class is, -1 ... 1, (N,)."""
        rows, others = np.arange(len(self.labels)), self.probabilities.copy()
        others[rows, self.labels] = -1
        return self.probabilities[rows, self.labels] - others.max(1)

    @cached_property
    def ranked(self) -> np.ndarray:
        """The pictures off the joint's diagonal, lowest margin first."""
        pictures = np.flatnonzero((self.confident >= 0) & (self.confident != self.labels))
        return pictures[np.argsort(self.margins[pictures], kind="stable")]

    def listed(self, pictures, classes: list[str], paths) -> list[dict]:
        """What an audit's JSON says of each of ``pictures``: path, class by its label, class that it
        confidently has, probability of its label, margin."""
        rows = [int(picture) for picture in pictures]
        return [{"path": str(paths[row]), "label": classes[self.labels[row]],
                 "said": classes[self.confident[row]],
                 "self_confidence": round(float(self.probabilities[row, self.labels[row]]), 4),
                 "margin": round(float(self.margins[row]), 4)} for row in rows]

    def numbers(self) -> dict[str, float | int]:
        """``pictures``, ``suspects``, their ``share`` in per cent, and of ``confident`` pictures all."""
        return {"pictures": len(self.labels), "suspects": len(self.ranked),
                "share": 100 * len(self.ranked) / len(self.labels),
                "confident": int((self.confident >= 0).sum())}
