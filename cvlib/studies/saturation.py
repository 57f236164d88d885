"""Fig. 1 of the AlexNet paper again: how much sooner does ReLU reach a training error than tanh?"""
from dataclasses import replace

from cvlib.recipes import Recipe, get_recipe
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["saturation_plan"]

RATES = (0.001, 0.003, 0.01)  # 0.003 for 32 pictures is nearly the paper's 0.01 for 128 (Sec. 5)


def saturation_plan() -> StudyPlan:
    """Recipe `four_layer` on a fifth of CIFAR-10 with ReLU and tanh, three rates and three seeds each.

    The rates were moved down from 0.003 ... 0.03 when ReLU's first run at 0.01 had come to a standstill.
    """
    runs = [Planned(_recipe(activation, rate), data="cifar10_fifth", seed=seed,
                    blocks={"activation": activation, "rate": f"{rate:g}"})
            for seed in range(3) for activation in ("relu", "tanh") for rate in RATES]
    return StudyPlan(
        name="saturation", runs=runs, test=False,
        question="How many times sooner does a ReLU network reach 25 % training error than one with tanh?")


def _recipe(activation: str, rate: float) -> Recipe:
    base = get_recipe("four_layer")
    return replace(base, name=f"{base.name}-{activation}-lr{rate:g}", lr=rate,
                   model_options={**base.model_options, "activation": activation})
