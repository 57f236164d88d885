"""Do the towers of the paper's network part over colour, whatever the seed? (Sec. 6.1)"""
from dataclasses import replace

from cvlib.recipes import Constant, get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["colours_plan"]


def colours_plan() -> StudyPlan:
    """The first three epochs of recipe `alexnet_intel`, the network at full size, with five seeds that the
    whole run did not have; a quarter of an hour a run on two quiet cores, and some five gigabytes of memory.
    """
    begun = replace(get_recipe("alexnet_intel"), name="alexnet_intel-begun", epochs=3, schedule=Constant(),
                    views=1)
    return StudyPlan(
        name="colours", runs=replicates([begun], seeds=range(1, 6), data="intel"), test=False,
        question="Do the towers of the paper's network part over colour in every run?",
    )
