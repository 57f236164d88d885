"""The smallest study there can be: four corners, twice."""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.factor import Factor
from cvlib.studies.layouts import factorial_runs
from cvlib.studies.plan import StudyPlan

__all__ = ["tiny_plan"]


def tiny_plan() -> StudyPlan:
    """A small AlexNet on the drawn scenes: eight runs of two epochs, two minutes, to try studies with."""
    base = replace(get_recipe("alexnet_quick"), name="tiny", epochs=2, batch_size=64, augment=())
    factors = (
        Factor("rate", {"lr": 1e-4}, {"lr": 5e-4}),
        Factor("flips", high={"augment": "flip"}),
    )
    return StudyPlan(
        name="tiny", factors=factors, runs=factorial_runs(base, factors, seeds=(0, 1)),
        question="In two epochs, does a five times higher rate or mirroring help a small AlexNet?",
    )
