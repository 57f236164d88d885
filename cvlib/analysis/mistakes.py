"""What networks take for what, and how sure they are of it."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cvlib.analysis.answers import Answers
from cvlib.metrics import classification_scores

__all__ = ["Mistakes"]


@dataclass(frozen=True)
class Mistakes:
    """The wrong answers of one or more records to the same pictures.

    Raises ValueError where the records are of other pictures.
    """

    records: Sequence

    def __post_init__(self):
        for record in self.records:
            if not np.array_equal(record.labels, self.labels) or record.data["classes"] != self.classes:
                raise ValueError(f"{record.name} and {self.records[0].name} answered different pictures")

    @property
    def labels(self) -> np.ndarray:
        """The true classes, (N,)."""
        return self.records[0].labels

    @property
    def classes(self) -> list[str]:
        """Their names."""
        return self.records[0].data["classes"]

    @cached_property
    def predictions(self) -> np.ndarray:
        """What each record said, (records, N)."""
        return np.stack([record.predictions for record in self.records])

    @cached_property
    def sure(self) -> np.ndarray:
        """The probability of what was said, by the least sure record, (N,)."""
        return np.stack([record.probabilities.max(1) for record in self.records]).min(0).astype(float)

    @cached_property
    def agreed(self) -> np.ndarray:
        """Where all records are wrong, and all alike: bool (N,)."""
        return (self.predictions == self.predictions[0]).all(0) & (self.predictions[0] != self.labels)

    @cached_property
    def confusion(self) -> np.ndarray:
        """True class by said class, all records together."""
        return sum(classification_scores(self.labels, said, len(self.classes)).confusion
                   for said in self.predictions)

    def alike(self, at: float) -> Answers:
        """The answers that all records give alike, each with a probability of ``at`` or more."""
        same = (self.predictions == self.predictions[0]).all(0) & (self.sure >= at)
        return Answers.to(self.labels[same], self.predictions[0, same])

    def surest(self, count: int) -> np.ndarray:
        """Up to ``count`` pictures that all records take for the same wrong class, the surest first."""
        pictures = np.flatnonzero(self.agreed)
        return pictures[np.argsort(-self.sure[pictures], kind="stable")][:count]

    def numbers(self) -> dict[str, float | int | str]:
        """``wrong`` answers, all records together, and ``agreed``, the pictures that all take for the same
        wrong class. ``favourite`` is the class in which ``favourite_count`` errors end, more than in any
        other; ``true`` is taken for ``said`` in ``worst`` per cent of its pictures, more than any other pair,
        and the other way round in ``back``; ``surest`` is the probability, in per cent, of the surest agreed
        mistake. Of what there is none nothing is said."""
        errors = self.confusion * (1 - np.eye(len(self.classes), dtype=int))
        numbers = {"wrong": int(errors.sum()), "agreed": int(self.agreed.sum())}
        if numbers["wrong"]:
            share = 100 * errors / np.maximum(self.confusion.sum(1, keepdims=True), 1)
            true, said = np.unravel_index(share.argmax(), share.shape)
            ends = errors.sum(0)
            numbers |= {"favourite": self.classes[ends.argmax()], "favourite_count": int(ends.max()),
                        "true": self.classes[true], "said": self.classes[said],
                        "worst": float(share[true, said]), "back": float(share[said, true])}
        if numbers["agreed"]:
            numbers["surest"] = 100 * float(self.sure[self.agreed].max())
        return numbers
