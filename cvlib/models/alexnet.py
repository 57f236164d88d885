"""ImageNet Classification with Deep Convolutional Neural Networks (Krizhevsky, Sutskever, Hinton, NIPS 2012).

New here: five convolutions with ReLUs, response normalisation and overlapping pooling, on two GPUs.
A tower is one GPU's half: in conv2, conv4 and conv5, which see only the maps of their own tower, it is a
group (Sec. 3.5, Fig. 2).

Differs from the paper's text:
  - LRN sums over each tower's maps, as the source does; the text says over the layer (Sec. 3.3).
  - `nn.Dropout` scales up in training instead of halving at test time (Sec. 4.2): the same expectation.

Where the text is silent the 2012 source speaks: output sizes take the ceiling, so the first layer reads
zeros beyond the right and the bottom border (224 pixels give 55 places), and pooling keeps its last window.

`alexnet_half` is the network that the paper compares two GPUs with (Sec. 3.2).
"""
from collections import OrderedDict
from collections.abc import Collection, Sequence
from math import ceil

from torch import Tensor, nn

from cvlib.layers import LocalResponseNorm

__all__ = ["AlexNet", "alexnet", "alexnet_half", "initialise", "layers_of", "weighted_layers"]

REMOVABLE = ("conv3", "conv4", "conv5")  # 3x3 with padding 1: they keep the size of their maps
PADDINGS = ("end", "both", "none")


def first_padding(how: str, size: int) -> nn.ZeroPad2d:
    """Zeros around a picture of ``size`` pixels for 11x11 kernels with stride 4.

    "end" makes the last window whole, right and below, as the source's ceiling does: 1 + ceil((size - 11) /
    4) places; "both" puts two on every side, as torchvision does; "none" drops the last pixels, as a plain
    `nn.Conv2d` does. Raises ValueError for another name.
    """
    if how not in PADDINGS:
        raise ValueError(f"padding is one of {', '.join(PADDINGS)}, not {how!r}")
    extra = (11 - size) % 4
    return nn.ZeroPad2d({"end": (0, extra, 0, extra), "both": (2, 2, 2, 2), "none": (0, 0, 0, 0)}[how])


def pooled(size: int) -> int:
    """Outputs of overlapping pooling, 3x3 with stride 2 (Sec. 3.4)."""
    return 1 + ceil((size - 3) / 2)


def chosen(option: str, names: Sequence[str], known: Collection[str]) -> list[str]:
    """``names`` as a list. Raises ValueError, with the name of the ``option``, unless they are a list of some
    of ``known``, each once."""
    listed = isinstance(names, list | tuple) and all(isinstance(name, str) for name in names)
    if not listed or set(names) - set(known) or len(set(names)) < len(names):
        raise ValueError(f"{option} lists some of {', '.join(known)}, each once, not {names!r}")
    return list(names)


def check_pictures(x: Tensor, shape: tuple[int, int, int]) -> None:
    """Raises ValueError unless ``x`` is (N, C, S, S), where ``shape`` is (C, S, S)."""
    if tuple(x.shape[1:]) != shape:
        raise ValueError(f"the network reads pictures (N, {', '.join(map(str, shape))}), not "
                         f"{tuple(x.shape)}: build it with their in_channels and image_size, or resize them")


def widths_without(widths: tuple[int, ...], without: Sequence[str]) -> list[int]:
    """The maps after conv1 ... conv5; after a convolution that is left out they are those before it."""
    kept = list(widths)
    for name in sorted(chosen("without", without, REMOVABLE)):
        layer = int(name.removeprefix("conv")) - 1
        kept[layer] = kept[layer - 1]
    return kept


class AlexNet(nn.Module):
    """Sec. 3.5: ``widths`` maps in conv1 ... conv5, ``hidden`` units in fc6 and fc7, ``groups`` towers.

    (N, C, S, S) -> (N, num_classes). ``image_size`` S is fixed at construction, since fc6 reads all places of
    the last map. ``padding`` is that of `first_padding`. Convolutions named in ``without`` are left out with
    their ReLU, as Sec. 7 tries it: the next layer reads what they would have read. There is no stem: `stem`
    is the identity. Raises ValueError for a picture too small, for a layer that is not one of `REMOVABLE`,
    and as `first_padding` does; when it runs, for pictures of another shape than (C, S, S), its ``reads``.
    """

    def __init__(self, widths: tuple[int, ...], hidden: int, *, num_classes: int, in_channels: int,
                 image_size: int, groups: int = 2, without: Sequence[str] = (), padding: str = "end"):
        super().__init__()
        w1, w2, w3, w4, w5 = widths_without(widths, without)
        pad1 = first_padding(padding, image_size)
        last_map = pooled(pooled(pooled(1 + (image_size + sum(pad1.padding[:2]) - 11) // 4)))
        if last_map < 1:
            raise ValueError(f"in AlexNet a picture of {image_size} pixels shrinks to nothing")

        self.reads, self.stem = (in_channels, image_size, image_size), nn.Identity()
        stages = OrderedDict(
            pad1=pad1,
            conv1=nn.Conv2d(in_channels, w1, 11, stride=4), relu1=nn.ReLU(), norm1=printed_lrn(groups),
            pool1=nn.MaxPool2d(3, 2, ceil_mode=True),
            conv2=nn.Conv2d(w1, w2, 5, padding=2, groups=groups), relu2=nn.ReLU(), norm2=printed_lrn(groups),
            pool2=nn.MaxPool2d(3, 2, ceil_mode=True),
            conv3=nn.Conv2d(w2, w3, 3, padding=1), relu3=nn.ReLU(),
            conv4=nn.Conv2d(w3, w4, 3, padding=1, groups=groups), relu4=nn.ReLU(),
            conv5=nn.Conv2d(w4, w5, 3, padding=1, groups=groups), relu5=nn.ReLU(),
            pool5=nn.MaxPool2d(3, 2, ceil_mode=True),
        )
        for name in without:
            del stages[name], stages[name.replace("conv", "relu")]
        self.stages = nn.Sequential(stages)
        self.head = nn.Sequential(OrderedDict(
            flatten=nn.Flatten(),
            fc6=nn.Linear(w5 * last_map**2, hidden), relu6=nn.ReLU(), drop6=nn.Dropout(0.5),
            fc7=nn.Linear(hidden, hidden), relu7=nn.ReLU(), drop7=nn.Dropout(0.5),
            fc8=nn.Linear(hidden, num_classes),
        ))

    def forward(self, x: Tensor) -> Tensor:
        check_pictures(x, self.reads)
        return self.head(self.stages(self.stem(x)))


def printed_lrn(groups: int) -> LocalResponseNorm:
    """The formula and the constants of Sec. 3.3."""
    return LocalResponseNorm(size=5, alpha=1e-4, beta=0.75, k=2.0, divide_by_size=False, groups=groups)


def layers_of(model: AlexNet) -> dict[str, nn.Module]:
    """All layers by name, in the order in which they run; raises ValueError for another network."""
    if not isinstance(model, AlexNet):
        kind = type(model)
        raise ValueError(f"{kind.__module__}.{kind.__qualname__} is no AlexNet of this course: build "
                         "alexnet, alexnet_2012 or alexnet_mini with cvlib.create_model")
    return dict(model.stages.named_children()) | dict(model.head.named_children())


def weighted_layers(model: AlexNet) -> dict[str, nn.Module]:
    """conv1 ... fc8 by their names in the paper."""
    return {name: layer for name, layer in layers_of(model).items() if hasattr(layer, "weight")}


def initialise(model: AlexNet, stds: dict[str, float], *, bias: float = 1.0) -> AlexNet:
    """Gaussian weights; biases 1 in conv2, conv4, conv5 and the hidden layers, 0 elsewhere (Sec. 5)."""
    ones = {"conv2", "conv4", "conv5", "fc6", "fc7"}
    for name, layer in weighted_layers(model).items():
        nn.init.normal_(layer.weight, std=stds[name])
        nn.init.constant_(layer.bias, bias * (name in ones))
    return model


def initialise_kaiming(model: AlexNet) -> AlexNet:
    """Weights that keep the variance of inputs of unit variance (arXiv:1502.01852), all biases 0."""
    for layer in weighted_layers(model).values():
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)
    return model


def alexnet(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224, init: str = "paper",
            without: Sequence[str] = (), padding: str = "end") -> AlexNet:
    """The paper's text, both towers on one device: 60,965,224 parameters.

    ``init`` "paper" is std 0.01 throughout (Sec. 5), meant for inputs in 0 ... 255 minus their mean;
    "kaiming" keeps the variance of inputs of unit variance (arXiv:1502.01852) and starts all biases at 0.
    Raises ValueError for another name, and as `AlexNet` does.
    """
    model = AlexNet((96, 256, 384, 384, 256), 4096, num_classes=num_classes, in_channels=in_channels,
                    image_size=image_size, without=without, padding=padding)
    if init == "kaiming":
        return initialise_kaiming(model)
    if init != "paper":
        raise ValueError(f"init is 'paper' or 'kaiming', not {init!r}")
    return initialise(model, dict.fromkeys(weighted_layers(model), 0.01))


def alexnet_half(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224) -> AlexNet:
    """The one-GPU network of Sec. 3.2: half the kernels, every connection; 59,798,312 parameters.

    The last convolution and the hidden layers keep their size (footnote 2; net 145-half of the 2012 source),
    so nearly all parameters stay.
    """
    model = AlexNet((48, 128, 192, 192, 256), 4096, num_classes=num_classes, in_channels=in_channels,
                    image_size=image_size, groups=1)
    return initialise(model, dict.fromkeys(weighted_layers(model), 0.01))
