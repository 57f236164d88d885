"""How the deeper columns of VGG began: with layers of a trained column A (arXiv:1409.1556, Sec. 3.1)."""
from torch import nn

from cvlib.models.vgg import VGG, layers_of, weighted_layers

__all__ = ["WARM", "warm_start"]

WARM = ("conv1_1", "conv2_1", "conv3_1", "conv3_2", "fc6", "fc7", "fc8")  # what deeper columns have from A


def warm_start(model: VGG, trained: VGG) -> list[str]:
    """Fill a deeper ``model`` from a trained column A: its first four convolutions, its three fully connected
    layers (Sec. 3.1) and the BatchNorms between. Gives the names of the layers filled, in order.

    A's first four are conv1_1, conv2_1, conv3_1 and conv3_2, and go where a column has these: the first four
    of a deeper column, counted in order, have other shapes. Raises ValueError for another network than A, and
    for layers that do not fit, before anything is copied.
    """
    ours, theirs = layers_of(model), layers_of(trained)
    if sum(name.startswith("conv") for name in theirs) != 8:
        raise ValueError("a warm start comes from column A, with its eight convolutions, not from "
                         f"{', '.join(weighted_layers(trained))}")
    names = [name for name in ours | theirs if name in WARM or name.replace("bn", "conv") in WARM
             or name == "norm1_1"]
    wrong = [f"{name}: {_said(theirs.get(name))} for {_said(ours.get(name))}" for name in names
             if _said(theirs.get(name)) != _said(ours.get(name))]
    if wrong:
        raise ValueError("the trained network does not fit: " + "; ".join(wrong))
    for name in names:
        ours[name].load_state_dict(theirs[name].state_dict())
    return names


def _said(layer: nn.Module | None) -> str:
    if layer is None:
        return "nothing"
    return " ".join([type(layer).__name__, *(str(tuple(one.shape)) for one in layer.parameters())])
