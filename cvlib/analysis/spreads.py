"""How far the divisor of local response normalisation spreads, before a training and after it."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cvlib.analysis.inert import INERT
from cvlib.results import RunRecord

__all__ = ["Spreads"]

TIMES = ("start", "trained")


@dataclass(frozen=True)
class Spreads:
    """Percentiles of the divisor in recipes that differ in the scale of their input or in alpha.

    ``runs`` are the seeds of each recipe, by a short name. A run's ``measured["lrn_percentiles"]`` holds for
    "start" and "trained" the 1, 3, 5 ... 99 % quantiles of k + alpha * sum in each LRN; those of several
    seeds are averaged. ``k`` is the least divisor. Raises ValueError for a name without runs, and for a run
    that has no percentiles: it was made before they were measured.
    """

    runs: Mapping[str, Sequence[RunRecord]]
    k: float = 2.0

    def __post_init__(self):
        for name, runs in self.runs.items():
            if not runs:
                raise ValueError(f"{name} has no runs")
            bare = [run.name for run in runs if not (run.measured or {}).get("lrn_percentiles")]
            if bare:
                raise ValueError(f"{name} ({', '.join(bare)}) has no percentiles of a divisor: make it again")

    @property
    def times(self) -> tuple[str, str]:
        """Before the training and after it: "start" and "trained"."""
        return TIMES

    @property
    def layers(self) -> list[str]:
        """The LRN layers, in the order in which they run."""
        return [*next(iter(self.runs.values()))[0].measured["lrn_percentiles"]["start"]]

    def excess(self, name: str, time: str, layer: str) -> np.ndarray:
        """divisor / k - 1 at the 1, 3, 5 ... 99 % quantiles: (50,)."""
        seeds = [run.measured["lrn_percentiles"][time][layer] for run in self.runs[name]]
        return np.mean(seeds, axis=0) / self.k - 1

    def moved(self, name: str, time: str, layer: str) -> float:
        """The share of activities whose divisor lies more than 2 % above k, to 2 %: a fraction."""
        return float((self.excess(name, time, layer) > INERT).mean())

    def groups(self, labels: Mapping[str, str], titles: Sequence[str]) -> list[tuple[str, list[tuple]]]:
        """For each layer, under its title, (label, excess at the start and trained) of every run: what
        `cvlib.plot.histograms` draws."""
        return [(title, [(labels[name], [self.excess(name, time, layer) for time in TIMES])
                         for name in self.runs])
                for title, layer in zip(titles, self.layers, strict=True)]

    def numbers(self) -> dict[str, float]:
        """``seeds``, the fewest runs of a name; ``<run>_<layer>_<time>_mid`` and ``_high``: divisor / k at
        the median and at 99 %; ``_moved``: the per cent of activities whose divisor is more than 2 % above k;
        ``_fall``: by how many per cent the output at 99 % is smaller than at k, with the power 3/4."""
        numbers: dict[str, float] = {"seeds": min(map(len, self.runs.values()))}
        for name in self.runs:
            for time in TIMES:
                for layer in self.layers:
                    excess, at = self.excess(name, time, layer), f"{name}_{layer}_{time}"
                    numbers |= {f"{at}_mid": float(1 + np.median(excess)),
                                f"{at}_high": float(1 + excess[-1]),
                                f"{at}_moved": 100 * self.moved(name, time, layer),
                                f"{at}_fall": float(100 * (1 - (1 + excess[-1]) ** -0.75))}
        return numbers
