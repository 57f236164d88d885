"""The four families at small size, under one recipe and each under its own era's."""
from cvlib.recipes import get_recipe
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["FAMILIES", "families_plan"]

FAMILIES = ("alexnet", "vgg", "resnet", "convnext")


def families_plan() -> StudyPlan:
    """The four small networks on Intel at 64 pixels by the recipes `<family>_common`, which differ in the
    network alone, and `<family>_era`, three seeds each: 24 runs."""
    runs = [Planned(get_recipe(f"{family}_{kind}"), data="intel", seed=seed,
                    blocks={"family": family, "kind": kind})
            for seed in range(3) for kind in ("common", "era") for family in FAMILIES]
    return StudyPlan(
        name="families", runs=runs,
        question="How do the four families compare under one recipe, and what is each one's own worth to it?")
