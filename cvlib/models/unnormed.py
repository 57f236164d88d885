"""A network without its norms, to see what they did."""
from torch import nn

__all__ = ["without_norms"]


def without_norms(model: nn.Module) -> nn.Module:
    """The network itself, with an identity in the place of every `nn.BatchNorm2d`."""
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())
    return model
