"""Where a network reads the picture."""
from torch import nn

__all__ = ["first_convolution"]


def first_convolution(model: nn.Module) -> nn.Conv2d:
    """The convolution that reads the picture; raises ValueError where there is none."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            return module
    raise ValueError(f"{type(model).__name__} has no convolution")
