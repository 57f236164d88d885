"""The networks, by name."""
from collections.abc import Iterable
from difflib import get_close_matches
from inspect import signature
from operator import index
from re import fullmatch

import torch
from torch import nn

from cvlib.models import (
    alexnet,
    alexnet_2012,
    alexnet_caffe,
    alexnet_mini,
    alexnet_one_tower,
    alexnet_third,
    convnext,
    convnext_mini,
    four_layer,
    resnet,
    resnet_cifar,
    resnet_mini,
    roadmap,
    vgg,
    vgg_mini,
)

__all__ = ["MODELS", "build", "check", "list_models", "options_of", "torchvision_keys", "torchvision_name"]

MODELS = {builder.__name__: builder for builder in (
    alexnet.alexnet, alexnet_2012.alexnet_2012, alexnet.alexnet_half, alexnet_caffe.alexnet_caffe,
    alexnet_mini.alexnet_mini, alexnet_one_tower.alexnet_one_tower, alexnet_third.alexnet_third,
    four_layer.four_layer,
    vgg.vgg11, vgg.vgg11_lrn, vgg.vgg13, vgg.vgg16_conv1, vgg.vgg16, vgg.vgg19,
    vgg.vgg11_bn, vgg.vgg13_bn, vgg.vgg16_bn, vgg.vgg19_bn, vgg_mini.vgg_mini,
    resnet.resnet18, resnet.resnet34, resnet.resnet50, resnet.resnet101, resnet.resnet152,
    resnet.plain18, resnet.plain34, resnet_mini.resnet_mini,
    resnet_cifar.resnet20_cifar, resnet_cifar.resnet32_cifar, resnet_cifar.resnet44_cifar,
    resnet_cifar.resnet56_cifar, resnet_cifar.resnet110_cifar,
    resnet_cifar.plain20_cifar, resnet_cifar.plain32_cifar, resnet_cifar.plain44_cifar,
    resnet_cifar.plain56_cifar, resnet_cifar.plain110_cifar,
    convnext.convnext_tiny, convnext.convnext_small, convnext.convnext_base, convnext.convnext_large,
    convnext.convnext_xlarge, convnext_mini.convnext_mini, roadmap.convnext_roadmap,
)}
TORCHVISION_NAMES = {
    **alexnet_one_tower.TORCHVISION_NAMES,
    **vgg.TORCHVISION_NAMES,
    **resnet.TORCHVISION_NAMES,
    **convnext.TORCHVISION_NAMES,
}
TORCHVISION_KEYS = {
    alexnet_one_tower.AlexNetOneTower: (alexnet_one_tower.TORCHVISION_KEYS,),
    vgg.VGG: vgg.torchvision_keys,
    resnet.ResNet: (resnet.TORCHVISION_KEYS,),
    convnext.ConvNeXt: (convnext.TORCHVISION_KEYS, convnext.TIMM_KEYS),
    roadmap.Roadmap: roadmap.TORCHVISION_KEYS,
}

LARGEST = {"num_classes": 2**20, "in_channels": 2**10, "image_size": 2**12}  # beyond, a slip of the pen
MOST_PARAMETERS = 4 * 10**9  # 16 GB of float32


def list_models() -> list[str]:
    """The names that `build` knows, in the order of the course."""
    return list(MODELS)


def build(name: str, **options) -> nn.Module:
    """An untrained network; ``options`` are its builder's.

    Raises ValueError that lists the nearest names, or says which option is senseless: pictures too small for
    the network where its builder knows their size, numbers that are not whole, more parameters than memory.
    """
    _check_options(name, options, options_of(name))
    with torch.device("meta"):
        planned = sum(parameter.numel() for parameter in MODELS[name](**options).parameters())
    if planned > MOST_PARAMETERS:
        raise ValueError(f"{name} with {_said(options)} would have {planned:,} parameters, "
                         f"{4e-9 * planned:,.0f} GB: take smaller pictures or fewer classes")
    return MODELS[name](**options)


def check(name: str, image_size: int, **options) -> None:
    """Whether the network reads colour pictures of ``image_size`` pixels: a forward pass of shapes alone, in
    no memory and no time.

    Raises ValueError that names the picture's size, or the option that `build` would refuse.
    """
    known = options_of(name)
    _check_options(name, options | {"image_size": image_size}, [*known, "image_size"])
    if options.get("in_channels", 3) != 3:
        raise ValueError(f"pictures have 3 channels: {name} cannot read them with in_channels "
                         f"{options['in_channels']}")
    if "image_size" in known:
        options["image_size"] = image_size
    try:
        with torch.device("meta"), torch.no_grad():
            model = build(name, **options)
            model(torch.empty(2, 3, image_size, image_size))
    except RuntimeError as error:
        why = str(error).splitlines()[0]
        raise ValueError(f"in {name} a picture of {image_size} pixels shrinks to nothing: {why}") from error
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{name} cannot be built with {_said(options)}: {error}") from error


def options_of(name: str) -> list[str]:
    """What the builder of that name takes; raises ValueError that lists the nearest names."""
    if name not in MODELS:
        raise ValueError(f"no model {name!r}; did you mean {_nearest(name, MODELS)}?")
    return list(signature(MODELS[name]).parameters)


def torchvision_name(name: str) -> str:
    """What torchvision calls the same network; raises ValueError where it has none."""
    if name not in TORCHVISION_NAMES:
        raise ValueError(f"torchvision has no weights for {name}; it has for {', '.join(TORCHVISION_NAMES)}")
    return TORCHVISION_NAMES[name]


def torchvision_keys(model: nn.Module, keys: Iterable[str] = ()) -> dict[str, str]:
    """Patterns of the keys in torchvision's state dict of the same network, and what each becomes in ours (a
    template of `re.Match.expand`). Of a family with several sets, such as torchvision's names and timm's, the
    one that knows most of ``keys``. Raises ValueError where torchvision has no such network."""
    if type(model) not in TORCHVISION_KEYS:
        known = ", ".join(family.__name__ for family in TORCHVISION_KEYS)
        raise ValueError(f"torchvision has no {type(model).__name__}, only {known}")
    sets = TORCHVISION_KEYS[type(model)]
    sets = (sets(model),) if callable(sets) else sets
    return max(sets, key=lambda patterns: sum(any(fullmatch(pattern, key) for pattern in patterns)
                                              for key in keys))


def _check_options(name: str, options: dict, known: list[str]) -> None:
    known = list(dict.fromkeys(known))
    for option, value in options.items():
        if option not in known:
            raise ValueError(f"{name} has no option {option!r}; did you mean {_nearest(option, known)}? "
                             f"It has {', '.join(known)}")
        if option in LARGEST and not _is_whole(value, LARGEST[option]):
            raise ValueError(f"{option} of {name} is a whole number in 1 ... {LARGEST[option]}, "
                             f"not {value!r}")


def _is_whole(value, largest: int) -> bool:
    try:
        return 1 <= index(value) <= largest
    except TypeError:
        return False


def _nearest(name: str, known) -> str:
    return ", ".join(get_close_matches(str(name), known, n=3, cutoff=0.0))


def _said(options: dict) -> str:
    return ", ".join(f"{option} {value}" for option, value in options.items())
