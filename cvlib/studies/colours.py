"""Do the towers of the paper's network part over colour, whatever the seed? (Sec. 6.1)"""
from dataclasses import replace

from cvlib.recipes import Constant, get_recipe
from cvlib.studies.layouts import replicates
from cvlib.studies.plan import StudyPlan

__all__ = ["colours_plan"]

LATER = (2, 3, 4)  # the seeds whose towers did not differ at 0.05 after three epochs


def colours_plan() -> StudyPlan:
    """The first three epochs of recipe `alexnet_intel`, the network at full size, with five seeds that the
    whole run did not have, and six epochs with those of them whose towers did not differ by then: is it
    only a matter of time? Five minutes an epoch on two quiet cores, and some five gigabytes of memory.

    The two recipes differ in name and epochs alone, and the longer runs went on from where the shorter end.
    """
    begun = replace(get_recipe("alexnet_intel"), name="alexnet_intel-begun", epochs=3, schedule=Constant(),
                    views=1)
    longer = replace(begun, name="alexnet_intel-longer", epochs=6)
    return StudyPlan(
        name="colours", test=False,
        runs=[*replicates([begun], seeds=range(1, 6), data="intel"),
              *replicates([longer], seeds=LATER, data="intel")],
        question="Do the towers of the paper's network part over colour in every run?",
    )
