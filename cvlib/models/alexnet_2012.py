"""AlexNet as it ran: net 145 of the source that its authors released, where it differs from the paper's text.

`DIFFERENCES` is the table, a row a difference; `alexnet_2012` takes all of them or some, so that one can
walk from `alexnet` to what ran. Files and lines are those of computerhistory/AlexNet-Source-Code at 2f8b81f.

Not in here, since no network holds it: the rates and the decay of biases, the crops, the colour noise.
"""
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from cvlib.layers import LocalResponseNorm, TestTimeDropout, WithinMapNorm
from cvlib.models.alexnet import AlexNet, alexnet, chosen, layers_of, weighted_layers

__all__ = ["DIFFERENCES", "SOURCE_STD", "Difference", "alexnet_2012", "as_run"]

SOURCE_STD = {"conv3": 0.03, "conv4": 0.03, "conv5": 0.03}  # layers-145.cfg; 0.01 elsewhere


@dataclass(frozen=True)
class Difference:
    """What the paper says, what its source did, ``where`` (file:line), and what makes one into the other."""

    paper: str
    source: str
    where: str
    change: Callable[[AlexNet], None]


def norm_before_relu(model: AlexNet) -> None:
    """conv1, LRN, pooling, ReLU."""
    order = ["pad1", "conv1", "norm1", "pool1", "relu1"]
    _rebuild(model, order + [name for name in model.stages._modules if name not in order])


def alpha_over_size(model: AlexNet) -> None:
    """LRN divides alpha by the size of its window."""
    for module in model.modules():
        if isinstance(module, LocalResponseNorm):
            module.divide_by_size = True


def second_norm(model: AlexNet) -> None:
    """A normaliser within each map between norm2 and pool2; its k is cuda-convnet2's default, since the
    kernel of 2012 was not released."""
    model.stages.within2 = WithinMapNorm(size=5, alpha=1e-3, beta=0.75, k=1.0)
    names = [name for name in model.stages._modules if name != "within2"]
    names.insert(names.index("pool2"), "within2")
    _rebuild(model, names)


@torch.no_grad()
def larger_std(model: AlexNet) -> None:
    """The weights of conv3, conv4 and conv5, drawn with 0.01, three times as large."""
    for name, layer in weighted_layers(model).items():
        if name in SOURCE_STD:
            layer.weight.mul_(SOURCE_STD[name] / 0.01)


def dropout_at_test(model: AlexNet) -> None:
    """Halved outputs at test time instead of doubled ones in training."""
    for name in ("drop6", "drop7"):
        setattr(model.head, name, TestTimeDropout(getattr(model.head, name).p))


DIFFERENCES = {
    "order": Difference("ReLU, LRN, pooling (Sec. 3.3 to 3.5)", "layer 1: LRN, pooling, ReLU",
                        "layers-145.cfg:9-63", norm_before_relu),
    "alpha": Difference("alpha = 1e-4 times the sum (Sec. 3.3)", "alpha / 5 times the sum", "layer.py:1183",
                        alpha_over_size),
    "second_norm": Difference("absent", "layer 2: LRN, then a norm over 5x5 places of each map",
                              "layers-145.cfg:107-117", second_norm),
    "std": Difference("0.01 in every layer (Sec. 5)", "0.03 in conv3, conv4 and conv5",
                      "layers-145.cfg:143,157,172,186,200,214", larger_std),
    "dropout": Difference("outputs halved at test time (Sec. 4.2); `alexnet` doubles them in training",
                          "outputs halved at test time", "layer.cu:1126-1134", dropout_at_test),
}


def chosen_differences(differences: Sequence[str]) -> list[str]:
    """Raises ValueError for what is no list, and for a name that is not in `DIFFERENCES` or stands twice."""
    return chosen("differences", differences, DIFFERENCES)


def as_run(model: AlexNet, differences: Sequence[str] = tuple(DIFFERENCES)) -> AlexNet:
    """``model``, changed in place to be as the source ran it in ``differences``.

    Raises ValueError, before anything is changed, for another network, and as `chosen_differences` does.
    """
    layers_of(model)
    for name in chosen_differences(differences):
        DIFFERENCES[name].change(model)
    return model.train(model.training)  # new layers too


def alexnet_2012(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
                 differences: Sequence[str] = tuple(DIFFERENCES)) -> AlexNet:
    """Net 145, both towers on one device; with fewer ``differences`` one on the way from `alexnet` to it.

    As many parameters as `alexnet`, with the same names, so that weights pass between the two. Raises
    ValueError as `AlexNet` and `as_run` do.
    """
    chosen_differences(differences)  # before the large network is built
    return as_run(alexnet(num_classes, in_channels, image_size), differences)


def _rebuild(model: AlexNet, names: Sequence[str]) -> None:
    """The same stages in another order."""
    model.stages = nn.Sequential(OrderedDict((name, model.stages._modules[name]) for name in names))
