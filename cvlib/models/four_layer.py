"""A four-layer network for CIFAR-10, in the place of the one in Fig. 1 of the AlexNet paper (NIPS 2012).

The caption says "a four-layer convolutional neural network" and no more. Ours follows the network for
CIFAR-10 in the first author's cuda-convnet with four layers that have weights, and no norms
(layers-19pct.cfg): three 5x5 convolutions of 32, 32 and 64 maps, each with overlapping pooling, and one
linear layer. What is ours, because the paper does not print it:
  - that it is this network (footnote 3 says that the one of Sec. 3.3 is in cuda-convnet, and not this one);
  - maximum pooling everywhere (cuda-convnet averages in layers 2 and 3), in front of the activation: the two
    commute, since both activations rise, and it leaves a quarter of the values to compute;
  - the start: PyTorch's own in both networks, so that the activation is all in which they differ. Its weights
    have a sixth of He's variance, and the maximum of nine makes up for that: the maps keep their size.
"""
from collections import OrderedDict

from torch import Tensor, nn

from cvlib.models.alexnet import check_pictures, pooled

__all__ = ["ACTIVATIONS", "FourLayer", "four_layer"]

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}


class FourLayer(nn.Module):
    """Convolutions of ``width``, ``width`` and twice as many maps and a linear layer: (N, C, S, S) ->
    (N, num_classes).

    ``image_size`` S is fixed at construction, since the linear layer reads all places of the last map.
    Raises ValueError for another activation, for a picture too small, and when it runs for one of another
    shape.
    """

    def __init__(self, num_classes: int, in_channels: int, image_size: int, activation: str,
                 width: int):
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is one of {', '.join(ACTIVATIONS)}, not {activation!r}")
        last_map = pooled(pooled(pooled(image_size)))
        if last_map < 1:
            raise ValueError(f"in FourLayer a picture of {image_size} pixels shrinks to nothing")
        self.reads = (in_channels, image_size, image_size)
        self.stem = nn.Identity()
        stages, maps = OrderedDict(), in_channels
        for layer, after in enumerate((width, width, 2 * width), 1):
            stages[f"conv{layer}"] = nn.Conv2d(maps, after, 5, padding=2)
            stages[f"pool{layer}"] = nn.MaxPool2d(3, 2, ceil_mode=True)
            stages[f"act{layer}"] = ACTIVATIONS[activation]()
            maps = after
        self.stages = nn.Sequential(stages)
        self.head = nn.Sequential(OrderedDict(
            flatten=nn.Flatten(), fc4=nn.Linear(maps * last_map**2, num_classes)))

    def forward(self, x: Tensor) -> Tensor:
        check_pictures(x, self.reads)
        return self.head(self.stages(self.stem(x)))


def four_layer(num_classes: int = 10, in_channels: int = 3, image_size: int = 32, activation: str = "relu",
               width: int = 32) -> FourLayer:
    """The network with "relu" or "tanh", for inputs of unit variance: 89,578 parameters at 32 maps.

    Raises ValueError as `FourLayer` does.
    """
    return FourLayer(num_classes, in_channels, image_size, activation, width)
