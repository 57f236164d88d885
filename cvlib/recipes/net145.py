"""How net 145, the published AlexNet, was trained in fact: its author's hand on the rates, epoch by epoch.

From the notes in layer-params-145.cfg:169-181 (ILSVRC-2012) and layer-params-145-2010.cfg:170-176
(ILSVRC-2010) of computerhistory/AlexNet-Source-Code at 2f8b81f. The paper says that all layers had equal
rates, cut three times (Sec. 5); here conv1 stopped learning before the others, and biases learned at twice
the rate and hardly ever less.
"""
from dataclasses import dataclass, replace

from cvlib.recipes.augmentation import Crop, Flip, Lighting
from cvlib.recipes.papers import ALEXNET_PAPER
from cvlib.recipes.recipe import Recipe
from cvlib.recipes.training import Constant, Group, Levels, Steps

__all__ = ["ALEXNET_AS_RUN", "ALEXNET_INTEL", "NETS", "Net"]

RATE = 0.01


@dataclass(frozen=True)
class Net:
    """The rates of a net: shares of `RATE` for ``weights`` and for those of ``conv1``, of twice as much for
    ``biases``; ``unlit`` is the epoch from which the colours had no more noise, where it is noted."""

    name: str
    data: str
    weights: Levels
    conv1: Levels
    biases: Constant | Levels
    epochs: int
    unlit: int | None
    where: str


NETS = {net.name: net for net in (
    Net("145", "ILSVRC-2012", Levels((25, 51, 79), (0.1, 0.01, 0.001)),
        Levels((25, 51, 67, 72), (0.1, 0.01, 0.001, 0.0)), Constant(), 91, 67,
        "layer-params-145.cfg:169-181"),
    Net("145-2010", "ILSVRC-2010", Levels((23, 51, 78), (0.1, 0.01, 0.001)),
        Levels((23, 51, 68, 72), (0.1, 0.01, 0.001, 0.0)),
        Levels((78,), (0.1,)),  # a tenth in the end; since when is not noted: the last cut is our guess
        93, None, "layer-params-145-2010.cfg:170-176"),
)}

NET = NETS["145"]
ALEXNET_AS_RUN = Recipe(
    name="alexnet_as_run", model="alexnet_2012", image_size=224,
    augment=(Crop(shared=32), Flip(shared=32), Lighting(divide=True)),
    epochs=NET.epochs, batch_size=128,
    optimizer="paper_sgd", lr=RATE, weight_decay=5e-4, schedule=NET.weights,
    groups=(Group("*.bias", 2.0, 0.0, NET.biases), Group("stages.conv1.weight", 1.0, None, NET.conv1)),
    views=10,
)
"""The network, the rates and the augmentation of the 2012 source. Departures: colour noise to the end (the
source's stopped at epoch 67), pictures in another order every epoch."""

ALEXNET_INTEL = replace(
    ALEXNET_PAPER, name="alexnet_intel", model="alexnet_2012",
    model_options={"differences": ("dropout", "std")}, epochs=20, schedule=Steps(at=(12, 16, 18)),
    precision="bfloat16",
)
"""The paper's network and rule at full size for Intel scenes, 99 steps an epoch: two to three hours on one
core. It starts as the source did, and its dropout halves at test time (Sec. 4.2), since with outputs doubled
in training the loss is no number after some ten steps. Departures: 20 epochs, the places of the cuts, and
products in bfloat16 (weights, norms and loss in float32), which take about two thirds of the time."""
