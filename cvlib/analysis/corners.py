"""Whether towers divide colour in the corners of study `ablation`: a group of its own, regime by regime."""
from dataclasses import dataclass
from pathlib import Path

from cvlib.analysis.ablation import REGIMES
from cvlib.analysis.selectivities import HALF, LEVEL
from cvlib.analysis.selectivity import Selectivity, towers_of

__all__ = ["Corners"]

WHERE = {"scarce": "where photographs are scarce", "plenty": "where there are plenty"}


@dataclass(frozen=True)
class Corners:
    """The two-tower networks of a `cvlib.load_study("ablation")`, or of what there is of it. Their first
    layers lie in ``out`` or the committed results. Corners of one seed share a start."""

    study: object
    out: str | Path | None = None

    def of(self, regime: str) -> list[Selectivity]:
        """Those of a regime. Raises ValueError as `Selectivity.of` does."""
        return [Selectivity.of(run, out=self.out) for run in self.study.where(regime=regime).runs
                if towers_of(run.recipe) == 2]

    def judging(self, regime: str) -> list[Selectivity]:
        """Those of a regime that can judge, since half of their kernels or more have learned."""
        return [network for network in self.of(regime) if network.learned.mean() >= HALF]

    def by_seed(self) -> dict[int, list[float]]:
        """The signed differences of those of both regimes that can judge, by their seed: corners of one seed
        began with the same first layer."""
        ends: dict[int, list[float]] = {}
        for regime in REGIMES:
            for network in self.judging(regime):
                ends.setdefault(int(network.name.rpartition("-s")[2]), []).append(network.difference)
        return ends

    def says(self, regime: str) -> str:
        """In how many of those that can judge the towers differ at 0.05, and how many there are: half a
        sentence."""
        judging = self.judging(regime)
        shown = sum(network.p_value < LEVEL for network in judging)
        return f"in {shown} of {len(judging)} {WHERE[regime]} ({len(self.of(regime))} were trained)"

    def numbers(self) -> dict[str, str]:
        """What it ``says`` of the regimes of which there are networks, or "0 so far"."""
        told = [self.says(regime) for regime in REGIMES if self.of(regime)]
        return {"says": f"the towers differ {', '.join(told)}" if told else "0 so far"}
