"""The one-tower successor of AlexNet (arXiv:1404.5997) as torchvision builds it: another network.

Differs from `cvlib.models.alexnet`: one tower of 64, 192, 384, 256 and 256 maps, no LRN, two zeros on every
side of the picture, dropout before fc6 and fc7 instead of after them, PyTorch's own initialisation.
"""
from collections import OrderedDict

from torch import Tensor, nn

__all__ = ["AlexNetOneTower", "alexnet_one_tower"]

TORCHVISION_NAMES = {"alexnet_one_tower": "alexnet"}  # ours -> torchvision's
TORCHVISION_KEYS = {  # a pattern of theirs -> ours
    r"features\.0\.(\w+)": r"stages.conv1.\1",
    r"features\.3\.(\w+)": r"stages.conv2.\1",
    r"features\.6\.(\w+)": r"stages.conv3.\1",
    r"features\.8\.(\w+)": r"stages.conv4.\1",
    r"features\.10\.(\w+)": r"stages.conv5.\1",
    r"classifier\.1\.(\w+)": r"head.fc6.\1",
    r"classifier\.4\.(\w+)": r"head.fc7.\1",
    r"classifier\.6\.(\w+)": r"head.fc8.\1",
}  # of `AlexNetOneTower`


class AlexNetOneTower(nn.Module):
    """The one-tower successor as torchvision builds it: no LRN, 64 first maps, dropout before fc6 and fc7.

    Its pooling drops what the ceiling would keep; at 224 pixels the last map is 6 x 6, elsewhere it is
    averaged to that.
    """

    def __init__(self, num_classes: int, in_channels: int):
        super().__init__()
        self.stem = nn.Identity()
        self.stages = nn.Sequential(OrderedDict(
            conv1=nn.Conv2d(in_channels, 64, 11, 4, padding=2), relu1=nn.ReLU(), pool1=nn.MaxPool2d(3, 2),
            conv2=nn.Conv2d(64, 192, 5, padding=2), relu2=nn.ReLU(), pool2=nn.MaxPool2d(3, 2),
            conv3=nn.Conv2d(192, 384, 3, padding=1), relu3=nn.ReLU(),
            conv4=nn.Conv2d(384, 256, 3, padding=1), relu4=nn.ReLU(),
            conv5=nn.Conv2d(256, 256, 3, padding=1), relu5=nn.ReLU(), pool5=nn.MaxPool2d(3, 2),
        ))
        self.head = nn.Sequential(OrderedDict(
            pool=nn.AdaptiveAvgPool2d(6), flatten=nn.Flatten(),
            drop6=nn.Dropout(0.5), fc6=nn.Linear(256 * 6 * 6, 4096), relu6=nn.ReLU(),
            drop7=nn.Dropout(0.5), fc7=nn.Linear(4096, 4096), relu7=nn.ReLU(),
            fc8=nn.Linear(4096, num_classes),
        ))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stages(self.stem(x)))


def alexnet_one_tower(num_classes: int = 1000, in_channels: int = 3) -> AlexNetOneTower:
    """torchvision's "alexnet": 61,100,840 parameters, PyTorch's own initialisation."""
    return AlexNetOneTower(num_classes, in_channels)
