"""Net 147 of the 2012 source, which the paper compares overlapping pooling with (Sec. 3.4).

It differs from net 145 in its pooling, 2x2 with stride 2, and in two paddings: conv2's is 1 instead of 2 and
conv5's 0 instead of 1 (layers-147.cfg, lines 69, 84, 195 and 209). The source rounds sizes up, so without the
paddings the maps would be 28, 14 and 7 wide; with them the last is 6, as in net 145.
"""
from cvlib.models.alexnet import AlexNet, layers_of

__all__ = ["disjoint_pooling"]

POOLS, PADDINGS = ("pool1", "pool2", "pool5"), {"conv2": 1, "conv5": 0}


def disjoint_pooling(model: AlexNet, *, paddings: bool = True, ceil: bool = True) -> AlexNet:
    """``model`` itself, pooled 2x2 with stride 2, with net 147's ``paddings`` or its own.

    ``ceil`` False rounds sizes down, as `nn.MaxPool2d` does unless told otherwise. Where the last map gets
    another size fc6 does not fit any more. Raises ValueError for another network, and where a layer that
    would change is left out.
    """
    names = [*POOLS, *PADDINGS] if paddings else POOLS
    layers = layers_of(model)
    missing = [name for name in names if name not in layers]
    if missing:
        raise ValueError(f"this AlexNet has no {', '.join(missing)}")
    for name in POOLS:
        layers[name].kernel_size, layers[name].ceil_mode = 2, ceil
    for name, padding in PADDINGS.items() if paddings else ():
        layers[name].padding = (padding, padding)
    return model
