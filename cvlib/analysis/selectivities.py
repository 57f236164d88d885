"""In how many networks one tower's kernels are more colourful than the other's."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cvlib.analysis.selectivity import WAYS, Selectivity, towers_of
from cvlib.results import RunRecord
from cvlib.stats import holm

__all__ = ["Selectivities"]

LEVEL = 0.05
HALF = 0.5  # of the kernels


@dataclass(frozen=True)
class Selectivities:
    """The first layers of several networks. Raises ValueError for none."""

    networks: Sequence[Selectivity]

    def __post_init__(self):
        if not self.networks:
            raise ValueError("no network: is there no record of one with so many towers yet?")

    @classmethod
    def of(cls, records: Iterable[RunRecord], *, towers: int = 2,
           out: str | Path | None = None) -> "Selectivities":
        """Of those of ``records`` that are trained networks with ``towers`` towers; with 1 the two halves of
        one tower stand for towers that are none. Raises ValueError as `Selectivity.of` does."""
        trained = [record for record in records if record.kind == "run"]
        return cls([Selectivity.of(record, out=out) for record in trained
                    if towers_of(record.recipe) == towers])

    @property
    def judging(self) -> "Selectivities":
        """Those in which half of the kernels or more have learned: the others say nothing about towers.
        Raises ValueError for none."""
        return Selectivities([network for network in self.networks if network.learned.mean() >= HALF])

    @property
    def ranked(self) -> list[Selectivity]:
        """From the largest difference to the smallest, whatever its sign; last those that have none."""
        return sorted(self.networks, key=lambda network: np.nan_to_num(abs(network.difference), nan=-1),
                      reverse=True)

    def by(self, way: str) -> "Selectivities":
        """The same networks by another of `WAYS`."""
        return Selectivities([network.by(way) for network in self.networks])

    @property
    def shown(self) -> list[Selectivity]:
        """Those whose towers differ at 0.05."""
        return [network for network in self.networks if network.p_value < LEVEL]

    @property
    def shown_by_holm(self) -> list[Selectivity]:
        """Those that do after Holm's correction for all of them."""
        adjusted = holm([network.p_value for network in self.networks])
        return [network for network, p in zip(self.networks, adjusted, strict=True) if p < LEVEL]

    @property
    def straddling(self) -> list[Selectivity]:
        """Those that would differ at 0.05 if the halves were cut in the middle of the towers."""
        return [network for network in self.networks if network.straddling < LEVEL]

    def numbers(self) -> dict[str, float | int]:
        """Counts: ``networks``, ``shown`` at 0.05 and after ``holm``; of those shown, in how many the
        ``first`` tower has the more colourful kernels and in how many the ``second``; ``straddling``, and
        ``chance``, how many of all to expect if towers were nothing; shown by other `WAYS`,
        ``shown_smoothed`` and ``shown_photographs``, and ``same``, how often all ways say the same.

        ``least``, ``middle`` and ``most``, of the differences without their signs; ``learned``, kernels that
        have, in per cent, and ``learned_least``, in the network with the fewest; ``few``, in how many
        networks fewer than half of them have, so that they hardly judge."""
        shown = self.shown
        ways = {way: [network.name for network in self.by(way).shown] for way in WAYS}
        apart = np.abs([network.difference for network in self.networks])
        learned = [100 * float(network.learned.mean()) for network in self.networks]
        return {
            "networks": len(self.networks), "shown": len(shown), "holm": len(self.shown_by_holm),
            "first": sum(network.difference < 0 for network in shown),
            "second": sum(network.difference > 0 for network in shown),
            "straddling": len(self.straddling), "chance": LEVEL * len(self.networks),
            **{f"shown_{way}": len(names) for way, names in ways.items() if way != "energy"},
            "same": sum(len({network.name in names for names in ways.values()}) == 1
                        for network in self.networks),
            "least": float(np.nanmin(apart)), "middle": float(np.nanmedian(apart)),
            "most": float(np.nanmax(apart)),
            "learned": float(np.mean(learned)), "learned_least": min(learned),
            "few": sum(share < 100 * HALF for share in learned),
        }

    def table(self) -> str:
        """A line a network: towers' mean indices, their difference, p, p by Holm, kernels that learned."""
        adjusted = holm([network.p_value for network in self.networks])
        rows = [("", "tower 1", "tower 2", "2 less 1", "p", "Holm", "learned"), *(
            (network.name, *(f"{tower.mean():.2f}" if len(tower) else "-" for tower in network.towers),
             f"{network.difference:+.2f}".replace("+nan", "-"), f"{network.p_value:.4f}", f"{p:.3f}",
             f"{network.learned.sum()}/{len(network.learned)}")
            for network, p in zip(self.networks, adjusted, strict=True))]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return "\n".join("  ".join(cell.rjust(width) if i else cell.ljust(width) for i, (cell, width)
                                   in enumerate(zip(row, widths, strict=True))) for row in rows)
