"""The parts of residual networks and of their plain twins (arXiv:1512.03385, Sec. 3).

Convolutions start as in arXiv:1502.01852 with fan_out, which keeps the variance of gradients (its Eq. 14), as
torchvision's do. The paper does not say where a padded shortcut has its zeros; here they come last.
"""
from collections import OrderedDict
from collections.abc import Callable, Iterable

from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["EXPANSION", "SHORTCUTS", "STRIDES_ON", "Block", "Branch", "PaddedIdentity", "Residual",
           "basic_branch", "bottleneck_branch", "conv", "head_of", "initialise", "plain_block", "projection",
           "residual_block", "shortcut_of", "stage_of"]

SHORTCUTS = ("A", "B", "C")
STRIDES_ON = ("3x3", "1x1")
EXPANSION = 4  # maps of a bottleneck's last convolution over those of its first two (Table 1)
Branch = Callable[[int, int, int], nn.Sequential]  # maps in, maps out, stride
Block = Callable[[int, int, int], nn.Module]


def conv(in_channels: int, out_channels: int, kernel_size: int, stride: int = 1) -> nn.Conv2d:
    """A convolution that keeps the size at stride 1; no bias, since BatchNorm subtracts it straight away."""
    return nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2, bias=False)


def basic_branch(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    """Two 3x3 convolutions (Fig. 5 left): 18 and 34 layers."""
    return nn.Sequential(OrderedDict(
        conv1=conv(in_channels, out_channels, 3, stride), norm1=nn.BatchNorm2d(out_channels), relu1=nn.ReLU(),
        conv2=conv(out_channels, out_channels, 3), norm2=nn.BatchNorm2d(out_channels),
    ))


def bottleneck_branch(in_channels: int, out_channels: int, stride: int,
                      stride_on: str = "3x3") -> nn.Sequential:
    """1x1, 3x3, 1x1 with a quarter of the maps inside (Fig. 5 right); ``stride_on`` says which convolution
    halves the maps. Raises ValueError for one that is not "3x3" or "1x1"."""
    if stride_on not in STRIDES_ON:
        raise ValueError(f"stride_on is one of {', '.join(STRIDES_ON)}, not {stride_on!r}")
    first, second = (1, stride) if stride_on == "3x3" else (stride, 1)
    width = out_channels // EXPANSION
    return nn.Sequential(OrderedDict(
        conv1=conv(in_channels, width, 1, first), norm1=nn.BatchNorm2d(width), relu1=nn.ReLU(),
        conv2=conv(width, width, 3, second), norm2=nn.BatchNorm2d(width), relu2=nn.ReLU(),
        conv3=conv(width, out_channels, 1), norm3=nn.BatchNorm2d(out_channels),
    ))


class PaddedIdentity(nn.Module):
    """Option A of Sec. 3.3: every ``stride``-th place as it is, and zeros in the maps that are new.

    (N, in_channels, H, W) -> (N, out_channels, ceil(H / stride), ceil(W / stride)); nothing to learn.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int):
        super().__init__()
        self.new, self.stride = out_channels - in_channels, stride

    def forward(self, x: Tensor) -> Tensor:
        return F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.new))

    def extra_repr(self) -> str:
        return f"new={self.new}, stride={self.stride}"


def projection(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    """W_s of Eq. 2: a 1x1 convolution and its norm."""
    return nn.Sequential(OrderedDict(
        conv=conv(in_channels, out_channels, 1, stride), norm=nn.BatchNorm2d(out_channels)))


def shortcut_of(option: str, in_channels: int, out_channels: int, stride: int) -> nn.Module:
    """What stands beside a branch (Sec. 3.3 and 4.1): "A" nothing to learn, zeros for new maps; "B" a
    projection where the shape changes; "C" a projection everywhere. Raises ValueError for another option."""
    if option not in SHORTCUTS:
        raise ValueError(f"shortcut is one of {', '.join(SHORTCUTS)}, not {option!r}")
    if option != "C" and (in_channels, stride) == (out_channels, 1):
        return nn.Identity()
    return (PaddedIdentity if option == "A" else projection)(in_channels, out_channels, stride)


class Residual(nn.Module):
    """y = relu(F(x) + shortcut(x)), Sec. 3.2; (N, C, H, W) -> the shape that its branch gives."""

    def __init__(self, branch: nn.Module, shortcut: nn.Module):
        super().__init__()
        self.branch, self.shortcut, self.relu = branch, shortcut, nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.branch(x) + self.shortcut(x))


def residual_block(branch: Branch, shortcut: str, in_channels: int, out_channels: int,
                   stride: int) -> Residual:
    """A branch beside its shortcut, which is that of `shortcut_of`. Raises ValueError for another."""
    return Residual(branch(in_channels, out_channels, stride),
                    shortcut_of(shortcut, in_channels, out_channels, stride))


def plain_block(branch: Branch, in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    """A branch alone; its parameters have the names that they have beside a shortcut."""
    return nn.Sequential(OrderedDict(branch=branch(in_channels, out_channels, stride), relu=nn.ReLU()))


def stage_of(block: Block, in_channels: int, out_channels: int, depth: int, stride: int) -> nn.Sequential:
    """``depth`` blocks, of which the first alone changes the shape."""
    first = block(in_channels, out_channels, stride)
    return nn.Sequential(first, *(block(out_channels, out_channels, 1) for _ in range(depth - 1)))


def head_of(channels: int, num_classes: int) -> nn.Sequential:
    """The mean of each map, and a linear layer."""
    return nn.Sequential(OrderedDict(
        pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), fc=nn.Linear(channels, num_classes)))


def initialise(modules: Iterable[nn.Module], *, zero_init: bool) -> None:
    """Convolutions as in arXiv:1502.01852, fan_out; ``zero_init`` starts the last norm of each block at 0, so
    that the block is its shortcut (arXiv:1706.02677, Sec. 5.1)."""
    for module in modules:
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, Residual) and zero_init:
            nn.init.zeros_(module.branch[-1].weight)
