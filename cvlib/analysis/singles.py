"""What one change alone does to the whole network, from the records of study `singles`."""
from dataclasses import dataclass

from cvlib.analysis.parts import MEASURES
from cvlib.analysis.told import effect_finding, effect_rows, effect_text

__all__ = ["Singles"]

NAMES = {
    "tanh": "tanh", "alpha_over_n": "alpha over five", "eigenvalue": "light by eigenvalues, 0 to 255",
    "eigenvalue_unit": "light by eigenvalues, 0 to 1", "std_of_paper": "the paper's std",
    "net147": "net 147's pooling", "half": "half the kernels", "without_conv4": "no conv4",
}


@dataclass(frozen=True)
class Singles:
    """A `cvlib.load_study("singles")`, or what there is of it. Effects are what a measure of `MEASURES` gains
    where the change is made, in its unit; runs with one seed are compared with each other."""

    study: object

    def effects(self, measure: str) -> list:
        """Those of the changes of which there are runs, with 95 % intervals by least squares; none before
        there are runs enough."""
        tried = [name for name, levels in self.study.factors.items() if any(levels)]
        try:
            return self.study.effects(MEASURES[measure].of, blocks=["seed"], only=tried)
        except ValueError:
            return []

    def rows(self, measure: str) -> dict[str, list]:
        """What `cvlib.plot.estimates` draws."""
        return effect_rows([one._replace(name=NAMES[one.name]) for one in self.effects(measure)])

    def numbers(self, measure: str) -> dict[str, int | str]:
        """``runs``, ``planned``, the ``finding``, and of each change its effect in words."""
        effects = {one.name: effect_text(one, 1).replace("-", "−") for one in self.effects(measure)}
        return {"runs": len(self.study.runs), "planned": len(self.study.plan.runs),
                "finding": effect_finding(self.effects(measure), MEASURES[measure].name, NAMES)
                } | {name: effects.get(name, "not run yet") for name in NAMES}
