"""What one change alone does to the whole network, from the records of study `singles`."""
from dataclasses import dataclass

import numpy as np
from scipy import stats

from cvlib.analysis.parts import MEASURES
from cvlib.analysis.told import effect_finding, effect_rows, effect_text
from cvlib.stats import Effect, holm, mean_interval

__all__ = ["Singles"]

NAMES = {
    "tanh": "tanh", "alpha_over_n": "alpha over five", "eigenvalue": "light by eigenvalues of 0 to 255",
    "eigenvalue_unit": "light by eigenvalues of 0 to 1", "std_of_paper": "the paper's std",
    "net147": "net 147's pooling", "half": "half the kernels", "without_conv4": "no conv4",
}


@dataclass(frozen=True)
class Singles:
    """A `cvlib.load_study("singles")`, or what there is of it. Effects are what a measure of `MEASURES` gains
    where the change is made, in its unit; runs with one seed are compared with each other."""

    study: object

    def effects(self, measure: str) -> list[Effect]:
        """Those of the changes of which two seeds or more have run, and so has the whole network: Student's
        interval of the differences, each change by its own. They do not share an error: networks that learn
        nothing scatter otherwise than networks that do."""
        scores: dict[str, dict[int, float]] = {}
        for run, value in zip(self.study.planned, self.study.score(MEASURES[measure].of), strict=True):
            scores.setdefault(run.recipe.name.removeprefix("singles-"), {})[run.seed] = value
        whole = scores.get("whole", {})
        apart = {name: [value - whole[seed] for seed, value in scores.get(name, {}).items() if seed in whole]
                 for name in NAMES}
        return [Effect(name, *mean_interval(values), float(stats.ttest_1samp(values, 0).pvalue))
                for name, values in apart.items() if len(values) > 1]

    def rows(self, measure: str, *, without: tuple[str, ...] = ()) -> dict[str, list]:
        """What `cvlib.plot.estimates` draws, of all changes but those ``without``."""
        return effect_rows([one._replace(name=NAMES[one.name]) for one in self.effects(measure)
                            if one.name not in without])

    def numbers(self, measure: str) -> dict[str, int | str]:
        """``runs``, ``planned``, the ``finding``, how many are clear after Holm's correction, ``holm``, and
        of each change its effect in words."""
        found = self.effects(measure)
        effects = {one.name: effect_text(one, 1).replace("-", "−") for one in found}
        strict = np.array(holm([one.p_value for one in found])) < 0.05 if found else []
        return {"runs": len(self.study.runs), "planned": len(self.study.plan.runs), "holm": int(sum(strict)),
                "finding": effect_finding(found, MEASURES[measure].name, NAMES)
                } | {name: effects.get(name, "not run yet") for name in NAMES}
