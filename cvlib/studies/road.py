"""The road from ResNet-50 to ConvNeXt-T at small size, and the two recipes at its beginning."""
from dataclasses import replace

from cvlib.recipes import Group, Lighting, Recipe, get_recipe
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["recipes_plan", "roadmap_plan"]

LAST = 12
NARROW = {"depths": ((1, 1, 2, 1), (1, 1, 3, 1)), "widths": (16, 24)}
SPARED = (Group("*.bias", weight_decay=0.0), Group("*norm*", weight_decay=0.0))


def roadmap_plan() -> StudyPlan:
    """Every step once and the first and the last three times, narrow, on Intel by ConvNeXt's recipe at small
    size (`convnext_era`): seventeen runs."""
    seeds = [(step, 0) for step in range(LAST + 1)] + [(step, seed) for seed in (1, 2) for step in (0, LAST)]
    runs = [Planned(modern(step), data="intel", seed=seed, blocks={"step": step}) for step, seed in seeds]
    return StudyPlan(
        name="roadmap", runs=runs,
        question="Which steps from ResNet-50 to ConvNeXt-T help a small network on small photographs?")


def recipes_plan() -> StudyPlan:
    """The first step by ResNet's recipe at small size, `resnet_era` without its light: three runs.

    By ConvNeXt's recipe, with the same seeds, it is in study `roadmap`.
    """
    era = get_recipe("resnet_era")
    unlit = tuple(value for value in era.augment if not isinstance(value, Lighting))
    old = replace(era, name="road-00-old", model="convnext_roadmap", augment=unlit,
                  model_options={**NARROW, "step": 0})
    return StudyPlan(
        name="recipes", runs=[Planned(old, data="intel", seed=seed) for seed in range(3)],
        question="What is a residual network's recipe of 2015 worth beside ConvNeXt's?")


def modern(step: int) -> Recipe:
    """`convnext_era` for that step; only the last has the LayerScale that its third group spares."""
    era = get_recipe("convnext_era")
    options = {**NARROW, **era.model_options, "step": step}
    return replace(era, name=f"road-{step:02d}", model="convnext_roadmap", model_options=options,
                   groups=era.groups if step == LAST else SPARED)
