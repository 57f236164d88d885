"""Does it matter where the zeros of the first layer lie, or whether there are any?"""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["padding_plan"]


def padding_plan() -> StudyPlan:
    """Recipe `alexnet_64px` on Intel with three zeros at the right and below, with two on every side, with
    none and one place less, and with none and three more pixels (227 at full size): twelve runs."""
    end = get_recipe("alexnet_64px")
    ways = [
        end,
        replace(end, name=f"{end.name}-both-sides", model_options={"padding": "both"}),
        replace(end, name=f"{end.name}-no-zeros", model_options={"padding": "none"}),
        replace(end, name=f"{end.name}-more-pixels", image_size=67, model_options={"padding": "none"},
                resize_ratio=73 / 67),
    ]
    return StudyPlan(
        name="padding", runs=replicates(ways, data="intel"),
        question="Does the way in which the first layer is padded change what a small AlexNet learns?",
    )
