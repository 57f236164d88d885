"""How a network is trained: every number once, and the named recipes."""
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

__all__ = ["RECIPES", "Recipe", "get_recipe"]

AUGMENTATIONS = ("crop", "zoom", "rotate", "flip", "vflip")  # as cvlib.data.augment has them
CHOICES = {
    "input_scale": ("raw", "unit"),
    "optimizer": ("sgd", "adam"),
    "schedule": ("constant", "linear", "cosine"),
    "precision": ("float32", "bfloat16", "float16"),
    "views": (1, 10),
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides a run but data and seed; an ablation is a ``dataclasses.replace`` of it.

    Raises ValueError for a value that no run could use, before any work starts.
    """

    name: str
    model: str  # a name of cvlib.list_models()
    model_options: Mapping[str, Any] = field(default_factory=dict)
    image_size: int  # pixels a side that the network sees; crops are cut from 256/224 of it
    input_scale: str = "raw"  # 0 ... 255 minus the mean picture (Sec. 2), or zero mean and unit variance
    augment: tuple[str, ...] = ("crop", "flip")  # Sec. 4.1 of the AlexNet paper
    epochs: int
    batch_size: int
    optimizer: str = "sgd"
    lr: float  # at the start, after the warm-up
    momentum: float = 0.9  # SGD's; Adam keeps its own betas
    weight_decay: float = 5e-4
    schedule: str = "linear"  # how lr falls to the last step
    warmup_epochs: float = 0.0  # linear, from 0
    label_smoothing: float = 0.0
    views: int = 1  # crops a picture in the final scores: the centre, or the ten of Sec. 4.1
    precision: str = "float32"

    def __post_init__(self):
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                listed = ", ".join(map(str, choices))
                raise ValueError(f"{name} is one of {listed}, not {getattr(self, name)!r}")
        if not set(self.augment) <= set(AUGMENTATIONS):
            raise ValueError(f"augment may hold {', '.join(AUGMENTATIONS)}, not {self.augment!r}")
        for name in ("image_size", "epochs", "batch_size", "lr"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        for name in ("momentum", "label_smoothing"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be in 0 ... 1, not {getattr(self, name)}")
        if self.weight_decay < 0 or not 0 <= self.warmup_epochs <= self.epochs:
            raise ValueError("weight_decay must not be negative, nor the warmup longer than the run")
        object.__setattr__(self, "augment", tuple(self.augment))
        object.__setattr__(self, "model_options", MappingProxyType(dict(self.model_options)))

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON would give them back."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return values | {"augment": list(self.augment), "model_options": dict(self.model_options)}


def get_recipe(name: str) -> Recipe:
    """The recipe of that name; raises ValueError that lists the nearest names."""
    if name not in RECIPES:
        near = get_close_matches(name, RECIPES, n=3, cutoff=0) or sorted(RECIPES)
        raise ValueError(f"no recipe {name!r}; did you mean {', '.join(near)}?")
    return RECIPES[name]


ALEXNET_MINI = Recipe(
    name="alexnet_mini", model="alexnet_mini", image_size=112, augment=("zoom", "flip"),
    epochs=24, batch_size=64,
    optimizer="adam", lr=5e-4, weight_decay=1e-4, schedule="cosine", label_smoothing=0.1, views=10,
)
"""The paper's parts at half the size on Intel scenes, within a quarter of an hour on two processor cores.

It reproduces the network, not the paper's training: Adam for SGD, smoothed labels, crops that zoom; chosen
on validation. What to expect stands in results/alexnet_mini-intel-s*/record.json.
"""

ALEXNET_QUICK = replace(ALEXNET_MINI, name="alexnet_quick", image_size=64, epochs=8, batch_size=32, views=1)
"""The same on the drawn scenes in some twenty seconds on one core: for a first read, and for tests."""

RECIPES = {recipe.name: recipe for recipe in (ALEXNET_MINI, ALEXNET_QUICK)}
