"""Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan and Zisserman, ICLR 2015),
arXiv:1409.1556.

New here: depth, and nothing else that is new. All windows are 3x3, so that there can be 16 convolutions where
AlexNet has five (Sec. 2.3).

Differs from the paper:
  - `nn.Dropout` scales up in training instead of halving at test time: the same expectation.
  - Weights start as arXiv:1502.01852 has it ("kaiming"), in every layer by its fan-in, for inputs of unit
    variance; the paper's own start (Sec. 3.1) is `init="paper"`. torchvision takes the fan-out in
    convolutions and std 0.01 in linear layers.
  - BatchNorm after every convolution is torchvision's addition, a year younger than the paper.

Where the text is silent: LRN stands behind the ReLU, as in AlexNet, and divides alpha by its five maps, as
Caffe does, from which the authors' program descends (Sec. 3.3).
"""
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import partial

from torch import Tensor, nn

from cvlib.layers import LocalResponseNorm
from cvlib.models.alexnet import check_pictures

__all__ = ["COLUMNS", "INITS", "VGG", "column", "initialise", "layers_of", "torchvision_keys", "vgg11",
           "vgg11_bn", "vgg11_lrn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg16_conv1", "vgg19",
           "vgg19_bn", "weighted_layers"]

COLUMNS = {  # Table 1: the windows of each stage's convolutions; a 2x2 maximum pooling ends each stage
    "A": ((3,), (3,), (3, 3), (3, 3), (3, 3)),
    "B": ((3, 3), (3, 3), (3, 3), (3, 3), (3, 3)),
    "C": ((3, 3), (3, 3), (3, 3, 1), (3, 3, 1), (3, 3, 1)),
    "D": ((3, 3), (3, 3), (3, 3, 3), (3, 3, 3), (3, 3, 3)),
    "E": ((3, 3), (3, 3), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3)),
}
WIDTHS = (64, 128, 256, 512, 512)  # maps in each stage, of every column
NORMS = ("none", "lrn", "batch")

INITS = {  # of all weights; biases start at 0
    "kaiming": partial(nn.init.kaiming_normal_, nonlinearity="relu"),
    "xavier": nn.init.xavier_uniform_,  # Glorot and Bengio (2010), which Sec. 3.1 names as good enough
    "paper": partial(nn.init.normal_, std=0.01),  # Sec. 3.1 read as AlexNet's Sec. 5
    "printed": partial(nn.init.normal_, std=0.1),  # Sec. 3.1 to the letter: "10^-2 variance"
}
TORCHVISION_NAMES = {name: name for name in ("vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn",
                                             "vgg19", "vgg19_bn")}  # ours -> torchvision's


def stage(number: int, kernels: Sequence[int], in_channels: int, width: int, norm: str
          ) -> Iterator[tuple[str, nn.Module]]:
    """The named layers of one stage: conv3_1, relu3_1, conv3_2 ... pool3; "lrn" is behind conv1_1 alone."""
    for layer, kernel in enumerate(kernels, 1):
        place = f"{number}_{layer}"
        yield f"conv{place}", nn.Conv2d(in_channels if layer == 1 else width, width, kernel,
                                        padding=kernel // 2)
        if norm == "batch":
            yield f"bn{place}", nn.BatchNorm2d(width)
        yield f"relu{place}", nn.ReLU()
        if norm == "lrn" and place == "1_1":
            yield f"norm{place}", LocalResponseNorm(divide_by_size=True)
    yield f"pool{number}", nn.MaxPool2d(2, 2)


class VGG(nn.Module):
    """Sec. 2: ``kernels`` by stage as in `COLUMNS`, ``widths`` maps in each, ``hidden`` units in fc6 and fc7.

    (N, C, S, S) -> (N, num_classes). ``image_size`` S is fixed at construction, since fc6 reads all places of
    the last map; larger pictures are the business of `cvlib.models.vgg_dense` (Sec. 3.2). There is no stem:
    `stem` is the identity. Raises ValueError for a picture too small, and for another norm than "none",
    "lrn" and "batch"; when it runs, for pictures of another shape than (C, S, S), its ``reads``.
    """

    def __init__(self, kernels: Sequence[Sequence[int]], widths: Sequence[int], hidden: int, *,
                 num_classes: int, in_channels: int, image_size: int, norm: str = "none"):
        super().__init__()
        last_map = image_size // 2 ** len(kernels)
        if last_map < 1:
            raise ValueError(f"in VGG a picture of {image_size} pixels shrinks to nothing")
        if norm not in NORMS:
            raise ValueError(f"norm is one of {', '.join(NORMS)}, not {norm!r}")

        self.reads, self.stem = (in_channels, image_size, image_size), nn.Identity()
        before = (in_channels, *widths)
        self.stages = nn.Sequential(OrderedDict(
            layer for number, (stage_kernels, width) in enumerate(zip(kernels, widths, strict=True), 1)
            for layer in stage(number, stage_kernels, before[number - 1], width, norm)))
        self.head = nn.Sequential(OrderedDict(
            flatten=nn.Flatten(),
            fc6=nn.Linear(widths[-1] * last_map**2, hidden), relu6=nn.ReLU(), drop6=nn.Dropout(0.5),
            fc7=nn.Linear(hidden, hidden), relu7=nn.ReLU(), drop7=nn.Dropout(0.5),
            fc8=nn.Linear(hidden, num_classes),
        ))

    def forward(self, x: Tensor) -> Tensor:
        check_pictures(x, self.reads)
        return self.head(self.stages(self.stem(x)))


def layers_of(model: VGG) -> dict[str, nn.Module]:
    """All layers by name, in the order in which they run."""
    return dict(model.stages.named_children()) | dict(model.head.named_children())


def weighted_layers(model: VGG) -> dict[str, nn.Module]:
    """conv1_1 ... fc8."""
    return {name: layer for name, layer in layers_of(model).items()
            if isinstance(layer, nn.Conv2d | nn.Linear)}


def initialise(model: VGG, init: str) -> VGG:
    """Weights as ``init`` says, one of `INITS`, all biases 0. Raises ValueError for another name."""
    if init not in INITS:
        raise ValueError(f"init is one of {', '.join(INITS)}, not {init!r}")
    for layer in weighted_layers(model).values():
        INITS[init](layer.weight)
        nn.init.zeros_(layer.bias)
    return model


def torchvision_keys(model: VGG) -> dict[str, str]:
    """Patterns of torchvision's keys -> ours: it numbers all layers of a column, ReLUs and pools too."""
    features = {rf"features\.{number}\.(\w+)": rf"stages.{name}.\1"
                for number, (name, layer) in enumerate(model.stages.named_children())
                if isinstance(layer, nn.Conv2d | nn.BatchNorm2d)}
    return features | {r"classifier\.0\.(\w+)": r"head.fc6.\1", r"classifier\.3\.(\w+)": r"head.fc7.\1",
                       r"classifier\.6\.(\w+)": r"head.fc8.\1"}


def column(letter: str, num_classes: int, in_channels: int, image_size: int, init: str, norm: str = "none"
           ) -> VGG:
    """A column of Table 1. Raises ValueError as `VGG` does, and for another ``init`` than `INITS` has."""
    model = VGG(COLUMNS[letter], WIDTHS, 4096, num_classes=num_classes, in_channels=in_channels,
                image_size=image_size, norm=norm)
    return initialise(model, init)


def vgg11(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
          init: str = "kaiming") -> VGG:
    """Column A, 11 layers with weights: 132,863,336 parameters. Raises ValueError as `column`."""
    return column("A", num_classes, in_channels, image_size, init)


def vgg11_lrn(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
              init: str = "kaiming") -> VGG:
    """Column A-LRN, A with response normalisation: 132,863,336 parameters. Raises ValueError as `column`."""
    return column("A", num_classes, in_channels, image_size, init, "lrn")


def vgg13(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
          init: str = "kaiming") -> VGG:
    """Column B, 13 layers: 133,047,848 parameters. Raises ValueError as `column`."""
    return column("B", num_classes, in_channels, image_size, init)


def vgg16_conv1(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
                init: str = "kaiming") -> VGG:
    """Column C, 16 layers, three of them 1x1: 133,638,952 parameters. Raises ValueError as `column`."""
    return column("C", num_classes, in_channels, image_size, init)


def vgg16(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
          init: str = "kaiming") -> VGG:
    """Column D, 16 layers: 138,357,544 parameters. Raises ValueError as `column`."""
    return column("D", num_classes, in_channels, image_size, init)


def vgg19(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
          init: str = "kaiming") -> VGG:
    """Column E, 19 layers: 143,667,240 parameters. Raises ValueError as `column`."""
    return column("E", num_classes, in_channels, image_size, init)


def vgg11_bn(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
             init: str = "kaiming") -> VGG:
    """Column A with BatchNorm: 132,868,840 parameters. Raises ValueError as `column`."""
    return column("A", num_classes, in_channels, image_size, init, "batch")


def vgg13_bn(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
             init: str = "kaiming") -> VGG:
    """Column B with BatchNorm: 133,053,736 parameters. Raises ValueError as `column`."""
    return column("B", num_classes, in_channels, image_size, init, "batch")


def vgg16_bn(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
             init: str = "kaiming") -> VGG:
    """Column D with BatchNorm: 138,365,992 parameters. Raises ValueError as `column`."""
    return column("D", num_classes, in_channels, image_size, init, "batch")


def vgg19_bn(num_classes: int = 1000, in_channels: int = 3, image_size: int = 224,
             init: str = "kaiming") -> VGG:
    """Column E with BatchNorm: 143,678,248 parameters. Raises ValueError as `column`."""
    return column("E", num_classes, in_channels, image_size, init, "batch")
