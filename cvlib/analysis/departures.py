"""What departures from one recipe were worth, each against its base."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvlib.analysis.versus import Versus
from cvlib.stats import Interval

__all__ = ["Departures"]


@dataclass(frozen=True)
class Departures:
    """Differences of mean accuracy, changed less base, in points, with Welch's 95 % intervals, by name."""

    differences: Mapping[str, Interval]

    @classmethod
    def of(cls, pairs: Mapping[str, tuple[Sequence, Sequence]]) -> "Departures":
        """From records: by name those of the changed recipe and those of its base, two or more seeds each, on
        the split that they answer. Raises ValueError as `Versus` does."""
        found = {}
        for name, (changed, base) in pairs.items():
            difference = Versus(changed, base).difference(changed[0].split)
            found[name] = Interval(*(100 * part for part in difference))
        return cls(dict(sorted(found.items(), key=lambda item: item[1].mean)))

    @property
    def told(self) -> list[str]:
        """Those whose interval leaves out zero, the costliest first."""
        return [name for name, one in self.differences.items() if not one.low <= 0 <= one.high]

    def rows(self) -> dict[str, list]:
        """For `cvlib.plot.estimates`: names, centres, lows and highs."""
        values = self.differences.values()
        return {"names": list(self.differences), "centres": [one.mean for one in values],
                "lows": [one.low for one in values], "highs": [one.high for one in values]}

    def numbers(self) -> dict[str, int | float | str]:
        """``rows``, how many; ``told`` of them without zero in their interval, ``untold`` the others, and
        ``told_names`` in words; ``widest``, the greatest half of an interval, in points."""
        told = self.told
        return {"rows": len(self.differences), "told": len(told), "untold": len(self.differences) - len(told),
                "told_names": ", ".join(told) or "none",
                "widest": max(one.half for one in self.differences.values())}
