"""A trained VGG on whole pictures of any size: Sec. 3.2 and 4.2 of arXiv:1409.1556.

The fully connected layers become convolutions, so that they run at every place of the last map, and the
classes' scores are averaged over the places. On the picture's inside that is what sliding crops would give,
with less work; near the border of a crop it is not, since a crop is padded with zeros where the whole picture
has its pixels.

Read so, since the text can be read otherwise: "class scores" averaged over places are logits; over flips and
sizes it is the softmax's probabilities, as the text says.
"""
from collections import OrderedDict
from collections.abc import Sequence
from math import isqrt

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cvlib.models.vgg import VGG

__all__ = ["DenseVGG", "class_posteriors", "multi_scale", "rescaled"]


class DenseVGG(nn.Module):
    """``model`` with fc6 as a convolution of the last map's size (7x7 at 224 pixels), fc7 and fc8 as 1x1.

    (N, C, H, W) -> (N, num_classes), from pictures at least as large as the model's own. `score_map` gives
    the scores before they are averaged. Its weights are the model's, in the same memory; both are in
    evaluation mode from then on. Raises ValueError for a smaller picture.
    """

    def __init__(self, model: VGG):
        super().__init__()
        last = [layer for layer in model.stages if isinstance(layer, nn.Conv2d)][-1]
        places = isqrt(model.head.fc6.in_features // last.out_channels)
        self.reads, self.stem, self.stages = model.reads, model.stem, model.stages
        self.head = nn.Sequential(OrderedDict(
            (name, as_convolution(layer, places if name == "fc6" else 1) if isinstance(layer, nn.Linear)
             else layer) for name, layer in model.head.named_children() if name != "flatten"))
        model.eval(), self.eval()

    def score_map(self, x: Tensor) -> Tensor:
        """The class scores at every place, (N, num_classes, h, w): at 224 + 32 n pixels n + 1 a side."""
        channels, side, _ = self.reads
        if x.dim() != 4 or x.shape[1] != channels or min(x.shape[2:]) < side:
            raise ValueError(f"the network reads pictures (N, {channels}, H, W) of at least {side} pixels a "
                             f"side, not {tuple(x.shape)}")
        return self.head(self.stages(self.stem(x)))

    def forward(self, x: Tensor) -> Tensor:
        return self.score_map(x).mean(dim=(2, 3))


def as_convolution(layer: nn.Linear, side: int) -> nn.Conv2d:
    """The convolution of ``side`` x ``side`` windows that computes what ``layer`` does on a map of that size;
    it has the layer's own memory."""
    with torch.device("meta"):
        convolution = nn.Conv2d(layer.in_features // side**2, layer.out_features, side)
    convolution.weight = nn.Parameter(layer.weight.detach().view(convolution.weight.shape))
    convolution.bias = layer.bias
    return convolution


def multi_scale(*trained: int) -> tuple[int, int, int]:
    """The three sizes Q of the smaller side at test time (Sec. 4.2): S - 32, S and S + 32 for a network
    trained at one size S; for one trained at sizes between two, both and the middle."""
    first, last = trained[0], trained[-1]
    return (first - 32, first, first + 32) if len(trained) == 1 else (first, (first + last) // 2, last)


def rescaled(images: Tensor, size: int) -> Tensor:
    """Pictures (N, C, H, W) whose smaller side is ``size``, their shape kept to a pixel; antialiased."""
    height, width = images.shape[2:]
    sides = [round(side * size / min(height, width)) for side in (height, width)]
    return F.interpolate(images, size=sides, mode="bilinear", antialias=True)


@torch.no_grad()
def class_posteriors(model: VGG, images: Tensor, sizes: Sequence[int] | None = None, *, flip: bool = True
                     ) -> Tensor:
    """Probabilities (N, num_classes) of pictures (N, C, H, W): dense scores at each of ``sizes`` of the
    smaller side, or as the pictures are, and of their mirror images where ``flip``; their mean.

    The model is in evaluation mode from then on. Raises ValueError for a size below the model's own.
    """
    dense, views = DenseVGG(model), []
    for scaled in [images] if sizes is None else [rescaled(images, size) for size in sizes]:
        views += [scaled, scaled.flip(3)] if flip else [scaled]
    return torch.stack([dense(view).softmax(dim=1) for view in views]).mean(dim=0)
