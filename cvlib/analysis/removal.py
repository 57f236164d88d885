"""What a network says when something is taken out of a picture and all else stays."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cvlib.stats import Interval, McNemar, mcnemar, mean_interval

__all__ = ["Removal"]


@dataclass(frozen=True)
class Removal:
    """Probabilities (N, C) of the same pictures of class ``true``, ``before`` and ``after`` something was
    taken out of them; ``other`` is the class for which they are said to be taken because of it.

    Raises ValueError where the two differ in shape, have not a column for each class, or are of fewer than
    two pictures.
    """

    before: np.ndarray
    after: np.ndarray
    classes: Sequence[str]
    true: str
    other: str

    def __post_init__(self):
        shapes = np.shape(self.before), np.shape(self.after)
        if shapes[0] != shapes[1] or shapes[0][1:] != (len(self.classes),):
            raise ValueError(f"probabilities {shapes[0]} before and {shapes[1]} after, of "
                             f"{len(self.classes)} classes")
        if len(self.before) < 2:
            raise ValueError(f"{len(self.before)} pictures: a change needs two or more")

    def change(self, name: str) -> Interval:
        """Mean change of the probability of that class, and Student's interval of the mean over pictures."""
        column = list(self.classes).index(name)
        return mean_interval(np.asarray(self.after, float)[:, column] -
                             np.asarray(self.before, float)[:, column])

    def said(self) -> tuple[Counter, Counter]:
        """How many pictures are called by each class's name, before and after."""
        return tuple(Counter(self.classes[i] for i in np.argmax(given, 1))
                     for given in (self.before, self.after))

    def right(self) -> McNemar:
        """The pictures that are named rightly ``only_a`` before and ``only_b`` after, and whether that is
        chance."""
        labels = np.full(len(self.before), list(self.classes).index(self.true))
        return mcnemar(labels, np.argmax(self.before, 1), np.argmax(self.after, 1))

    def taken(self) -> McNemar:
        """The same of the pictures that are called ``other``."""
        labels = np.full(len(self.before), list(self.classes).index(self.other))
        return mcnemar(labels, np.argmax(self.before, 1), np.argmax(self.after, 1))

    @property
    def repaired(self) -> int:
        """Pictures that were called ``other`` and are named rightly after."""
        true, other = (list(self.classes).index(name) for name in (self.true, self.other))
        return int(((np.argmax(self.before, 1) == other) & (np.argmax(self.after, 1) == true)).sum())

    def numbers(self) -> dict[str, float | int | str]:
        """``n`` pictures; of them ``right`` before and ``right_after``, ``taken`` for the other class and
        ``taken_after``, with McNemar's ``right_p`` and ``taken_p``; of those taken before, ``repaired`` are
        right after; ``instead``, what most are called after that are not named rightly, and
        ``instead_count``; in points, ``change`` of the true class's probability and ``other_change`` of the
        other's, each with ``_low`` and ``_high``."""
        (before, after), n = self.said(), len(self.before)
        wrong = [(count, name) for name, count in after.items() if name != self.true]
        count, instead = max(wrong, default=(0, "nothing"))
        numbers = {"n": n, "right": before[self.true], "right_after": after[self.true],
                   "taken": before[self.other], "taken_after": after[self.other],
                   "right_p": self.right().p_value, "taken_p": self.taken().p_value,
                   "repaired": self.repaired, "instead": instead, "instead_count": count}
        for label, name in (("change", self.true), ("other_change", self.other)):
            mean, low, high = self.change(name)
            numbers |= {label: 100 * mean, f"{label}_low": 100 * low, f"{label}_high": 100 * high}
        return numbers
