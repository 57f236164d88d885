"""Departures that recur in public AlexNets, each beside what it costs alone."""
from collections.abc import Mapping
from dataclasses import dataclass

from cvlib.analysis.ablation import REGIMES, Ablation
from cvlib.analysis.census import Census
from cvlib.analysis.parts import MEASURES, PAPER
from cvlib.analysis.singles import Singles
from cvlib.analysis.told import effect_finding, effect_text

__all__ = ["RECUR", "Departure", "Recurring"]


@dataclass(frozen=True)
class Departure:
    """How a page calls it, and questions of the census: ``has`` it, among the rows where it was ``read``."""

    called: str
    has: tuple[str, ...]
    read: tuple[str, ...] = ()


RECUR: Mapping[str, Departure] = {  # parts that the ablation leaves out, and changes of `singles`
    "towers": Departure("one tower", ("towers_dropped",)),
    "lighting": Departure("no light", ("no_colour",), ("colour_read",)),
    "alpha_over_n": Departure("α over the window", ("over_window",), ("lrn",)),
    "ones": Departure("no biases of 1", ("small_biases",), ("start_read",)),
    "std_of_paper": Departure("the paper's std", ("hundredth",), ("start_read",)),
    "lrn": Departure("no LRN", ("absent",)),
    "eigenvalue_unit": Departure("light by eigenvalues", ("colour_eigenvalue",), ("colour_read",)),
    "pooling": Departure("pooling apart", ("pools_apart",), ("pooling_read",)),
}


@dataclass(frozen=True)
class Recurring:
    """The departures of `RECUR`, counted in a ``census``, with their costs: by how many points the test error
    is higher with them, with 95 % intervals. A part's is that of leaving it out, a mean over the ablation's
    other parts; that of a change of `singles`, which has scarce photographs only, is of that change alone."""

    census: Census
    ablation: Ablation
    singles: Singles

    def counts(self, name: str) -> tuple[int, int]:
        """How many rows of the census have the departure, and in how many it was read."""
        one = RECUR[name]
        return self.census.count(*one.read, *one.has), self.census.count(*one.read)

    @property
    def common(self) -> list[str]:
        """What a page calls those that are in more than half of the rows where they were read."""
        counts = {name: self.counts(name) for name in RECUR}
        return [RECUR[name].called for name, (has, read) in counts.items() if 2 * has > read]

    def costs(self, regime: str) -> list:
        """Those that the records of a regime can give, in the order of `RECUR`."""
        parts = [one._replace(estimate=-one.estimate, low=-one.high, high=-one.low)
                 for one in self.ablation.effects("test", regime)]
        alone = self.singles.effects("test") if regime == "scarce" else []
        found = {one.name: one for one in [*parts, *alone]}
        return [found[name] for name in RECUR if name in found]

    def asked(self, regime: str) -> list[str]:
        """The departures of whose cost a study asks in a regime."""
        return [name for name in RECUR if name in PAPER or regime == "scarce"]

    def finding(self, regime: str) -> str:
        """Without a full stop, which of them cost, which pay, of how many that cannot be said, and how many
        have too few runs."""
        costs, called = self.costs(regime), {name: one.called for name, one in RECUR.items()}
        missing = len(self.asked(regime)) - len(costs)
        said = effect_finding(costs, MEASURES["test"].name, called)
        return said + (f"; {missing} not run yet" if costs and missing else "")

    def numbers(self) -> dict[str, int | str]:
        """Of each departure ``_has`` and ``_read``, and its cost in each regime in words: "not run yet"
        before there are runs enough, "not asked" where no study asks. ``finding_<regime>``; of both studies
        ``_runs``, how many there are, and ``_planned``; how many are ``common``, and their ``_names``."""
        numbers: dict[str, int | str] = {"common": len(self.common), "common_names": ", ".join(self.common)}
        for name in RECUR:
            numbers[f"{name}_has"], numbers[f"{name}_read"] = self.counts(name)
        for regime in REGIMES:
            words = {one.name: effect_text(one, 1).replace("-", "−") for one in self.costs(regime)}
            gone = {name: "not run yet" if name in self.asked(regime) else "not asked" for name in RECUR}
            numbers |= {f"{name}_{regime}": text for name, text in (gone | words).items()}
            numbers[f"finding_{regime}"] = self.finding(regime)
        for called, study in (("ablation", self.ablation.study), ("singles", self.singles.study)):
            numbers |= {f"{called}_runs": len(study.runs), f"{called}_planned": len(study.plan.runs)}
        return numbers
