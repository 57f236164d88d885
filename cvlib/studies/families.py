"""The four families: small, under one recipe and each under its own era's, and the networks themselves."""
from cvlib.recipes import get_recipe
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["FAMILIES", "families_plan", "four_plan"]

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


def four_plan() -> StudyPlan:
    """The student report's comparison as two processor cores can make it: AlexNet, VGG-19, ResNet-152 and
    ConvNeXt-T, whole, by the recipes `<family>_full`, one seed each."""
    runs = [Planned(get_recipe(f"{family}_full"), data="intel", blocks={"family": family})
            for family in FAMILIES]
    return StudyPlan(
        name="four", runs=runs,
        question="How far do the four networks themselves come when each has seen as many pictures?")
