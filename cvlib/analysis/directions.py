"""Which way the confusions of two classes go, network by network."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cvlib.analysis.mistakes import Mistakes
from cvlib.analysis.symmetry import Confused, Symmetry
from cvlib.stats import holm

__all__ = ["Directions"]

LEVEL = 0.05


@dataclass(frozen=True)
class Directions:
    """The ``pairs`` (one, other) of classes in the runs of each network; an explanation says that ``one`` is
    taken for ``other`` more often than back. ``runs`` has one or more records a network.

    p-values are exact ones of a run and a pair, and Holm's for all of these together. Raises ValueError
    where there is no run or no pair.
    """

    runs: Mapping[str, Sequence]
    pairs: Sequence[tuple[str, str]]

    def __post_init__(self):
        if not any(map(len, self.runs.values())) or not self.pairs:
            raise ValueError(f"{len(self.runs)} networks and {len(self.pairs)} pairs: nothing to compare")

    @cached_property
    def found(self) -> list[tuple[str, Confused, float]]:
        """The network, what is confused, and the adjusted p-value: a run and a pair each."""
        tested = [(name, Symmetry(mistakes.confusion, mistakes.classes).pair(*pair))
                  for pair in self.pairs for name, records in self.runs.items()
                  for mistakes in (Mistakes([record]) for record in records)]
        adjusted = holm([confused.p_value for _, confused in tested])
        return [(*one, p) for one, p in zip(tested, adjusted, strict=True)]

    @property
    def shown(self) -> list[tuple[str, Confused, float]]:
        """Those whose adjusted p-value is below 0.05."""
        return [one for one in self.found if one[2] < LEVEL]

    def shares(self, name: str, pair: tuple[str, str]) -> tuple[float, float]:
        """Both ways, in per cent, means of the network's runs. Raises ValueError where it has none."""
        confused = [found for found, _ in self._of(name, pair)]
        if not confused:
            raise ValueError(f"no run of {name} with {' and '.join(pair)}")
        return (100 * sum(one.there_share for one in confused) / len(confused),
                100 * sum(one.back_share for one in confused) / len(confused))

    def _of(self, name: str, pair: tuple[str, str]) -> list[tuple[Confused, float]]:
        return [(confused, p) for who, confused, p in self.found
                if who == name and (confused.one, confused.other) == tuple(pair)]

    def table(self) -> str:
        """A line a network and pair: both shares in per cent, and the least and greatest adjusted p."""
        lines = []
        for pair in self.pairs:
            lines.append(f"{pair[0]} called {pair[1]}, and back")
            for name in [name for name, records in self.runs.items() if records]:
                there, back = self.shares(name, pair)
                ps = sorted(p for _, p in self._of(name, pair))
                ends = dict.fromkeys(f"{p:.3f}" for p in (ps[0], ps[-1]))
                lines.append(f"  {name:<9}{there:5.1f} %{back:7.1f} %   p = {' to '.join(ends)}")
        return "\n".join(lines)

    def numbers(self) -> dict[str, float | int]:
        """``tests`` in all; ``shown``, how many of these by Holm's method, ``foretold`` of them in the way of
        the explanation and ``against`` it; and by count alone, whatever the p-value, ``leaning`` and
        ``leaning_back``."""
        lean = [confused.there_share - confused.back_share for _, confused, _ in self.found]
        sided = [confused.there_share > confused.back_share for _, confused, _ in self.shown]
        return {"tests": len(self.found), "shown": len(sided), "foretold": sum(sided),
                "against": len(sided) - sum(sided), "leaning": sum(way > 0 for way in lean),
                "leaning_back": sum(way < 0 for way in lean)}
