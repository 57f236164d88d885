"""Which classes are hard, and whether all networks find so."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cvlib.analysis.scoreboard import FAMILIES, Entry

__all__ = ["ByClass"]


@dataclass(frozen=True)
class ByClass:
    """Recalls of each of ``classes`` by several networks' ``entries``, by family; empty ones are left out."""

    entries: Mapping[str, Entry]
    classes: Sequence[str]

    @cached_property
    def recalls(self) -> dict[str, np.ndarray]:
        """In per cent, the mean over an entry's seeds, one a class."""
        return {family: 100 * np.mean([scores.per_class["recall"] for scores in entry.scores], 0)
                for family, entry in self.entries.items() if entry.records}

    def panels(self) -> dict[str, tuple[str, np.ndarray]]:
        """For `cvlib.plot.by_class`."""
        return {family: (FAMILIES[family], values) for family, values in self.recalls.items()}

    def numbers(self) -> dict[str, float | int | str]:
        """``networks``; the ``hardest`` and ``easiest`` class by their mean recall over the networks, with
        ``hardest_low``, ``hardest_high`` and so on, the networks' least and greatest in per cent; in words
        the one of each network, ``hardest_each``: "VGG sea, ...". ``within`` and ``between`` are points: from
        the hardest class to the easiest, the mean over networks, and from the worst network to the best, the
        mean over classes. Of no network nothing but that is said."""
        table = np.array(list(self.recalls.values()))
        if not table.size:
            return {"networks": 0}
        numbers: dict[str, float | int | str] = {"networks": len(table)}
        means = table.mean(0)
        for name, column in (("hardest", means.argmin()), ("easiest", means.argmax())):
            numbers |= {name: self.classes[column], f"{name}_low": float(table[:, column].min()),
                        f"{name}_high": float(table[:, column].max())}
        numbers["hardest_each"] = ", ".join(f"{FAMILIES[family]} {self.classes[row.argmin()]}"
                                            for family, row in self.recalls.items())
        return numbers | {"within": float(np.ptp(table, axis=1).mean()),
                          "between": float(np.ptp(table, axis=0).mean())}
