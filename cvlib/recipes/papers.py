"""How the four networks' authors trained them on ImageNet, as far as their papers print it.

Each says where it departs from its paper: what this course cannot do, or what the paper does not print.
Where a paper says that the rate fell whenever the error stopped falling, the epochs are this course's.
"""
from cvlib.recipes.augmentation import Crop, CutMix, Erase, Flip, Lighting, MixUp, RandAugment, Zoom
from cvlib.recipes.recipe import Recipe
from cvlib.recipes.training import Cosine, Ema, Group, Steps

__all__ = ["PAPERS"]

SGD = {"optimizer": "sgd", "momentum": 0.9}
THREE_QUARTERS = (3 / 4, 4 / 3)

ALEXNET_PAPER = Recipe(
    name="alexnet_paper", model="alexnet", image_size=224, augment=(Crop(), Flip(), Lighting()),
    epochs=90, batch_size=128, optimizer="paper_sgd", momentum=0.9, lr=0.01, weight_decay=5e-4,
    schedule=Steps(at=(25, 51, 79)), views=10,
)
"""NIPS 2012, Sec. 2, 4 and 5. The epochs of the three cuts are those of the published network's source
(net 145). Departure: the colours' noise is in proportion to deviations, as in the source, and not to the
eigenvalues of Sec. 4.1, with which it would be of a thousand grey levels."""

VGG_PAPER = Recipe(
    name="vgg_paper", model="vgg16", model_options={"init": "xavier"}, image_size=224, input_scale="channel",
    resize_order="shorter", augment=(Zoom(area=((224 / 512)**2, (224 / 256)**2), ratio=(1, 1)), Flip(),
                                      Lighting()),
    epochs=74, batch_size=256, **SGD, lr=0.01, weight_decay=5e-4, schedule=Steps(at=(20, 40, 60)),
)
"""arXiv:1409.1556, Sec. 3.1: scales jittered between 256 and 512, the rate cut three times, 74 epochs, and
the initialisation that its note recommends in the place of a warm start. Departures: the light is that of
`alexnet_paper`; of an oblong picture the window comes from anywhere in it, uniform in its area."""

RESNET_PAPER = Recipe(
    name="resnet_paper", model="resnet50", image_size=224, input_scale="raw", resize_order="shorter",
    augment=(Zoom(area=((224 / 480)**2, (224 / 256)**2), ratio=(1, 1)), Flip(), Lighting()),
    epochs=120, batch_size=256, **SGD, lr=0.1, weight_decay=1e-4, schedule=Steps(at=(30, 60, 90)), views=10,
)
"""arXiv:1512.03385, Sec. 3.4: the shorter side between 256 and 480, the picture's mean taken off a pixel at a
time, up to 600,000 steps of 256 pictures. Departures: light and windows are those of `vgg_paper`."""

RESNET_CIFAR_PAPER = Recipe(
    name="resnet_cifar_paper", model="resnet20_cifar", image_size=32, resize_ratio=1.0, input_scale="raw",
    augment=(Crop(pad=4), Flip()), epochs=182, batch_size=128, **SGD, lr=0.1, weight_decay=1e-4,
    schedule=Steps(at=(91, 136.5)),
)
"""arXiv:1512.03385, Sec. 4.2, on CIFAR-10: 64,000 steps on 45,000 pictures, the rate cut after 32,000 and
48,000. Departures: black around the picture where the mean may have been meant."""

CONVNEXT_PAPER = Recipe(
    name="convnext_paper", model="convnext_tiny", model_options={"drop_path": 0.1}, image_size=224,
    interpolation="bicubic", resize_order="shorter", input_scale="imagenet",
    augment=(Zoom(area=(0.08, 1.0), ratio=THREE_QUARTERS), Flip(), RandAugment(2, 9), Erase(0.25)),
    mix=(MixUp(0.8), CutMix(1.0)), epochs=300, batch_size=4096,
    optimizer="adamw", lr=4e-3, betas=(0.9, 0.999), weight_decay=0.05,
    groups=(Group("*.bias", weight_decay=0.0), Group("*norm*", weight_decay=0.0),
            Group("*.scale.*", weight_decay=0.0)),
    schedule=Cosine(to=1e-6 / 4e-3), warmup_epochs=20, label_smoothing=0.1, ema=Ema(0.9999),
)
"""arXiv:2201.03545, Table 5. What has one dimension does not decay, as in the authors' code
(`optim_factory.py`). Departures: RandAugment is torchvision's, of one strength; erased windows become the
mean where the authors' become noise."""

PAPERS = (ALEXNET_PAPER, VGG_PAPER, RESNET_PAPER, RESNET_CIFAR_PAPER, CONVNEXT_PAPER)
