"""When does local response normalisation act?"""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["norms_plan"]


def norms_plan() -> StudyPlan:
    """`alexnet_mini` on Intel with inputs of unit variance, and with the source's alpha / 5 on raw inputs:
    two runs, for their divisors. Unit inputs start with Kaiming's weights, as the input's scale asks.

    The printed formula on raw inputs is recipe `alexnet_mini` in ``results/runs``.
    """
    raw = get_recipe("alexnet_mini")
    others = [replace(raw, name=f"{raw.name}-unit", input_scale="unit", model_options={"init": "kaiming"}),
              replace(raw, name=f"{raw.name}-alpha-over-n", model_options={"differences": ("alpha",)})]
    return StudyPlan(
        name="norms", runs=replicates(others, seeds=[0], data="intel"),
        question="At which scale of the input does local response normalisation do anything?",
    )
