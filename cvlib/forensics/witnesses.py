"""The networks that are asked: of finished runs, or torchvision's own with their published weights."""
import torch

from cvlib.data import Normalise, Preprocess
from cvlib.predictor import Predictor

__all__ = ["TORCHVISION", "family_of", "torchvision_witness"]

TORCHVISION = ("alexnet", "vgg19", "resnet152", "convnext_tiny")  # the student report's four
FAMILIES = ("alexnet", "vgg", "resnet", "convnext")


def family_of(predictor: Predictor) -> str:
    """The family of its network by the name of its class; raises ValueError for another."""
    name = type(predictor.model).__name__.lower()
    for family in FAMILIES:
        if name.startswith(family):
            return family
    raise ValueError(f"{type(predictor.model).__name__} is of none of the families {', '.join(FAMILIES)}")


def torchvision_witness(name: str) -> Predictor:
    """torchvision's own network, not ours: in training mode its dropout stands elsewhere than the paper's.

    The weights are IMAGENET1K_V1, and pictures are prepared as these name it. Raises OSError where they are
    neither in torchvision's cache nor can be fetched.
    """
    from torchvision.models import get_model, get_model_weights

    weights = get_model_weights(name)["IMAGENET1K_V1"]
    try:
        model = get_model(name, weights=weights, progress=False)
    except OSError as error:
        raise OSError(f"torchvision's weights of {name} are not in its cache and cannot be fetched from "
                      f"{weights.url} ({error}): try again with a network") from error
    steps = prepared_as(weights.transforms())
    mean, std = (torch.tensor(values).reshape(3, 1, 1) for values in (steps.mean, steps.std))
    return Predictor(model, Normalise(mean, std), weights.meta["categories"], steps)


def prepared_as(preset) -> Preprocess:
    """torchvision's ``ImageClassification`` preset as a value of ours, its mean and deviation times 255."""
    mean, std = (tuple(255 * value for value in values) for values in (preset.mean, preset.std))
    size, = preset.resize_size
    crop, = preset.crop_size
    return Preprocess(size, crop, "shorter", preset.interpolation.value, mean, std)

