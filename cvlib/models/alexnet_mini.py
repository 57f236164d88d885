"""AlexNet for two processor cores, this course's own: half the pixels and maps, a quarter of the hidden.

All of the paper's parts and its kernel sizes; the maps are 27, 13, 6 and 3 wide where the paper's are 55, 27,
13 and 6. For the raw 0-255 input each layer starts with the gain that it had in the 2012 source at full
size: std = the source's std times sqrt(full fan-in / own fan-in).
"""
from collections.abc import Sequence
from math import sqrt

from torch import nn

from cvlib.models.alexnet import AlexNet, initialise, initialise_kaiming, weighted_layers
from cvlib.models.alexnet_2012 import SOURCE_STD, as_run, chosen_differences

__all__ = ["LAYOUTS", "alexnet_mini"]

LAYOUTS = {  # maps in conv1 ... conv5, groups
    "two_towers": ((48, 128, 192, 192, 128), 2),  # `alexnet`, halved
    "one_tower": ((32, 96, 192, 128, 128), 1),  # arXiv:1404.5997, halved: as many parameters, all connections
    "half": ((24, 64, 96, 96, 128), 1),  # `alexnet_half`, halved: the paper's one-GPU network (Sec. 3.2)
}
FULL_FAN_IN = {"conv1": 363, "conv2": 1200, "conv3": 2304, "conv4": 1728, "conv5": 1728,
               "fc6": 9216, "fc7": 4096, "fc8": 4096}  # of `alexnet`


def alexnet_mini(num_classes: int = 1000, in_channels: int = 3, image_size: int = 112,
                 without: Sequence[str] = (), layout: str = "two_towers", padding: str = "end",
                 init: str = "source", differences: Sequence[str] = ()) -> AlexNet:
    """The small network; ``layout`` is one of `LAYOUTS`, ``padding`` that of `first_padding`.

    ``init`` "source" is for the raw input, "kaiming" for inputs of unit variance. ``differences`` are those
    of `DIFFERENCES` in which it is to be as the source ran it; its standard deviations always are.

    Raises ValueError as `AlexNet` and `as_run` do, and for another layout, init or difference.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"layout is one of {', '.join(LAYOUTS)}, not {layout!r}")
    if init not in ("source", "kaiming"):
        raise ValueError(f"init is 'source' or 'kaiming', not {init!r}")
    if "std" in chosen_differences(differences):
        raise ValueError("alexnet_mini starts with the source's standard deviations: leave 'std' out of "
                         "differences")
    widths, groups = LAYOUTS[layout]
    model = AlexNet(widths, 1024, num_classes=num_classes, in_channels=in_channels, image_size=image_size,
                    groups=groups, without=without, padding=padding)
    model = initialise_kaiming(model) if init == "kaiming" else initialise(model, gains_kept(model))
    return as_run(model, differences)


def gains_kept(model: AlexNet) -> dict[str, float]:
    """Standard deviations by layer with which each keeps the gain that it had in the source."""
    return {name: SOURCE_STD.get(name, 0.01) * sqrt(FULL_FAN_IN[name] / fan_in(layer))
            for name, layer in weighted_layers(model).items()}


def fan_in(layer: nn.Module) -> int:
    """Inputs that one output of a convolution or linear layer reads."""
    return layer.weight[0].numel()
