"""The four recipes of the student report on Intel scenes, for a graphics card.

It prints: Adam at 1e-4, 25 epochs in batches of 100 for AlexNet and 30 in batches of 64 for the others,
pictures of 300 and of 224 pixels, inputs normalised, training pictures cropped, turned and mirrored upside
down; three networks from scratch, ConvNeXt fine-tuned. It does not print the largest angle, the size of what
a crop is cut from, an initialisation, a schedule, weight decay or ConvNeXt's size. Ours: 15 degrees; the
AlexNet paper's 256 / 224; He's initialisation; a rate that stays; none; Tiny, the network of its Fig. 5 to 7.
"""
from dataclasses import replace

from cvlib.recipes.augmentation import Crop, Rotate, VerticalFlip
from cvlib.recipes.recipe import Recipe
from cvlib.recipes.training import Constant

__all__ = ["REPORT"]

ALEXNET_REPORT = Recipe(
    name="alexnet_report", model="alexnet", model_options={"init": "kaiming"}, image_size=300,
    input_scale="unit", augment=(Crop(), Rotate(degrees=15), VerticalFlip()),
    epochs=25, batch_size=100,
    optimizer="adam", lr=1e-4, weight_decay=0.0, schedule=Constant(),
)
"""It claims 88.33 % of 3,000 photographs. At unit variance LRN divides by a constant."""

VGG_REPORT = replace(
    ALEXNET_REPORT, name="vgg_report", model="vgg19", image_size=224, epochs=30, batch_size=64,
)
"""It claims 90.17 %."""

RESNET_REPORT = replace(VGG_REPORT, name="resnet_report", model="resnet152", model_options={})
"""It claims 89.23 %."""

CONVNEXT_REPORT = replace(
    RESNET_REPORT, name="convnext_report", model="convnext_tiny", weights="torchvision:IMAGENET1K_V1",
    input_scale="imagenet",
)
"""It claims 88.36 %. Every layer goes on learning, at one rate; the inputs are normalised as in the training
that the weights come from."""

REPORT = (ALEXNET_REPORT, VGG_REPORT, RESNET_REPORT, CONVNEXT_REPORT)
