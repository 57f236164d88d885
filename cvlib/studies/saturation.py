"""Fig. 1 of the AlexNet paper again: how much sooner does ReLU reach a training error than tanh?"""
from cvlib.recipes import Recipe
from cvlib.recipes.training import Constant
from cvlib.studies.plan import Planned, StudyPlan

__all__ = ["saturation_plan"]

RATES = (0.003, 0.01, 0.03)
EPOCHS = 30  # as many as half an hour on two cores allows, for all runs together


def saturation_plan() -> StudyPlan:
    """`four_layer` with half its maps on a fifth of CIFAR-10, ReLU and tanh, three rates, three seeds each.

    As the caption says: no regularisation of any kind (nor augmentation), and rates chosen for each. Ours:
    batches of 32, so that an epoch has nearly as many steps as one of batches of 128 on all of CIFAR-10, and
    a rate that stays.
    """
    runs = [Planned(_recipe(activation, rate), data="cifar10_fifth", seed=seed,
                    blocks={"activation": activation, "rate": f"{rate:g}"})
            for seed in range(3) for activation in ("relu", "tanh") for rate in RATES]
    return StudyPlan(
        name="saturation", runs=runs, test=False,
        question="How many times sooner does a ReLU network reach 25 % training error than one with tanh?")


def _recipe(activation: str, rate: float) -> Recipe:
    return Recipe(
        name=f"four_layer-{activation}-lr{rate:g}", model="four_layer",
        model_options={"activation": activation, "width": 16}, image_size=32, resize_ratio=1.0,
        input_scale="unit", augment=(), epochs=EPOCHS, batch_size=32,
        optimizer="sgd", lr=rate, momentum=0.9, weight_decay=0.0, schedule=Constant())
