"""VGG for two processor cores, this course's own: half the pixels, an eighth of the maps, a quarter of the
hidden units.

At 112 pixels and six classes a picture takes 64 million MACs, `alexnet_mini` 46, and a step of training about
one and a half times as long on one core. The five stages, all windows and the pooling are the paper's; the
maps before the head are 3 wide at 112 pixels and 2 at 64, where the paper's are 7 at 224. It starts with He's
weights, for inputs of unit variance. Starts of one deviation for all layers keep the gain that each layer has
at full size, as those of `alexnet_mini` do: std = the paper's times sqrt(full fan-in / own fan-in).
"""
from math import sqrt

import torch

from cvlib.models.vgg import COLUMNS, VGG, WIDTHS, initialise, weighted_layers

__all__ = ["vgg_mini"]

SHARE = 8  # of the paper's maps one is kept


def vgg_mini(num_classes: int = 1000, in_channels: int = 3, image_size: int = 112, column: str = "D",
             norm: str = "none", init: str = "kaiming") -> VGG:
    """The small network: ``column`` is one of `COLUMNS`, ``norm`` "none", "lrn" (behind conv1_1) or "batch",
    ``init`` one of `INITS`.

    Raises ValueError for another column, and as `VGG` does and for another init.
    """
    if column not in COLUMNS:
        raise ValueError(f"column is one of {', '.join(COLUMNS)}, not {column!r}")
    model = VGG(COLUMNS[column], [width // SHARE for width in WIDTHS], 1024, num_classes=num_classes,
                in_channels=in_channels, image_size=image_size, norm=norm)
    initialise(model, init)
    return keep_gains(model, column) if init in ("paper", "printed") else model


@torch.no_grad()
def keep_gains(model: VGG, column: str) -> VGG:
    """Weights as much larger as the fan-in is smaller than that of the full ``column`` at 224 pixels."""
    with torch.device("meta"):
        full = VGG(COLUMNS[column], WIDTHS, 4096, num_classes=1, in_channels=model.reads[0], image_size=224)
    for ours, theirs in zip(*(weighted_layers(one).values() for one in (model, full)), strict=True):
        ours.weight.mul_(sqrt(theirs.weight[0].numel() / ours.weight[0].numel()))
    return model
