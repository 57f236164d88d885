"""The recipes of the course, by name, and how a command line changes them."""
import ast
import hashlib
import json
from dataclasses import fields, replace
from difflib import get_close_matches

from cvlib.recipes.augmentation import Flip, Zoom
from cvlib.recipes.checks import is_folder_name
from cvlib.recipes.net145 import ALEXNET_AS_RUN, ALEXNET_INTEL
from cvlib.recipes.papers import PAPERS
from cvlib.recipes.recipe import Recipe
from cvlib.recipes.report import REPORT
from cvlib.recipes.rivals import RIVALS
from cvlib.recipes.training import Constant, Cosine

__all__ = ["RECIPES", "changed", "get_recipe"]

ALEXNET_MINI = Recipe(
    name="alexnet_mini", model="alexnet_mini", image_size=112, augment=(Zoom(area=(0.45, 1.0)), Flip()),
    epochs=24, batch_size=64,
    optimizer="adam", lr=5e-4, weight_decay=1e-4, schedule=Cosine(), label_smoothing=0.1, views=10,
)
"""The paper's parts at half the size on Intel scenes, within a quarter of an hour on two processor cores.

It reproduces the network, not the paper's training: Adam for SGD, smoothed labels, crops that zoom; chosen
on validation. What to expect stands in results/runs/alexnet_mini-intel-s*/record.json.
"""

ALEXNET_QUICK = replace(ALEXNET_MINI, name="alexnet_quick", image_size=64, epochs=8, batch_size=32, views=1)
"""The same on the drawn scenes in some twenty seconds on one core: for a first read, and for tests."""

ALEXNET_64PX = replace(ALEXNET_MINI, name="alexnet_64px", image_size=64, epochs=12)
"""The same on Intel scenes in half the epochs at 64 pixels, a fifth of the time: for studies of many runs."""

FOUR_LAYER = Recipe(
    name="four_layer", model="four_layer", model_options={"width": 16}, image_size=32, resize_ratio=1.0,
    input_scale="unit", augment=(),
    epochs=30, batch_size=32, optimizer="sgd", lr=0.003, weight_decay=0.0, schedule=Constant(),
)
"""Fig. 1 of the AlexNet paper on a fifth of CIFAR-10, some three minutes on one core: no regularisation.

The caption says that and no more. Ours: the network, batches of 32, so that an epoch has nearly as many steps
as one of batches of 128 on all of CIFAR-10, and a rate that stays. Study `saturation` varies it; at 0.01 a
first run with ReLU came to a standstill.
"""

FOUR_LAYER_QUICK = replace(FOUR_LAYER, name="four_layer_quick", epochs=6, lr=0.01)
"""The same on the drawn scenes, in some ten seconds on one core."""

RECIPES = {recipe.name: recipe for recipe in (ALEXNET_MINI, ALEXNET_64PX, ALEXNET_QUICK, FOUR_LAYER,
                                              FOUR_LAYER_QUICK, ALEXNET_AS_RUN, ALEXNET_INTEL, *REPORT,
                                              *RIVALS, *PAPERS)}


def get_recipe(name: str) -> Recipe:
    """The recipe of that name; raises ValueError that lists the nearest names."""
    if name not in RECIPES:
        near = get_close_matches(str(name), RECIPES, n=3, cutoff=0) or sorted(RECIPES)
        raise ValueError(f"no recipe {name!r}; did you mean {', '.join(near)}?")
    return RECIPES[name]


def changed(recipe: Recipe, settings: list[str]) -> Recipe:
    """``recipe`` with fields set by "key=value". It is another recipe then, and its name says what differs.

    Raises ValueError that lists the nearest fields, and for a field that is set twice.
    """
    known, values = [field.name for field in fields(Recipe)], {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise ValueError(f"--set takes key=value, not {setting!r}")
        if key not in known:
            near = ", ".join(get_close_matches(key, known, n=3, cutoff=0.0))
            raise ValueError(f"a recipe has no field {key!r}; did you mean {near}?")
        if key in values:
            raise ValueError(f"--set gives {key} twice")
        try:
            values[key] = ast.literal_eval(text)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            values[key] = text
    other = replace(recipe, **values)
    return other if "name" in values else replace(other, name=_name(recipe, other))


def _name(recipe: Recipe, other: Recipe) -> str:
    """The former name and what differs, spelled out where that makes a folder's name, else as a hash."""
    before, now = recipe.as_dict(), other.as_dict()
    changes = {key: now[key] for key in now if now[key] != before[key]}
    if not changes:
        return recipe.name
    spelled = f"{recipe.name}+" + ",".join(f"{key}={value}" for key, value in changes.items())
    digest = hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:8]
    return spelled if is_folder_name(spelled) and len(spelled) <= 80 else f"{recipe.name}+{digest}"
