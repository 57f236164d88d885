"""From ResNet-50 to ConvNeXt-T, a step a row of Table 10 (arXiv:2201.03545, Sec. 2 and Appendix C).

Every step is a network that can be trained. Its multiply-accumulates at 224 pixels are those of Table 10 to
the printed digit, but for the last two rows: counted, LayerNorm adds nothing and leaves 4.15 G where 4.46
stands, and ConvNeXt-T has 4.46 G where 4.49 stands. Table 11 has no such jump.

Where the text is silent:
  - The patchify stem is a convolution alone: the norm behind the stem comes with the last step (Sec. 2.6).
  - Shortcuts that change the shape keep their norm until "fewer norms"; from there on a block has one.
  - LayerScale and stochastic depth are settings of the training (Table 5). Here stochastic depth is an option
    of every step, and LayerScale comes with the last one unless ``layer_scale`` says otherwise.
"""
from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn

from cvlib.layers import DropPath, LayerScale
from cvlib.models import convnext
from cvlib.models.convnext import STAGES, downsampling, drop_rates, initialise, patchify, pooled_head, stage
from cvlib.models.roadmap_steps import LAST, Design, design_of

__all__ = ["Residual", "Roadmap", "branch", "convnext_roadmap", "projection", "stem_of"]

RESNET50_KEYS = {  # a pattern of torchvision's resnet50 -> ours, step 0
    r"conv1\.(\w+)": r"stem.conv.\1",
    r"bn1\.(\w+)": r"stem.norm.\1",
    **{rf"layer{i + 1}\.(\d+)\.{theirs}\.(\w+)": rf"stages.{name}.blocks.\1.{ours}.\2"
       for i, name in enumerate(STAGES) for theirs, ours in (
           ("conv1", "branch.pointwise1"), ("conv2", "branch.spatial"), ("conv3", "branch.pointwise2"),
           ("bn1", "branch.norm1"), ("bn2", "branch.norm2"), ("bn3", "branch.norm3"),
           (r"downsample\.0", "shortcut.conv"), (r"downsample\.1", "shortcut.norm"))},
    r"fc\.(\w+)": r"head.fc.\1",
}
TORCHVISION_KEYS = (RESNET50_KEYS, convnext.TORCHVISION_KEYS, convnext.TIMM_KEYS)  # of the two ends


class Residual(nn.Module):
    """y = act(shortcut(x) + F(x)), Fig. 3 and 4: (N, C, H, W) -> (N, C', H / stride, W / stride), where C' is
    ``width``, or four times that before the dimensions are inverted."""

    def __init__(self, design: Design, in_channels: int, width: int, stride: int, *, drop_path: float,
                 layer_scale: float):
        super().__init__()
        channels = width if design.inverted else 4 * width
        self.branch = branch(design, in_channels, width, stride)
        if layer_scale:
            self.branch.add_module("scale", LayerScale(channels, layer_scale))
        self.branch.add_module("drop", DropPath(drop_path))
        changes = stride > 1 or in_channels != channels
        self.shortcut = projection(design, in_channels, channels, stride) if changes else nn.Identity()
        self.act = nn.Identity() if design.one_act else design.act()

    def forward(self, x: Tensor) -> Tensor:
        return self.act(self.shortcut(x) + self.branch(x))


def branch(design: Design, in_channels: int, width: int, stride: int) -> nn.Sequential:
    """F(x): one spatial and two pointwise convolutions, in the order and of the widths of Fig. 3. BatchNorm
    would subtract a bias straight away, so that a convolution before it has none."""
    if design.moved_up:
        widths, spatial = (in_channels, in_channels, 4 * width, width), 0  # (c)
    elif design.inverted:
        widths, spatial = (in_channels, 4 * width, 4 * width, width), 1  # (b)
    else:
        widths, spatial = (in_channels, width, width, 4 * width), 1  # (a)
    parts, names = OrderedDict(), ["pointwise1", "pointwise2"]
    names.insert(spatial, "depthwise" if design.depthwise else "spatial")
    for i, (name, (before, after)) in enumerate(zip(names, pairwise(widths), strict=True)):
        normed = i == 0 or not design.one_norm
        kernel, jump = (design.kernel_size, stride) if i == spatial else (1, 1)
        parts[name] = nn.Conv2d(before, after, kernel, jump, padding=kernel // 2,
                                bias=not normed or design.norm is not nn.BatchNorm2d,
                                groups=after if name == "depthwise" else 1)
        if normed:
            parts["norm" if design.one_norm else f"norm{i + 1}"] = design.norm(after)
        if i == 1 or (i == 0 and not design.one_act):
            parts["act" if design.one_act else f"act{i + 1}"] = design.act()
    return nn.Sequential(parts)


def projection(design: Design, in_channels: int, channels: int, stride: int) -> nn.Sequential:
    """The shortcut where the shape changes: 1x1 with the stride."""
    parts = OrderedDict(conv=nn.Conv2d(in_channels, channels, 1, stride, bias=design.one_norm))
    return nn.Sequential(parts if design.one_norm else parts | {"norm": design.norm(channels)})


def stem_of(design: Design, in_channels: int) -> nn.Sequential:
    """What brings a picture to a quarter of its size (Sec. 2.2)."""
    stem = patchify(in_channels, design.width)
    if not design.patchify:
        stem = nn.Sequential(OrderedDict(
            conv=nn.Conv2d(in_channels, design.width, 7, 2, padding=3, bias=False),
            norm=design.norm(design.width), act=design.act(), pool=nn.MaxPool2d(3, 2, padding=1)))
    elif not design.separate:
        del stem.norm
    return stem


class Roadmap(nn.Module):
    """The network of a `Design`: (N, C, S, S) -> (N, num_classes)."""

    def __init__(self, design: Design, *, num_classes: int, in_channels: int, drop_path: float,
                 layer_scale: float):
        super().__init__()
        self.stem, before, stages = stem_of(design, in_channels), design.width, OrderedDict()
        for i, (name, rates) in enumerate(zip(STAGES, drop_rates(drop_path, design.depths), strict=True)):
            width, downsample, stride, blocks = design.width * 2**i, None, 2 if i else 1, []
            if design.separate and i:
                downsample, before, stride = downsampling(before, width), width, 1
            for rate in rates:
                block = Residual(design, before, width, stride, drop_path=rate, layer_scale=layer_scale)
                before, stride = width if design.inverted else 4 * width, 1
                blocks.append(block)
            stages[name] = stage(blocks, downsample)
        self.stages = nn.Sequential(stages)
        self.head = pooled_head(before, num_classes, norm=design.separate)
        initialise(self)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(self.stem(x)))


def convnext_roadmap(num_classes: int = 1000, in_channels: int = 3, step: int = LAST, kernel_size: int = 7,
                     depths: Sequence[Sequence[int]] = (), widths: Sequence[int] = (), drop_path: float = 0.0,
                     layer_scale: float | None = None) -> Roadmap:
    """The network after ``step`` of `STEPS`: 0 is ResNet-50, the last one ConvNeXt-T.

    ``kernel_size`` 3, 5, 9 or 11 takes a side row at step 7, or goes on from it. A narrow road for small
    pictures: ``depths=[[1, 1, 2, 1], [1, 1, 3, 1]], widths=[16, 24]``, before and after the steps that change
    them. ``layer_scale`` None is 1e-6 at the last step and none before it; 0 is none. Weights start as
    ConvNeXt's at every step (Table 5 holds for all of them).

    Raises ValueError as `design_of` and `DropPath` do.
    """
    design = design_of(step, kernel_size=kernel_size, depths=depths, widths=widths)
    scale = 1e-6 * design.separate if layer_scale is None else layer_scale
    return Roadmap(design, num_classes=num_classes, in_channels=in_channels, drop_path=drop_path,
                   layer_scale=scale)
