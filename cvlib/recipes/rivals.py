"""The rivals at small size, for two cores."""
from dataclasses import replace

from cvlib.recipes.augmentation import Crop, Flip
from cvlib.recipes.papers import RESNET_CIFAR_PAPER
from cvlib.recipes.training import Steps

__all__ = ["RIVALS"]

RESNET_CIFAR_SMALL = replace(
    RESNET_CIFAR_PAPER, name="resnet_cifar_small", model_options={"width": 8}, image_size=16,
    augment=(Crop(pad=2), Flip()), epochs=32, batch_size=64, lr=0.05, schedule=Steps(at=(16, 24)),
)
"""The paper's recipe for CIFAR-10 at half the pixels and maps, for a fifth of the pictures: about half
as many batches an epoch as the paper's, the rate cut at a half and at three quarters, as there."""

RIVALS = (RESNET_CIFAR_SMALL,)
