"""Whether the probabilities that networks give are kept."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

__all__ = ["Calibration", "Promise"]

STEPS = 10  # of stated probability, of equal width


class Promise(NamedTuple):
    """``count`` answers that ``promised`` so many errors together, the sum of 1 - p, and ``made`` so many."""

    count: int
    promised: float
    made: int


@dataclass(frozen=True)
class Calibration:
    """Promised beside made errors (Guo et al. 2017, section 2), of answers to pictures whose ``labels`` (N,)
    are known; ``probabilities`` are (N, classes), and an answer is the most probable class.

    `of` pools records, their averaged views or the centre view alone.
    """

    labels: np.ndarray
    probabilities: np.ndarray

    @classmethod
    def of(cls, records: Sequence, *, one_view: bool = False) -> "Calibration":
        """From records that keep all probabilities; raises ValueError as `RunRecord` does elsewhere."""
        said = [record.one_view if one_view else record.probabilities for record in records]
        return cls(np.concatenate([record.labels for record in records]), np.concatenate(said))

    @cached_property
    def sure(self) -> np.ndarray:
        """The probability of each answer, (N,)."""
        return self.probabilities.max(1).astype(float)

    @cached_property
    def wrong(self) -> np.ndarray:
        """Which answers are wrong, bool (N,)."""
        return self.probabilities.argmax(1) != self.labels

    def surest(self, share: float) -> Promise:
        """Of the surest ``share`` of the answers; raises ValueError unless 0 < share <= 1."""
        if not 0 < share <= 1:
            raise ValueError(f"a share of the answers lies in 0 ... 1, not {share}")
        order = np.argsort(-self.sure, kind="stable")
        return self._promise(order[:max(1, round(share * len(order)))])

    def steps(self) -> list[Promise]:
        """Of the answers in each tenth of the scale of probabilities that has any, the surest first."""
        at = np.minimum((STEPS * self.sure).astype(int), STEPS - 1)
        return [self._promise(np.flatnonzero(at == step)) for step in np.unique(at)[::-1]]

    def numbers(self, at: float = 0.5) -> dict[str, float | str]:
        """Of all answers, ``n``, and as ``half_`` of the surest ``at``: ``promised`` and ``made`` errors, and
        the same in per cent, ``promised_share`` and ``made_share``."""
        numbers = {}
        for prefix, part in (("", self.surest(1)), ("half_", self.surest(at))):
            shares = 100 * np.array([part.promised, part.made]) / part.count
            numbers |= {f"{prefix}n": f"{part.count:,}", f"{prefix}promised": f"{part.promised:,.0f}",
                        f"{prefix}made": f"{part.made:,}", f"{prefix}promised_share": float(shares[0]),
                        f"{prefix}made_share": float(shares[1])}
        return numbers

    def _promise(self, which: np.ndarray) -> Promise:
        return Promise(len(which), float((1 - self.sure[which]).sum()), int(self.wrong[which].sum()))
