"""ConvNeXt for two processor cores, this course's own: a quarter of the widths of ConvNeXt-T and a third of
its blocks, in the same ratio of 1:1:3:1.

A step of training on pictures of 112 pixels takes about as long as one of `alexnet_mini` does, with little
more than half of its multiply-accumulates: depthwise convolutions and GELUs cost a CPU more time than work.
"""
from cvlib.models.convnext import ConvNeXt

__all__ = ["convnext_mini"]


def convnext_mini(num_classes: int = 1000, in_channels: int = 3, drop_path: float = 0.0,
                  layer_scale: float = 1e-6) -> ConvNeXt:
    """The small network, for pictures of 32 pixels and more; 671,358 parameters for six classes."""
    return ConvNeXt((1, 1, 3, 1), (24, 48, 96, 192), num_classes=num_classes, in_channels=in_channels,
                    drop_path=drop_path, layer_scale=layer_scale)
