"""What a network says of a picture of which a part is hidden."""
from collections.abc import Callable
from itertools import product

import torch
from torch import Tensor

__all__ = ["occlusion"]


def occlusion(predict: Callable[[Tensor], Tensor], image: Tensor, label: int, *, side: int, stride: int,
              grey: float = 128.0) -> Tensor:
    """By how much the probability of class ``label`` falls when a grey square hides a part of ``image``
    (3, H, W): (H', W'), one value for each place of a square of ``side`` pixels, ``stride`` pixels apart
    (Zeiler and Fergus 2014, section 4.2). Below 0 where hiding helps.

    ``predict`` gives probabilities (N, C) of pictures (N, 3, H, W), as what `load_predictor` returns does;
    all places are one batch. ``grey`` is in the picture's own unit. Raises ValueError for a square that does
    not fit into the picture and for a stride below 1.
    """
    if image.ndim != 3 or not 1 <= side <= min(image.shape[1:]) or stride < 1:
        raise ValueError(f"a square of {side} pixels, {stride} apart, for a picture {tuple(image.shape)}: "
                         "the picture is (3, H, W), the square fits into it, and the stride is 1 or more")
    rows, columns = (range(0, length - side + 1, stride) for length in image.shape[1:])
    batch = image.repeat(1 + len(rows) * len(columns), 1, 1, 1)
    for hidden, (top, left) in zip(batch[1:], product(rows, columns), strict=True):
        hidden[:, top:top + side, left:left + side] = grey
    with torch.no_grad():
        whole, *parts = predict(batch)[:, label]
    return (whole - torch.stack(parts)).reshape(len(rows), len(columns))
