"""Scores with some test pictures, and without them: does it matter to a comparison?"""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np

from cvlib.stats import McNemar, mcnemar, wilson_interval

__all__ = ["Shift", "Without"]


class Shift(NamedTuple):
    """One record's accuracy, fractions with Wilson's intervals: on all pictures, on those that stay, and on
    those that are left out; and the last two's ``difference``, staying less leaving, with Newcombe's."""

    name: str
    all: tuple[float, float, float]
    kept: tuple[float, float, float]
    left: tuple[float, float, float]
    difference: tuple[float, float, float]


@dataclass(frozen=True)
class Without:
    """``records`` of one data set, and ``files``, their test pictures in order, of which those in ``left``
    are left out.

    Raises ValueError where records are of other data, where a picture to be left out is not among ``files``,
    or where none or all would be left out.
    """

    records: Sequence
    files: Sequence[str]
    left: Collection[str]

    def __post_init__(self):
        strangers = sorted(set(self.left) - set(self.files))
        if strangers:
            raise ValueError(f"{len(strangers)} pictures are not among the {len(self.files)} of the test "
                             f"set; the first: {strangers[0]}")
        first = self.records[0].labels
        for record in self.records:
            if len(record.labels) != len(self.files) or not np.array_equal(record.labels, first):
                raise ValueError(f"{record.name} was not scored on these {len(self.files)} pictures")
        if not 0 < len(set(self.left)) < len(self.files):
            raise ValueError(f"{len(set(self.left))} of {len(self.files)} pictures left out: there is "
                             "nothing to compare")

    @cached_property
    def out(self) -> np.ndarray:
        """Which pictures are left out, (N,) bool."""
        return np.isin(np.array(self.files), list(self.left))

    @cached_property
    def shifts(self) -> list[Shift]:
        """A row a record, in their order."""
        rows = []
        for record in self.records:
            right = record.predictions == record.labels
            kept, left = right[~self.out], right[self.out]
            rows.append(Shift(f"{record.study}/{record.name}", *map(_share, (right, kept, left)),
                              _difference(kept, left)))
        return rows

    @cached_property
    def pairs(self) -> list[tuple[str, str, McNemar, McNemar]]:
        """Every two records of different recipes: their names, and McNemar's test with and without."""
        tests = []
        for a, b in combinations(self.records, 2):
            if a.recipe != b.recipe:
                with_, without = (mcnemar(a.labels[rows], a.predictions[rows], b.predictions[rows])
                                  for rows in (np.ones(len(self.out), bool), ~self.out))
                tests.append((a.name, b.name, with_, without))
        return tests

    def numbers(self) -> dict[str, float | int]:
        """``left`` pictures of ``n``; ``records``. In points, accuracy without less accuracy with: ``least``,
        ``most``, ``mean``, and ``up`` records that gain. On the pictures left out less on those that stay,
        all records together: ``easier`` points on average, and in ``easier_clear`` and ``harder_clear``
        records the interval says so. Of ``pairs`` of recipes: ``clear`` with p below 0.05 before, in
        ``changed`` the verdict is another without (all their p, before and after, from ``changed_low`` to
        ``changed_high``), in ``swapped`` the order of the two, which were
        ``swapped_by`` points apart before, or less."""
        gains = [100 * (row.kept[0] - row.all[0]) for row in self.shifts]
        tests = [(before, after) for *_, before, after in self.pairs]
        changed = [pair for pair in tests if (pair[0].p_value < 0.05) != (pair[1].p_value < 0.05)]
        swapped = [abs(_lead(before)) for before, after in tests if _lead(before) * _lead(after) < 0]
        p_values = [test.p_value for pair in changed for test in pair]
        return {
            "left": int(self.out.sum()), "n": len(self.out), "records": len(self.records),
            "least": min(gains), "most": max(gains), "mean": float(np.mean(gains)),
            "up": sum(gain > 0 for gain in gains),
            "easier": 100 * float(np.mean([-row.difference[0] for row in self.shifts])),
            "easier_clear": sum(row.difference[2] < 0 for row in self.shifts),
            "harder_clear": sum(row.difference[1] > 0 for row in self.shifts),
            "pairs": len(tests), "clear": sum(before.p_value < 0.05 for before, _ in tests),
            "changed": len(changed), "swapped": len(swapped),
        } | ({"changed_low": min(p_values), "changed_high": max(p_values)} if changed else {}) | (
            {"swapped_by": 100 * max(swapped) / len(self.out)} if swapped else {})


def _lead(test: McNemar) -> int:
    return test.only_a - test.only_b


def _share(right: np.ndarray) -> tuple[float, float, float]:
    return float(right.mean()), *wilson_interval(int(right.sum()), len(right))


def _difference(a: np.ndarray, b: np.ndarray) -> tuple[float, float, float]:
    """Newcombe's interval from two of Wilson's (Newcombe 1998, method 10)."""
    (p, p_low, p_high), (q, q_low, q_high) = _share(a), _share(b)
    below, above = np.hypot(p - p_low, q_high - q), np.hypot(p_high - p, q - q_low)
    return p - q, p - q - float(below), p - q + float(above)
