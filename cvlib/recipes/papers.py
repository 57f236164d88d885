"""How the networks' authors trained them on ImageNet, as far as their papers print it.

Each says where it departs from its paper: what this course cannot do, or what the paper does not print.
Where a paper says that the rate fell whenever the error stopped falling, the epochs are this course's.
"""
from cvlib.recipes.augmentation import Crop, Flip, Zoom
from cvlib.recipes.recipe import Recipe
from cvlib.recipes.training import Steps

__all__ = ["PAPERS"]

SGD = {"optimizer": "sgd", "momentum": 0.9}

ALEXNET_PAPER = Recipe(
    name="alexnet_paper", model="alexnet", image_size=224, augment=(Crop(), Flip()),
    epochs=90, batch_size=128, **SGD, lr=0.01, weight_decay=5e-4, schedule=Steps(at=(25, 51, 79)), views=10,
)
"""NIPS 2012, Sec. 2, 4 and 5. The epochs of the three cuts are those of the published network's source
(net 145). Departures: no noise along the colours' principal axes (Sec. 4.1)."""

RESNET_PAPER = Recipe(
    name="resnet_paper", model="resnet50", image_size=224, input_scale="raw", resize_order="shorter",
    augment=(Zoom(area=((224 / 480)**2, (224 / 256)**2), ratio=(1, 1)), Flip()),
    epochs=120, batch_size=256, **SGD, lr=0.1, weight_decay=1e-4, schedule=Steps(at=(30, 60, 90)), views=10,
)
"""arXiv:1512.03385, Sec. 3.4: the shorter side between 256 and 480, the picture's mean taken off a pixel at a
time, up to 600,000 steps of 256 pictures. Departures: no colour noise, and the windows come
from anywhere in the picture, uniform in their area."""

RESNET_CIFAR_PAPER = Recipe(
    name="resnet_cifar_paper", model="resnet20_cifar", image_size=32, resize_ratio=1.0, input_scale="raw",
    augment=(Crop(pad=4), Flip()), epochs=182, batch_size=128, **SGD, lr=0.1, weight_decay=1e-4,
    schedule=Steps(at=(91, 136.5)),
)
"""arXiv:1512.03385, Sec. 4.2, on CIFAR-10: 64,000 steps on 45,000 pictures, the rate cut after 32,000 and
48,000. Departures: black around the picture where the mean may have been meant."""

PAPERS = (ALEXNET_PAPER, RESNET_PAPER, RESNET_CIFAR_PAPER)
