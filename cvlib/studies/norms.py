"""When does local response normalisation act?"""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["norms_plan"]


def norms_plan() -> StudyPlan:
    """Recipe `alexnet_64px` on Intel with inputs of unit variance, and with the source's alpha / 5 on raw
    inputs: six runs. Unit inputs start with Kaiming's weights, as the input's scale asks.

    The printed formula on raw inputs, with the same seeds, is recipe `alexnet_64px` in study `padding`.
    """
    raw = get_recipe("alexnet_64px")
    others = [replace(raw, name=f"{raw.name}-unit", input_scale="unit", model_options={"init": "kaiming"}),
              replace(raw, name=f"{raw.name}-alpha-over-n", model_options={"differences": ("alpha",)})]
    return StudyPlan(
        name="norms", runs=replicates(others, data="intel"),
        question="At which scale of the input does local response normalisation do anything?",
    )
