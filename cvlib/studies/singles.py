"""What a design of two levels cannot hold: the whole network, and eight that differ from it in one thing.

The network and the recipe are the ablation's, so that the figures stand beside its own. Studies `norms`,
`towers` and `middle_layers` ask some of the same of a network trained otherwise (Adam, zoomed crops, more
photographs), and three seeds each: their figures cannot be set against these.
"""
from dataclasses import replace

from cvlib.recipes import Crop, Flip, Lighting, Recipe
from cvlib.studies.ablation import FACTORS, base
from cvlib.studies.factor import corner
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["CHANGES", "singles_plan"]

CHANGES = {  # options of the network, or fields of the recipe
    "tanh": {"activation": "tanh"},  # for ReLU (Sec. 3.1)
    "alpha_over_n": {"differences": ("alpha",)},  # LRN as the source computed it, for the printed formula
    "eigenvalue": {"augment": (Crop(), Flip(), Lighting(scale="eigenvalue"))},  # Sec. 4.1 to the letter
    "eigenvalue_unit": {"augment": (Crop(), Flip(), Lighting(0.1 / 255, "eigenvalue"))},  # of 0 ... 1
    "std_of_paper": {"std": "paper"},  # 0.01 in conv3 to conv5 too (Sec. 5), for the source's 0.03
    "net147": {"pooling": "net147"},  # disjoint pooling with the two paddings that the source changed besides
    "half": {"layout": "half"},  # the one-GPU network (Sec. 3.2)
    "without_conv4": {"without": ("conv4",)},  # a middle layer less (Sec. 7)
}


def singles_plan() -> StudyPlan:
    """The whole network where photographs are scarce, and each of `CHANGES` alone, five seeds: 45 runs."""
    whole = corner(base("scarce"), FACTORS, {factor.name: 1 for factor in FACTORS}, name="singles-whole")
    recipes = {None: whole} | {name: changed(whole, name) for name in CHANGES}
    runs = [Planned(recipe, data="intel_fifth", seed=seed, factors={one: int(one == name) for one in CHANGES})
            for seed in range(5) for name, recipe in recipes.items()]
    return StudyPlan(
        name="singles", runs=runs,
        question="What do eight more choices cost AlexNet where photographs are scarce, each alone?")


def changed(whole: Recipe, name: str) -> Recipe:
    """``whole`` with one of `CHANGES`."""
    change = CHANGES[name]
    fields = change if "augment" in change else {"model_options": dict(whole.model_options) | change}
    return replace(whole, name=f"singles-{name}", **fields)
