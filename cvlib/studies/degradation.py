"""Fig. 6 of the ResNet paper at small size: do deeper networks train worse, and do shortcuts cure it?"""
from dataclasses import replace

from cvlib.recipes import Recipe, get_recipe
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["degradation_plan", "shortcuts_plan"]

FIFTH = "cifar10_fifth"


def degradation_plan() -> StudyPlan:
    """Plain and residual networks of 20 and 56 layers by recipe `resnet_cifar_small` on a fifth of CIFAR-10,
    three seeds: twelve runs, seed by seed."""
    runs = [Planned(_network(f"{kind}{depth}"), data=FIFTH, seed=seed,
                    factors={"residual": int(kind == "resnet"), "deep": int(depth == 56)})
            for seed in range(3) for kind in ("plain", "resnet") for depth in (20, 56)]
    return StudyPlan(
        name="degradation", runs=runs,
        question="Is the training error of 56 layers above that of 20, and is it so with shortcuts?")


def shortcuts_plan() -> StudyPlan:
    """Options B and C in the residual network of 20 layers, three seeds: six runs.

    Option A, with the same seeds, is the network of 20 layers with shortcuts in study `degradation`.
    """
    runs = [Planned(_network("resnet20", option), data=FIFTH, seed=seed, blocks={"shortcut": option})
            for seed in range(3) for option in ("B", "C")]
    return StudyPlan(
        name="shortcuts", runs=runs,
        question="Do projections help, where the size changes or everywhere (Sec. 4.1 of the paper)?")


def _network(short: str, shortcut: str | None = None) -> Recipe:
    base = get_recipe("resnet_cifar_small")
    options = dict(base.model_options) | ({"shortcut": shortcut} if shortcut else {})
    name = f"{short}_small" + (f"-{shortcut}" if shortcut else "")
    return replace(base, name=name, model=f"{short}_cifar", model_options=options)
