"""Does it matter where the zeros of the first layer lie, or whether there are any?"""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["padding_plan"]


def padding_plan() -> StudyPlan:
    """`alexnet_mini` on Intel with two zeros on both sides, with none and one place less, and with none and
    three more pixels (227 at full size): nine runs.

    Those with three zeros at the right and below are those of recipe `alexnet_mini` in ``results/runs``.
    """
    end = get_recipe("alexnet_mini")
    others = [
        replace(end, name=f"{end.name}-both-sides", model_options={"padding": "both"}),
        replace(end, name=f"{end.name}-no-zeros", model_options={"padding": "none"}),
        replace(end, name=f"{end.name}-more-pixels", image_size=115, model_options={"padding": "none"},
                resize_ratio=128 / 115),
    ]
    return StudyPlan(
        name="padding", runs=replicates(others, data="intel"),
        question="Does the way in which the first layer is padded change what a small AlexNet learns?",
    )
