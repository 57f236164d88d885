"""A ConvNet for the 2020s (Liu, Mao, Wu, Feichtenhofer, Darrell, Xie, CVPR 2022), arXiv:2201.03545.

New here is no part but their sum: a ResNet that took over, one after another, the choices of a vision
Transformer (Sec. 2; `cvlib.models.roadmap` goes that way). A block looks at 7 x 7 places of each map by
itself, then mixes the maps at each place; it has one norm and one activation.

Differs from the paper:
  - Weights start with a standard deviation of 0.02, as in the released code; Table 5 prints 0.2.
  - The linear layers of the released block are 1x1 convolutions here: the same function (caption of Fig. 4).
"""
from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from cvlib.layers import DropPath, LayerNorm2d, LayerScale

__all__ = ["STAGES", "Block", "ConvNeXt", "convnext_base", "convnext_large", "convnext_small",
           "convnext_tiny", "convnext_xlarge", "downsampling", "drop_rates", "initialise", "patchify",
           "pooled_head", "stage"]

STAGES = ("res2", "res3", "res4", "res5")  # their names in Table 9
TORCHVISION_NAMES = {name: name for name in ("convnext_tiny", "convnext_small", "convnext_base",
                                             "convnext_large")}
TORCHVISION_KEYS = {  # a pattern of theirs -> ours
    r"features\.0\.0\.(\w+)": r"stem.conv.\1",
    r"features\.0\.1\.(\w+)": r"stem.norm.\1",
    **{rf"features\.{2 * i + 1}\.(\d+)\.{theirs}": rf"stages.{name}.blocks.\1.branch.{ours}"
       for i, name in enumerate(STAGES) for theirs, ours in (
           (r"block\.0\.(\w+)", r"depthwise.\2"), (r"block\.2\.(\w+)", r"norm.\2"),
           (r"block\.3\.(\w+)", r"pointwise1.\2"), (r"block\.5\.(\w+)", r"pointwise2.\2"),
           (r"layer_scale", r"scale.weight"))},
    **{rf"features\.{2 * i}\.{j}\.(\w+)": rf"stages.{name}.downsample.{part}.\1"
       for i, name in enumerate(STAGES) if i for j, part in enumerate(("norm", "conv"))},
    r"classifier\.0\.(\w+)": r"head.norm.\1",
    r"classifier\.2\.(\w+)": r"head.fc.\1",
}  # of `ConvNeXt`
TIMM_KEYS = {
    r"stem\.0\.(\w+)": r"stem.conv.\1",
    r"stem\.1\.(\w+)": r"stem.norm.\1",
    **{rf"stages\.{i}\.blocks\.(\d+)\.{theirs}": rf"stages.{name}.blocks.\1.branch.{ours}"
       for i, name in enumerate(STAGES) for theirs, ours in (
           (r"conv_dw\.(\w+)", r"depthwise.\2"), (r"norm\.(\w+)", r"norm.\2"),
           (r"mlp\.fc1\.(\w+)", r"pointwise1.\2"), (r"mlp\.fc2\.(\w+)", r"pointwise2.\2"),
           (r"gamma", r"scale.weight"))},
    **{rf"stages\.{i}\.downsample\.{j}\.(\w+)": rf"stages.{name}.downsample.{part}.\1"
       for i, name in enumerate(STAGES) if i for j, part in enumerate(("norm", "conv"))},
    r"head\.norm\.(\w+)": r"head.norm.\1",
    r"head\.fc\.(\w+)": r"head.fc.\1",
}


class Block(nn.Module):
    """y = x + F(x), Fig. 4, with F: 7x7 depthwise convolution, LayerNorm, 1x1 to four times as many maps,
    GELU, 1x1 back, LayerScale, stochastic depth. (N, C, H, W) -> the same."""

    def __init__(self, channels: int, drop_path: float, layer_scale: float, kernel_size: int = 7):
        super().__init__()
        self.branch = nn.Sequential(OrderedDict(
            depthwise=nn.Conv2d(channels, channels, kernel_size, padding=kernel_size // 2, groups=channels),
            norm=LayerNorm2d(channels),
            pointwise1=nn.Conv2d(channels, 4 * channels, 1),
            act=nn.GELU(),
            pointwise2=nn.Conv2d(4 * channels, channels, 1),
            scale=LayerScale(channels, layer_scale),
            drop=DropPath(drop_path),
        ))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.branch(x)


def patchify(in_channels: int, channels: int) -> nn.Sequential:
    """The stem: 4x4 patches that do not overlap, (N, 3, S, S) -> (N, C, S/4, S/4) (Sec. 2.2)."""
    return nn.Sequential(OrderedDict(conv=nn.Conv2d(in_channels, channels, 4, stride=4),
                                     norm=LayerNorm2d(channels)))


def downsampling(in_channels: int, channels: int) -> nn.Sequential:
    """Between two stages: 2x2, stride 2, behind a LayerNorm, without which training diverged (Sec. 2.6)."""
    return nn.Sequential(OrderedDict(norm=LayerNorm2d(in_channels),
                                     conv=nn.Conv2d(in_channels, channels, 2, stride=2)))


def stage(blocks: Sequence[nn.Module], downsample: nn.Module | None = None) -> nn.Sequential:
    """The blocks of one resolution, behind what brings the maps to it."""
    parts = OrderedDict() if downsample is None else OrderedDict(downsample=downsample)
    return nn.Sequential(parts | OrderedDict(blocks=nn.Sequential(*blocks)))


def pooled_head(channels: int, num_classes: int, *, norm: bool = True) -> nn.Sequential:
    """Global average, LayerNorm, one linear layer: (N, C, H, W) -> (N, num_classes)."""
    parts = OrderedDict(pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(),
                        norm=nn.LayerNorm(channels, eps=1e-6), fc=nn.Linear(channels, num_classes))
    if not norm:
        del parts["norm"]
    return nn.Sequential(parts)


def drop_rates(rate: float, depths: Sequence[int]) -> list[list[float]]:
    """Of each block of each stage, how often its branch is dropped: 0 in the first, ``rate`` in the last, in
    even steps, as in the released code. (The rule of arXiv:1603.09382 starts with ``rate`` / blocks.)"""
    last = max(1, sum(depths) - 1)
    before = [sum(depths[:i]) for i in range(len(depths))]
    return [[rate * (first + i) / last for i in range(depth)]
            for first, depth in zip(before, depths, strict=True)]


def initialise(model: nn.Module) -> nn.Module:
    """Weights of convolutions and linear layers from a normal distribution of std 0.02, biases 0 (Table 5).

    The table's "trunc." cuts, in the released code, at -2 and 2: a hundred deviations off, never met.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.trunc_normal_(module.weight, std=0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return model


class ConvNeXt(nn.Module):
    """Sec. 3: ``depths`` blocks and ``widths`` maps in the four stages. (N, C, S, S) -> (N, num_classes).

    S is 32 at least; what 32 does not divide is cut off at the right and below. ``drop_path`` is the rate of
    the last block; raises ValueError unless it is in 0 ... 1, below 1.
    """

    def __init__(self, depths: Sequence[int], widths: Sequence[int], *, num_classes: int, in_channels: int,
                 drop_path: float, layer_scale: float, kernel_size: int = 7):
        super().__init__()
        rates = drop_rates(drop_path, depths)
        before = [None, *(downsampling(a, b) for a, b in pairwise(widths))]
        blocks = [[Block(width, rate, layer_scale, kernel_size) for rate in row]
                  for width, row in zip(widths, rates, strict=True)]
        self.stem = patchify(in_channels, widths[0])
        self.stages = nn.Sequential(OrderedDict(zip(STAGES, map(stage, blocks, before), strict=True)))
        self.head = pooled_head(widths[-1], num_classes)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)  # (N, 3, 224, 224) -> (N, C, 56, 56)
        x = self.stages(x)  # -> (N, 8 C, 7, 7)
        return self.head(x)  # -> (N, num_classes)


def convnext_tiny(num_classes: int = 1000, in_channels: int = 3, drop_path: float = 0.1,
                  layer_scale: float = 1e-6) -> ConvNeXt:
    """ConvNeXt-T: 28,589,128 parameters, the end of the roadmap from ResNet-50. ``drop_path`` is Table 5's
    for training on ImageNet-1K from scratch."""
    return ConvNeXt((3, 3, 9, 3), (96, 192, 384, 768), num_classes=num_classes, in_channels=in_channels,
                    drop_path=drop_path, layer_scale=layer_scale)


def convnext_small(num_classes: int = 1000, in_channels: int = 3, drop_path: float = 0.4,
                   layer_scale: float = 1e-6) -> ConvNeXt:
    """ConvNeXt-S: 50,223,688 parameters; ``drop_path`` is Table 5's."""
    return ConvNeXt((3, 3, 27, 3), (96, 192, 384, 768), num_classes=num_classes, in_channels=in_channels,
                    drop_path=drop_path, layer_scale=layer_scale)


def convnext_base(num_classes: int = 1000, in_channels: int = 3, drop_path: float = 0.5,
                  layer_scale: float = 1e-6) -> ConvNeXt:
    """ConvNeXt-B: 88,591,464 parameters; ``drop_path`` is Table 5's."""
    return ConvNeXt((3, 3, 27, 3), (128, 256, 512, 1024), num_classes=num_classes, in_channels=in_channels,
                    drop_path=drop_path, layer_scale=layer_scale)


def convnext_large(num_classes: int = 1000, in_channels: int = 3, drop_path: float = 0.5,
                   layer_scale: float = 1e-6) -> ConvNeXt:
    """ConvNeXt-L: 197,767,336 parameters; ``drop_path`` is Table 5's."""
    return ConvNeXt((3, 3, 27, 3), (192, 384, 768, 1536), num_classes=num_classes, in_channels=in_channels,
                    drop_path=drop_path, layer_scale=layer_scale)


def convnext_xlarge(num_classes: int = 1000, in_channels: int = 3, drop_path: float = 0.2,
                    layer_scale: float = 1e-6) -> ConvNeXt:
    """ConvNeXt-XL: 350,196,968 parameters; ``drop_path`` is Table 5's for ImageNet-22K, the only training
    from scratch that the paper gives it."""
    return ConvNeXt((3, 3, 27, 3), (256, 512, 1024, 2048), num_classes=num_classes, in_channels=in_channels,
                    drop_path=drop_path, layer_scale=layer_scale)
