"""The residual networks for CIFAR-10 of Sec. 4.2 (arXiv:1512.03385), and their plain twins.

6n + 2 layers with weights: a 3x3 convolution, three stages of n blocks with 16, 32 and 64 maps of 32x32,
16x16 and 8x8 places, and a linear layer. Shortcuts are padded (option A), so that a network and its plain
twin have the same parameters; here they have the same names too.

Not the paper's, and options here: `width`, the maps of the first stage, and shortcuts B and C.
"""
from collections import OrderedDict
from functools import partial

from torch import Tensor, nn

from cvlib.models.residual import (
    Block,
    basic_branch,
    conv,
    head_of,
    initialise,
    plain_block,
    residual_block,
    stage_of,
)

__all__ = ["CifarResNet", "plain20_cifar", "plain32_cifar", "plain44_cifar", "plain56_cifar",
           "plain110_cifar", "resnet20_cifar", "resnet32_cifar", "resnet44_cifar", "resnet56_cifar",
           "resnet110_cifar"]


class CifarResNet(nn.Module):
    """``depth`` = 6n + 2 layers, ``width`` maps in the first stage and twice as many in each that follows,
    at half the size; (N, C, H, W) -> (N, num_classes), of any size.

    ``block`` is a `residual_block` or a `plain_block` of a branch. Raises ValueError for another depth, for
    a width that is no whole number from 1, and as the block does.
    """

    def __init__(self, depth: int, width: int, block: Block, *, num_classes: int, in_channels: int,
                 zero_init: bool = False):
        super().__init__()
        if depth < 8 or depth % 6 != 2:
            raise ValueError(f"depth is 6n + 2, n = 1, 2, ..., not {depth}")
        if not isinstance(width, int) or width < 1:
            raise ValueError(f"width is a whole number, at least 1, not {width!r}")
        blocks, widths = (depth - 2) // 6, (width, 2 * width, 4 * width)
        self.stem = nn.Sequential(OrderedDict(
            conv1=conv(in_channels, width, 3), norm1=nn.BatchNorm2d(width), relu1=nn.ReLU()))
        self.stages = nn.Sequential(OrderedDict(
            stage1=stage_of(block, width, widths[0], blocks, stride=1),
            stage2=stage_of(block, widths[0], widths[1], blocks, stride=2),
            stage3=stage_of(block, widths[1], widths[2], blocks, stride=2),
        ))
        self.head = head_of(widths[2], num_classes)
        initialise(self.modules(), zero_init=zero_init)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(self.stem(x)))


def residual(shortcut: str) -> Block:
    """Two 3x3 convolutions beside a shortcut."""
    return partial(residual_block, basic_branch, shortcut)


PLAIN = partial(plain_block, basic_branch)


def resnet20_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16, shortcut: str = "A",
                   zero_init: bool = False) -> CifarResNet:
    """20 layers: 269,722 parameters for 10 classes (Table 6). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(20, width, residual(shortcut), num_classes=num_classes, in_channels=in_channels,
                       zero_init=zero_init)


def resnet32_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16, shortcut: str = "A",
                   zero_init: bool = False) -> CifarResNet:
    """32 layers: 464,154 parameters for 10 classes (Table 6). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(32, width, residual(shortcut), num_classes=num_classes, in_channels=in_channels,
                       zero_init=zero_init)


def resnet44_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16, shortcut: str = "A",
                   zero_init: bool = False) -> CifarResNet:
    """44 layers: 658,586 parameters for 10 classes (Table 6). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(44, width, residual(shortcut), num_classes=num_classes, in_channels=in_channels,
                       zero_init=zero_init)


def resnet56_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16, shortcut: str = "A",
                   zero_init: bool = False) -> CifarResNet:
    """56 layers: 853,018 parameters for 10 classes (Table 6). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(56, width, residual(shortcut), num_classes=num_classes, in_channels=in_channels,
                       zero_init=zero_init)


def resnet110_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16, shortcut: str = "A",
                    zero_init: bool = False) -> CifarResNet:
    """110 layers: 1,727,962 parameters for 10 classes (Table 6). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(110, width, residual(shortcut), num_classes=num_classes, in_channels=in_channels,
                       zero_init=zero_init)


def plain20_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16) -> CifarResNet:
    """`resnet20_cifar` without its shortcuts (Fig. 6, left). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(20, width, PLAIN, num_classes=num_classes, in_channels=in_channels)


def plain32_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16) -> CifarResNet:
    """`resnet32_cifar` without its shortcuts (Fig. 6, left). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(32, width, PLAIN, num_classes=num_classes, in_channels=in_channels)


def plain44_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16) -> CifarResNet:
    """`resnet44_cifar` without its shortcuts (Fig. 6, left). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(44, width, PLAIN, num_classes=num_classes, in_channels=in_channels)


def plain56_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16) -> CifarResNet:
    """`resnet56_cifar` without its shortcuts (Fig. 6, left). Raises ValueError as `CifarResNet` does."""
    return CifarResNet(56, width, PLAIN, num_classes=num_classes, in_channels=in_channels)


def plain110_cifar(num_classes: int = 10, in_channels: int = 3, width: int = 16) -> CifarResNet:
    """`resnet110_cifar` without its shortcuts. Raises ValueError as `CifarResNet` does."""
    return CifarResNet(110, width, PLAIN, num_classes=num_classes, in_channels=in_channels)
