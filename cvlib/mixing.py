"""Pictures and labels of a batch mixed with one another: torchvision's MixUp and CutMix."""
from collections.abc import Callable, Sequence

from torch import nn
from torchvision.transforms import v2

from cvlib.recipes import CutMix, MixUp

__all__ = ["mixer"]


def mixer(values: Sequence[MixUp | CutMix], model: nn.Module) -> Callable:
    """(images, labels) -> mixed images, and labels as shares (N, C); of several ``values`` one a batch.

    The number of classes is that of the last linear layer. It draws from torch's own generator, which an
    epoch seeds; every process mixes its own share of a batch.
    """
    classes = [module.out_features for module in model.modules() if isinstance(module, nn.Linear)][-1]
    kinds = {MixUp: v2.MixUp, CutMix: v2.CutMix}
    mixtures = [kinds[type(value)](alpha=value.alpha, num_classes=classes) for value in values]
    return mixtures[0] if len(mixtures) == 1 else v2.RandomChoice(mixtures)
