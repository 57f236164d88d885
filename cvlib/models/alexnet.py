"""ImageNet Classification with Deep Convolutional Neural Networks (Krizhevsky, Sutskever, Hinton, NIPS 2012).

New here: five convolutions with ReLUs, response normalisation and overlapping pooling, on two GPUs.
A tower is one GPU's half: in conv2, conv4 and conv5, which see only the maps of their own tower, it is a group
(Sec. 3.5, Fig. 2).

Differs from the paper's text:
  - LRN sums over each tower's maps, as the source does; the text says over the layer (Sec. 3.3).
  - `nn.Dropout` scales up in training instead of halving at test time (Sec. 4.2): the same expectation.

Where the text is silent the 2012 source speaks: output sizes take the ceiling, so the first layer reads
zeros beyond the right and the bottom border (224 pixels give 55 places), and pooling keeps its last window.

`alexnet_one_tower` is another network: the successor of arXiv:1404.5997 as torchvision builds it.
`alexnet_mini` is this course's own, for two processor cores.
"""
from collections import OrderedDict
from collections.abc import Sequence
from math import ceil, sqrt

from torch import Tensor, nn

from cvlib.layers import LocalResponseNorm

__all__ = ["AlexNet", "AlexNetOneTower", "alexnet", "alexnet_mini", "alexnet_one_tower"]

TORCHVISION_NAMES = {"alexnet_one_tower": "alexnet"}  # ours -> torchvision's
TORCHVISION_KEYS = {  # a pattern of theirs -> ours
    r"features\.0\.(\w+)": r"stages.conv1.\1",
    r"features\.3\.(\w+)": r"stages.conv2.\1",
    r"features\.6\.(\w+)": r"stages.conv3.\1",
    r"features\.8\.(\w+)": r"stages.conv4.\1",
    r"features\.10\.(\w+)": r"stages.conv5.\1",
    r"classifier\.1\.(\w+)": r"head.fc6.\1",
    r"classifier\.4\.(\w+)": r"head.fc7.\1",
    r"classifier\.6\.(\w+)": r"head.fc8.\1",
}  # of `AlexNetOneTower`

SOURCE_STD = {"conv3": 0.03, "conv4": 0.03, "conv5": 0.03}  # layers-145.cfg; 0.01 elsewhere
REMOVABLE = ("conv3", "conv4", "conv5")  # 3x3 with padding 1: they keep the size of their maps
FULL_FAN_IN = {"conv1": 363, "conv2": 1200, "conv3": 2304, "conv4": 1728, "conv5": 1728,
               "fc6": 9216, "fc7": 4096, "fc8": 4096}  # of `alexnet`


def ceil_padding(size: int, kernel_size: int, stride: int) -> nn.ZeroPad2d:
    """Zeros right and below, so that the last window is whole: 1 + ceil((size - kernel) / stride) outputs."""
    extra = (kernel_size - size) % stride
    return nn.ZeroPad2d((0, extra, 0, extra))


def pooled(size: int) -> int:
    """Outputs of overlapping pooling, 3x3 with stride 2 (Sec. 3.4)."""
    return 1 + ceil((size - 3) / 2)


def widths_without(widths: tuple[int, ...], without: Sequence[str]) -> list[int]:
    """The maps after conv1 ... conv5; after a convolution that is left out they are those before it."""
    names = set(without) if isinstance(without, list | tuple) else {without}
    if names - set(REMOVABLE) or len(names) < len(without):
        raise ValueError(f"without lists some of {', '.join(REMOVABLE)}, each once, not {without!r}")
    kept = list(widths)
    for name in sorted(without):
        layer = int(name.removeprefix("conv")) - 1
        kept[layer] = kept[layer - 1]
    return kept


class AlexNet(nn.Module):
    """Sec. 3.5: ``widths`` maps in conv1 ... conv5, ``hidden`` units in fc6 and fc7, ``groups`` towers.

    (N, C, S, S) -> (N, num_classes). ``image_size`` S is fixed at construction, since fc6 reads all places of
    the last map. Convolutions named in ``without`` are left out with their ReLU, as Sec. 7 tries it: the next
    layer reads what they would have read. There is no stem: `stem` is the identity. Raises ValueError for
    a picture too small, and for a layer that is not one of `REMOVABLE`.
    """

    def __init__(self, widths: tuple[int, ...], hidden: int, *, num_classes: int, in_channels: int,
                 image_size: int, groups: int = 2, without: Sequence[str] = ()):
        super().__init__()
        w1, w2, w3, w4, w5 = widths_without(widths, without)
        map1 = 1 + ceil((image_size - 11) / 4)
        last_map = pooled(pooled(pooled(map1)))
        if last_map < 1:
            raise ValueError(f"in AlexNet a picture of {image_size} pixels shrinks to nothing")

        self.stem = nn.Identity()
        stages = OrderedDict(
            pad1=ceil_padding(image_size, kernel_size=11, stride=4),
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
        return self.head(self.stages(self.stem(x)))


def printed_lrn(groups: int) -> LocalResponseNorm:
    """The formula and the constants of Sec. 3.3."""
    return LocalResponseNorm(size=5, alpha=1e-4, beta=0.75, k=2.0, divide_by_size=False, groups=groups)


def weighted_layers(model: AlexNet) -> dict[str, nn.Module]:
    """conv1 ... fc8 by their names in the paper."""
    named = dict(model.stages.named_children()) | dict(model.head.named_children())
    return {name: layer for name, layer in named.items() if hasattr(layer, "weight")}


def initialise(model: AlexNet, stds: dict[str, float]) -> AlexNet:
    """Gaussian weights; biases 1 in conv2, conv4, conv5 and the hidden layers, 0 elsewhere (Sec. 5)."""
    ones = {"conv2", "conv4", "conv5", "fc6", "fc7"}
    for name, layer in weighted_layers(model).items():
        nn.init.normal_(layer.weight, std=stds[name])
        nn.init.constant_(layer.bias, float(name in ones))
    return model


def fan_in(layer: nn.Module) -> int:
    """Inputs that one output of a convolution or linear layer reads."""
    return layer.weight[0].numel()


def alexnet(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
            init: str = "paper", without: Sequence[str] = ()) -> AlexNet:
    """The paper's text, both towers on one device: 60,965,224 parameters.

    ``init`` "paper" is std 0.01 throughout (Sec. 5), meant for inputs in 0 ... 255 minus their mean;
    "kaiming" keeps the variance of inputs of unit variance (arXiv:1502.01852) and starts all biases at 0.
    Raises ValueError for another name, and as `AlexNet` does.
    """
    model = AlexNet((96, 256, 384, 384, 256), 4096, num_classes=num_classes, in_channels=in_channels,
                    image_size=image_size, without=without)
    if init == "kaiming":
        for layer in weighted_layers(model).values():
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
        return model
    if init != "paper":
        raise ValueError(f"init is 'paper' or 'kaiming', not {init!r}")
    return initialise(model, dict.fromkeys(weighted_layers(model), 0.01))


def alexnet_mini(num_classes: int = 1000, in_channels: int = 3, image_size: int = 112,
                 without: Sequence[str] = ()) -> AlexNet:
    """For two processor cores: half the pixels, half the maps, a quarter of the hidden units.

    All of the paper's parts and its kernel sizes; the maps are 27, 13, 6 and 3 wide where the paper's are 55,
    27, 13 and 6. For the raw 0-255 input each layer starts with the gain that it had in the 2012 source at
    full size: std = the source's std times sqrt(full fan-in / own fan-in).

    Raises ValueError as `AlexNet` does.
    """
    model = AlexNet((48, 128, 192, 192, 128), 1024, num_classes=num_classes, in_channels=in_channels,
                    image_size=image_size, without=without)
    stds = {name: SOURCE_STD.get(name, 0.01) * sqrt(FULL_FAN_IN[name] / fan_in(layer))
            for name, layer in weighted_layers(model).items()}
    return initialise(model, stds)


class AlexNetOneTower(nn.Module):
    """The one-tower successor as torchvision builds it: no LRN, 64 first maps, dropout before fc6 and fc7.

    Its pooling drops what the ceiling would keep; at 224 pixels the last map is 6 x 6, elsewhere it is
    averaged to that.
    """

    def __init__(self, num_classes: int, in_channels: int):
        super().__init__()
        self.stem = nn.Identity()
        self.stages = nn.Sequential(OrderedDict(
            conv1=nn.Conv2d(in_channels, 64, 11, 4, padding=2), relu1=nn.ReLU(), pool1=nn.MaxPool2d(3, 2),
            conv2=nn.Conv2d(64, 192, 5, padding=2), relu2=nn.ReLU(), pool2=nn.MaxPool2d(3, 2),
            conv3=nn.Conv2d(192, 384, 3, padding=1), relu3=nn.ReLU(),
            conv4=nn.Conv2d(384, 256, 3, padding=1), relu4=nn.ReLU(),
            conv5=nn.Conv2d(256, 256, 3, padding=1), relu5=nn.ReLU(), pool5=nn.MaxPool2d(3, 2),
        ))
        self.head = nn.Sequential(OrderedDict(
            pool=nn.AdaptiveAvgPool2d(6), flatten=nn.Flatten(),
            drop6=nn.Dropout(0.5), fc6=nn.Linear(256 * 6 * 6, 4096), relu6=nn.ReLU(),
            drop7=nn.Dropout(0.5), fc7=nn.Linear(4096, 4096), relu7=nn.ReLU(),
            fc8=nn.Linear(4096, num_classes),
        ))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(self.stem(x)))


def alexnet_one_tower(num_classes: int = 1000, in_channels: int = 3) -> AlexNetOneTower:
    """torchvision's "alexnet": 61,100,840 parameters, PyTorch's own initialisation."""
    return AlexNetOneTower(num_classes, in_channels)
