"""What are two towers worth?"""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["towers_plan"]


def towers_plan() -> StudyPlan:
    """Recipe `alexnet_64px` on Intel as one tower of as many parameters, and as the paper's one-GPU network
    with half the kernels (Sec. 3.2): six runs.

    The two towers, with the same seeds, are the runs of recipe `alexnet_64px` in study `padding`.
    """
    two = get_recipe("alexnet_64px")
    others = [replace(two, name=f"{two.name}-{layout.replace('_', '-')}", model_options={"layout": layout})
              for layout in ("half", "one_tower")]
    return StudyPlan(
        name="towers", runs=replicates(others, data="intel"),
        question="Do two towers beat half the kernels, or one tower of as many parameters?",
    )
