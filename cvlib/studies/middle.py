"""Does a small AlexNet need its middle layers?"""
from dataclasses import replace

from cvlib.recipes import get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["middle_layers_plan"]


def middle_layers_plan() -> StudyPlan:
    """`alexnet_mini` on Intel without conv3, and without conv4 (Sec. 7 of the AlexNet paper): six runs.

    The whole network's runs, with the same seeds, are those of recipe `alexnet_mini` in ``results/runs``.
    """
    whole = get_recipe("alexnet_mini")
    shorter = [replace(whole, name=f"{whole.name}-without-{layer}", model_options={"without": (layer,)})
               for layer in ("conv4", "conv3")]
    return StudyPlan(
        name="middle_layers", runs=replicates(shorter, data="intel"),
        question="What does a small AlexNet lose on Intel scenes without one of its middle convolutions?",
    )
