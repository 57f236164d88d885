"""AlexNet for experiments of a hundred runs, this course's own: a third of the maps, parts that come off.

Kernels, strides and order are the paper's; the maps are 13, 6, 3 and 1 wide at 56 pixels, where the paper's
are 55, 27, 13 and 6. As in `alexnet_mini` each layer starts with the gain that it had in the 2012 source at
full size, for the raw 0-255 input. The sizes of pooling 2x2 with stride 2, rounded down, are those of pooling
3x3 with stride 2 at 56 pixels too, as the paper has it for 224 (Sec. 3.4): a change of pooling changes
nothing else.
"""
from collections.abc import Sequence

from torch import nn

from cvlib.models.alexnet import AlexNet, initialise, layers_of, weighted_layers
from cvlib.models.alexnet_2012 import as_run, chosen_differences
from cvlib.models.alexnet_mini import gains_kept
from cvlib.models.disjoint import disjoint_pooling

__all__ = ["LAYOUTS", "POOLINGS", "alexnet_third"]

LAYOUTS = {  # maps in conv1 ... conv5, groups
    "two_towers": ((32, 88, 128, 128, 88), 2),  # a third of `alexnet`'s, 256 / 3 made a multiple of 8
    "one_tower": ((32, 88, 128, 128, 88), 1),  # as many maps, every connection: LRN's windows go across too
    "half": ((16, 44, 64, 64, 88), 1),  # a third of `alexnet_half`'s: conv5 is whole (Sec. 3.2)
}
SWITCH = (True, False)
POOLINGS = ("overlapping", "disjoint", "net147")
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh}
SMALL_STD = {"conv3": 1 / 3, "conv4": 1 / 3, "conv5": 1 / 3}  # the paper's 0.01 over the source's 0.03


def alexnet_third(num_classes: int = 1000, in_channels: int = 3, image_size: int = 56, *,
                  layout: str = "two_towers", lrn: bool = True, pooling: str = "overlapping",
                  dropout: bool = True, ones: bool = True, activation: str = "relu", std: str = "source",
                  without: Sequence[str] = (), differences: Sequence[str] = ()) -> AlexNet:
    """The small network, whole unless told otherwise; ``layout`` is one of `LAYOUTS`.

    ``pooling`` is one of `POOLINGS`: "disjoint" 2x2 with stride 2, "net147" with the two paddings too that
    the source's ablation changed. Without ``ones`` all biases start at 0; ``std`` "paper" starts conv3 to
    conv5 with 0.01 at full size instead of 0.03. ``without`` is `AlexNet`'s and ``differences`` are some of
    `DIFFERENCES`, as the source ran them. 1.4 million parameters for six classes. Raises ValueError for any
    other choice, and as `AlexNet` does.
    """
    _check(layout=(layout, LAYOUTS), pooling=(pooling, POOLINGS), activation=(activation, ACTIVATIONS),
           std=(std, ("source", "paper")), lrn=(lrn, SWITCH), dropout=(dropout, SWITCH), ones=(ones, SWITCH))
    if "std" in chosen_differences(differences):
        raise ValueError("alexnet_third starts with the source's standard deviations: leave 'std' out of "
                         "differences, or take std='paper'")
    widths, groups = LAYOUTS[layout]
    model = AlexNet(widths, 1024, num_classes=num_classes, in_channels=in_channels, image_size=image_size,
                    groups=groups, without=without)
    if pooling != "overlapping":
        disjoint_pooling(model, paddings=pooling == "net147", ceil=pooling == "net147")
    smaller = SMALL_STD if std == "paper" else {}
    initialise(model, {name: value * smaller.get(name, 1) for name, value in gains_kept(model).items()})
    as_run(model, differences)
    if not ones:
        for layer in weighted_layers(model).values():
            nn.init.zeros_(layer.bias)
    _exchange(model, "relu", ACTIVATIONS[activation] if activation != "relu" else None)
    _exchange(model, "norm", None if lrn else nn.Identity)
    _exchange(model, "drop", None if dropout else nn.Identity)
    return model


def _check(**said) -> None:
    for option, (value, known) in said.items():
        if value not in known:
            raise ValueError(f"{option} is one of {', '.join(map(str, known))}, not {value!r}")


def _exchange(model: AlexNet, kind: str, other: type[nn.Module] | None) -> None:
    """Put ``other`` in the place of each layer whose name starts with ``kind``; None leaves them."""
    for name in layers_of(model):
        if name.startswith(kind) and other:
            setattr(model.stages if hasattr(model.stages, name) else model.head, name, other())
