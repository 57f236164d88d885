"""Deep Residual Learning for Image Recognition (He, Zhang, Ren, Sun, CVPR 2016), arXiv:1512.03385.

New here: a block learns a correction to its input, y = F(x) + x (Eq. 1). F is its branch, x its shortcut.

Differs from the paper, as torchvision does:
  - a bottleneck that halves its maps does so in its 3x3 convolution; `stride_on="1x1"` is the paper's.
  - resnet18 and resnet34 project their shortcuts where the shape changes (option B); those of the paper's
    Table 2 pad them with zeros (option A).
The last layer starts as PyTorch's do, the convolutions as `cvlib.models.residual` says.
"""
from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from torch import Tensor, nn

from cvlib.models.residual import (
    Block,
    basic_branch,
    bottleneck_branch,
    conv,
    head_of,
    initialise,
    plain_block,
    residual_block,
    stage_of,
)

__all__ = ["ResNet", "plain18", "plain34", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]

BASIC, WIDE = (64, 128, 256, 512), (256, 512, 1024, 2048)  # maps after conv2_x ... conv5_x (Table 1)

TORCHVISION_NAMES = {name: name for name in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")}
TORCHVISION_KEYS = {  # a pattern of theirs -> ours
    r"conv1\.(\w+)": r"stem.conv1.\1",
    r"bn1\.(\w+)": r"stem.norm1.\1",
    **{rf"layer{layer}\.(\d+)\.{theirs}\.(\w+)": rf"stages.conv{layer + 1}_x.\1.{ours}"
       for layer in (1, 2, 3, 4)
       for theirs, ours in ((r"conv(\d)", r"branch.conv\2.\3"), (r"bn(\d)", r"branch.norm\2.\3"),
                            (r"downsample\.0", r"shortcut.conv.\2"),
                            (r"downsample\.1", r"shortcut.norm.\2"))},
    r"fc\.(\w+)": r"head.fc.\1",
}  # of `ResNet`


class ResNet(nn.Module):
    """Table 1: ``widths`` maps after the ``depths`` blocks of conv2_x ... conv5_x; (N, C, H, W) ->
    (N, num_classes), of any size. The first block of each stage but conv2_x halves the maps.

    ``block`` is a `residual_block` or a `plain_block` of the network's branch. Raises ValueError as it does.
    """

    def __init__(self, block: Block, widths: Sequence[int], depths: Sequence[int], *, num_classes: int,
                 in_channels: int, zero_init: bool = False, stem_width: int = 64):
        super().__init__()
        self.stem = nn.Sequential(OrderedDict(
            conv1=conv(in_channels, stem_width, 7, 2), norm1=nn.BatchNorm2d(stem_width), relu1=nn.ReLU(),
            pool1=nn.MaxPool2d(3, 2, padding=1),
        ))
        before = (stem_width, *widths)
        self.stages = nn.Sequential(OrderedDict(
            (f"conv{2 + i}_x", stage_of(block, before[i], widths[i], depths[i], 1 + (i > 0)))
            for i in range(len(widths))))
        self.head = head_of(widths[-1], num_classes)
        initialise(self.modules(), zero_init=zero_init)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(self.stem(x)))


def resnet18(num_classes: int = 1000, in_channels: int = 3, shortcut: str = "B",
             zero_init: bool = False) -> ResNet:
    """18 layers: 11,689,512 parameters, 1.81 billion MACs at 224 pixels. Raises ValueError as `ResNet`."""
    block = partial(residual_block, basic_branch, shortcut)
    return ResNet(block, BASIC, (2, 2, 2, 2), num_classes=num_classes, in_channels=in_channels,
                  zero_init=zero_init)


def resnet34(num_classes: int = 1000, in_channels: int = 3, shortcut: str = "B",
             zero_init: bool = False) -> ResNet:
    """34 layers: 21,797,672 parameters, 3.66 billion MACs at 224 pixels. Raises ValueError as `ResNet`."""
    block = partial(residual_block, basic_branch, shortcut)
    return ResNet(block, BASIC, (3, 4, 6, 3), num_classes=num_classes, in_channels=in_channels,
                  zero_init=zero_init)


def resnet50(num_classes: int = 1000, in_channels: int = 3, stride_on: str = "3x3", shortcut: str = "B",
             zero_init: bool = False) -> ResNet:
    """50 layers: 25,557,032 parameters, 4.09 billion MACs at 224 pixels, 3.86 with ``stride_on`` "1x1".

    The shapes of the weights do not say which of the two they were trained for: torchvision's were for "3x3".
    Raises ValueError as `ResNet` does.
    """
    block = partial(residual_block, partial(bottleneck_branch, stride_on=stride_on), shortcut)
    return ResNet(block, WIDE, (3, 4, 6, 3), num_classes=num_classes, in_channels=in_channels,
                  zero_init=zero_init)


def resnet101(num_classes: int = 1000, in_channels: int = 3, stride_on: str = "3x3", shortcut: str = "B",
              zero_init: bool = False) -> ResNet:
    """101 layers: 44,549,160 parameters, 7.80 billion MACs at 224 pixels; otherwise as `resnet50`."""
    block = partial(residual_block, partial(bottleneck_branch, stride_on=stride_on), shortcut)
    return ResNet(block, WIDE, (3, 4, 23, 3), num_classes=num_classes, in_channels=in_channels,
                  zero_init=zero_init)


def resnet152(num_classes: int = 1000, in_channels: int = 3, stride_on: str = "3x3", shortcut: str = "B",
              zero_init: bool = False) -> ResNet:
    """152 layers: 60,192,808 parameters, 11.5 billion MACs at 224 pixels; otherwise as `resnet50`."""
    block = partial(residual_block, partial(bottleneck_branch, stride_on=stride_on), shortcut)
    return ResNet(block, WIDE, (3, 8, 36, 3), num_classes=num_classes, in_channels=in_channels,
                  zero_init=zero_init)


def plain18(num_classes: int = 1000, in_channels: int = 3) -> ResNet:
    """`resnet18` without its shortcuts: 11,515,688 parameters (Table 2)."""
    block = partial(plain_block, basic_branch)
    return ResNet(block, BASIC, (2, 2, 2, 2), num_classes=num_classes, in_channels=in_channels)


def plain34(num_classes: int = 1000, in_channels: int = 3) -> ResNet:
    """`resnet34` without its shortcuts (Fig. 3, middle): 21,623,848 parameters (Table 2)."""
    block = partial(plain_block, basic_branch)
    return ResNet(block, BASIC, (3, 4, 6, 3), num_classes=num_classes, in_channels=in_channels)
