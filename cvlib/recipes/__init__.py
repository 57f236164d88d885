"""How networks are trained, as values: no torch, no data, nothing that runs."""
from cvlib.recipes.augmentation import (
    Crop,
    CutMix,
    Erase,
    Flip,
    Lighting,
    MixUp,
    RandAugment,
    Rotate,
    VerticalFlip,
    Zoom,
)
from cvlib.recipes.checks import is_folder_name
from cvlib.recipes.named import RECIPES, changed, get_recipe
from cvlib.recipes.recipe import Recipe, completed, differences
from cvlib.recipes.training import Constant, Cosine, Ema, Group, Levels, Linear, Steps
from cvlib.recipes.values import FrozenMap, Value

__all__ = ["RECIPES", "Constant", "Cosine", "Crop", "CutMix", "Ema", "Erase", "Flip", "FrozenMap", "Group",
           "Levels", "Lighting", "Linear", "MixUp", "RandAugment", "Recipe", "Rotate", "Steps", "Value",
           "VerticalFlip", "Zoom", "changed", "completed", "differences", "get_recipe", "is_folder_name"]
