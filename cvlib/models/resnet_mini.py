"""ResNet-18 for two processor cores, this course's own: a quarter of the maps, meant for half the pixels.

At 112 pixels a picture costs 36 million MACs, 0.8 of `alexnet_mini`'s, and a step of training takes about as
long on one core, since BatchNorm and the shortcuts take time and no MACs. At 64 pixels it takes a third.
"""
from functools import partial

from cvlib.models.residual import basic_branch, residual_block
from cvlib.models.resnet import ResNet

__all__ = ["resnet_mini"]


def resnet_mini(num_classes: int = 1000, in_channels: int = 3, shortcut: str = "B",
                zero_init: bool = False) -> ResNet:
    """The small network: 18 layers, 16 to 128 maps, 702,870 parameters for 6 classes. Raises ValueError as
    `ResNet` does."""
    block = partial(residual_block, basic_branch, shortcut)
    return ResNet(block, (16, 32, 64, 128), (2, 2, 2, 2), num_classes=num_classes, in_channels=in_channels,
                  zero_init=zero_init, stem_width=16)
