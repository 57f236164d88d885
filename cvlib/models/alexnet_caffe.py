"""AlexNet as Caffe distributes it (`bvlc_alexnet`): a replication from the paper's text, read in its own way.

Differs from `cvlib.models.alexnet`, by `models/bvlc_alexnet/train_val.prototxt` at 0d2354c:
  - 227 pixels a side and no zeros around them; at other sizes the last pixels are dropped.
  - LRN has k = 1, Caffe's default, divides alpha by its window, and sums across the border of the towers.
  - The weights of fc6 and fc7 start with std 0.005, and the biases that start at 1 in the paper at 0.1.
"""
from cvlib.layers import LocalResponseNorm
from cvlib.models.alexnet import AlexNet, initialise, weighted_layers

__all__ = ["alexnet_caffe"]

STD = {"fc6": 0.005, "fc7": 0.005}  # 0.01 elsewhere


def alexnet_caffe(num_classes: int = 1000, in_channels: int = 3, image_size: int = 227) -> AlexNet:
    """The network of 60,965,224 parameters that most pretrained "AlexNets" before PyTorch were.

    Raises ValueError as `AlexNet` does.
    """
    model = AlexNet((96, 256, 384, 384, 256), 4096, num_classes=num_classes, in_channels=in_channels,
                    image_size=image_size, padding="none")
    for name in ("norm1", "norm2"):
        setattr(model.stages, name, LocalResponseNorm(k=1.0, divide_by_size=True))
    return initialise(model, dict.fromkeys(weighted_layers(model), 0.01) | STD, bias=0.1)
