"""What the tests of studies share: a small plan, records of it, and a judge of effects."""
from dataclasses import replace

import numpy as np
import pandas
import statsmodels.formula.api as smf

from cvlib.recipes import get_recipe
from cvlib.results import RunRecord, save_record, score
from cvlib.studies import Factor, StudyPlan, factorial_runs

BASE = replace(get_recipe("alexnet_quick"), name="base", augment=())
FACTORS = (Factor("rate", {"lr": 1e-4}, {"lr": 1e-3}), Factor("flips", high={"augment": "flip"}))
PLAN = StudyPlan("try", "?", factorial_runs(BASE, FACTORS, seeds=(0, 1)), FACTORS)
ACCURACIES = (0.60, 0.70, 0.64, 0.80, 0.62, 0.72, 0.66, 0.82)  # of PLAN's runs: rate changes fastest


def record(run, accuracy=0.5, *, study="try", hash="0123", split="test", **changes):
    """A finished run's record, its predictions right as often as ``accuracy`` says."""
    right = np.arange(200) < round(200 * accuracy)
    said = np.log(np.where(right[:, None], [0.8, 0.2], [0.3, 0.7])).astype(np.float16)
    labels = np.zeros(200, dtype=np.int64)
    sizes = {"val": 200, "test": 200}
    return RunRecord(**{
        "recipe": run.recipe.as_dict(), "seed": run.seed, "experiment": run.experiment(study),
        "data": {"name": run.data_name, "hash": hash, "classes": ["a", "b"], "sizes": sizes},
        "history": [{"epoch": 1, "train_loss": 1 - accuracy, "seconds": 30.0}], "labels": labels,
        "log_probabilities": said, "scores": {split: score(labels, said, 2)}} | changes)


def keep(plan, out, accuracies=ACCURACIES, **changes):
    """Records of the first runs of ``plan`` in ``out``."""
    for run, accuracy in zip(plan.runs, accuracies, strict=False):
        save_record(out / plan.name / run.name, record(run, accuracy, study=plan.name, **changes))


def judged(scores, levels, formula):
    """What statsmodels says: the coded coefficients, doubled, with their intervals and p-values."""
    table = pandas.DataFrame({name: 2 * np.asarray(column) - 1 if set(column) <= {0, 1} else column
                              for name, column in levels.items()} | {"score": scores})
    fit = smf.ols(f"score ~ {formula}", table).fit()
    return {name: (2 * fit.params[name], *(2 * fit.conf_int().loc[name]), fit.pvalues[name])
            for name in fit.params.index}
