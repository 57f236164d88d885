"""The four families on 64 pixels: small under one recipe, small each under its own era's, and whole.

An era's recipe is its paper's of `cvlib.recipes.papers`, brought to few epochs and batches of 64: the epochs
of its schedule shrink in proportion, SGD's rate with the batch (arXiv:1706.02677), AdamW's with the root of
the batch (arXiv:2205.10287). Augmentation, decay and everything else stay.
"""
from dataclasses import replace

from cvlib.recipes.augmentation import Crop, Flip, Zoom
from cvlib.recipes.papers import ALEXNET_PAPER, CONVNEXT_PAPER, RESNET_CIFAR_PAPER, RESNET_PAPER, VGG_PAPER
from cvlib.recipes.recipe import Recipe
from cvlib.recipes.training import Cosine, Ema, Steps

__all__ = ["RIVALS"]

EPOCHS, BATCH = 12, 64
AVERAGED = Ema(0.996)  # over a tenth of 12 epochs on Intel, as 0.9999 is over a tenth of the paper's steps


def common(name: str, model: str, **model_options) -> Recipe:
    """The same for all four, inputs of unit variance among it: there AlexNet's LRN divides by a constant."""
    return Recipe(
        name=name, model=model, model_options=model_options, image_size=64, input_scale="unit",
        augment=(Zoom(area=(0.45, 1.0)), Flip()), epochs=EPOCHS, batch_size=BATCH,
        optimizer="adam", lr=5e-4, weight_decay=1e-4, schedule=Cosine(), label_smoothing=0.1, views=10,
    )


def short(recipe: Recipe) -> Recipe:
    """A common recipe for the drawn scenes, in some fifteen seconds on one core."""
    name = recipe.name.replace("_common", "_scenes")
    return replace(recipe, name=name, epochs=5, batch_size=32, views=1)


def full(name: str, model: str, **options) -> Recipe:
    """The network itself: `common`, the rate the student report's, in as few epochs as two processor cores
    can spend on VGG-19."""
    return replace(common(name, model), epochs=3, batch_size=32, lr=1e-4, warmup_epochs=0.5, views=1,
                   **options)


def era(name: str, paper: Recipe, model: str, **model_options) -> Recipe:
    """``paper`` at small size."""
    share, smaller = EPOCHS / paper.epochs, BATCH / paper.batch_size
    schedule = paper.schedule
    if isinstance(schedule, Steps):
        schedule = replace(schedule, at=tuple(share * epoch for epoch in schedule.at))
    return replace(
        paper, name=name, model=model, model_options=model_options, image_size=64, epochs=EPOCHS,
        batch_size=BATCH, lr=paper.lr * (smaller if "sgd" in paper.optimizer else smaller**0.5),
        schedule=schedule, warmup_epochs=share * paper.warmup_epochs, ema=paper.ema and AVERAGED, views=10,
    )


RESNET_CIFAR_SMALL = replace(
    RESNET_CIFAR_PAPER, name="resnet_cifar_small", model_options={"width": 8}, image_size=16,
    augment=(Crop(pad=2), Flip()), epochs=32, batch_size=64, lr=0.05, schedule=Steps(at=(16, 24)),
)
"""The paper's recipe for CIFAR-10 at half the pixels and maps, for a fifth of the pictures: about half
as many batches an epoch as the paper's, the rate cut at a half and at three quarters, as there."""

ALEXNET_FULL = full("alexnet_full", "alexnet", model_options={"init": "kaiming"}, image_size=68)
"""At 68 pixels, the least that leave AlexNet a last map of 2x2, which is what 64 leave its rivals."""

COMMON = (
    common("alexnet_common", "alexnet_mini", init="kaiming"),
    common("vgg_common", "vgg_mini"),
    common("resnet_common", "resnet_mini"),
    common("convnext_common", "convnext_mini"),
)
RIVALS = (
    RESNET_CIFAR_SMALL, *COMMON, *map(short, COMMON),
    era("alexnet_era", ALEXNET_PAPER, "alexnet_mini"),
    era("vgg_era", VGG_PAPER, "vgg_mini", init="xavier"),
    era("resnet_era", RESNET_PAPER, "resnet_mini"),
    era("convnext_era", CONVNEXT_PAPER, "convnext_mini", drop_path=0.1),
    ALEXNET_FULL,
    full("vgg_full", "vgg19"),
    full("resnet_full", "resnet152"),
    full("convnext_full", "convnext_tiny"),
)
