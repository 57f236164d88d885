"""What no run could use, each with what would do instead."""
import re
from collections.abc import Iterator, Mapping
from math import isfinite
from numbers import Real
from typing import Any

from cvlib.recipes.augmentation import Crop, Zoom
from cvlib.recipes.values import numbers

__all__ = ["faults", "is_folder_name"]

CHOICES = {
    "resize_order": ("square", "shorter"),
    "interpolation": ("bilinear", "bicubic"),
    "input_scale": ("raw", "channel", "bytes", "unit", "imagenet"),
    "optimizer": ("sgd", "paper_sgd", "adam", "adamw"),
    "precision": ("float32", "bfloat16", "float16"),
    "views": (1, 10),
}
LIMITS = {  # field -> type, test, and what is wanted, in words
    "model": (str, bool, "a name"),
    "weights": (str | None, lambda v: v is None or bool(v.strip()), "where the network starts, or None"),
    **dict.fromkeys(("epochs", "batch_size"), (int, lambda v: v > 0, "a whole number above 0")),
    "image_size": (int, lambda v: 0 < v <= 2048, "a whole number in 1 ... 2048"),
    "resize_ratio": (Real, lambda v: 1 <= v <= 4, "a number in 1 ... 4"),
    "lr": (Real, lambda v: 0 < v <= 1e4, "a number above 0, at most 10000"),
    "eps": (Real, lambda v: 0 < v <= 1, "a number above 0, at most 1"),
    "clip_norm": (Real | None, lambda v: v is None or (v > 0 and isfinite(v)), "a number above 0, or None"),
    **dict.fromkeys(("momentum", "label_smoothing"), (Real, lambda v: 0 <= v < 1, "in 0 ... 1, below 1")),
    **dict.fromkeys(("weight_decay", "warmup_epochs"), (Real, lambda v: v >= 0 and isfinite(v),
                                                        "0 or above")),
}
FOLDER_NAME = re.compile(r"[^\W_][\w.,=+~()-]{0,119}")  # no slash, no leading dot or dash, nothing unseen


def is_folder_name(name: Any) -> bool:
    """Whether ``name`` can be a part of a run's folder's name on any system."""
    return isinstance(name, str) and FOLDER_NAME.fullmatch(name) is not None


def faults(recipe) -> Iterator[str]:
    """Every fault of a recipe's fields, in words."""
    if not is_folder_name(recipe.name):
        yield ("name must begin with a letter or digit and hold letters, digits and -_.,=+~() alone, at most "
               f"120: it names a folder; not {recipe.name!r}")
    for name, (kind, does, wanted) in LIMITS.items():
        value = getattr(recipe, name)
        if not isinstance(value, kind) or isinstance(value, bool) or not does(value):
            yield f"{name} must be {wanted}, not {value!r}"
    for name, choices in CHOICES.items():
        value = getattr(recipe, name)
        if not any(value == choice and type(value) is type(choice) for choice in choices):
            yield f"{name} must be one of {', '.join(map(str, choices))}, not {value!r}"
    yield from _shapes(recipe)


def _shapes(recipe) -> Iterator[str]:
    betas, warmup, epochs = recipe.betas, recipe.warmup_epochs, recipe.epochs
    if not (isinstance(betas, tuple) and len(betas) == 2 and numbers(*betas)
            and all(0 <= beta < 1 for beta in betas)):
        yield f"betas must be two numbers in 0 ... 1, below 1, not {betas!r}"
    for name in ("nesterov", "score_train", "step_losses"):
        if type(getattr(recipe, name)) is not bool:
            yield f"{name} must be True or False, not {getattr(recipe, name)!r}"
    if recipe.nesterov is True and recipe.optimizer == "paper_sgd":
        yield "nesterov is no part of the paper's rule: take optimizer 'sgd'"
    if numbers(warmup, epochs) and warmup > epochs:
        yield f"warmup_epochs must not be above the {epochs} epochs, not {warmup!r}"
    if not isinstance(recipe.model_options, Mapping):
        yield f"model_options must be a mapping of names to values, not {recipe.model_options!r}"
    kinds = [type(value) for value in recipe.augment]
    for kind in dict.fromkeys(kinds):
        if kinds.count(kind) > 1:
            yield f"augment names {kind.kind!r} twice"
    for crop in (value for value in recipe.augment if isinstance(value, Crop) and value.places):
        there = round(recipe.image_size * recipe.resize_ratio) + 2 * crop.pad - recipe.image_size + 1
        if crop.places > there:
            yield f"crop: there are {there} places each way, not {crop.places}"
    if {Crop, Zoom} <= set(kinds):
        yield "augment has crop and zoom: both choose the window, so keep one"
