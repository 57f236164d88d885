"""What do smoothed labels do to the probabilities that a small AlexNet gives?"""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["smoothing_plan"]


def smoothing_plan() -> StudyPlan:
    """`alexnet_mini` on Intel without label smoothing: three runs, each scored by ten views and by one.

    The runs with smoothed labels and the same seeds are those of recipe `alexnet_mini` in ``results/runs``.
    """
    smoothed = get_recipe("alexnet_mini")
    plain = replace(smoothed, name=f"{smoothed.name}-unsmoothed", label_smoothing=0.0)
    return StudyPlan(
        name="smoothing", runs=replicates([plain], data="intel"),
        question="Is it the smoothed labels that make a small AlexNet promise more errors than it makes?",
    )
