"""From 0 ... 255 to what a network is fed: (pixel - mean) / std."""
from dataclasses import replace

import torch
from torch import Tensor, nn

from cvlib.data.preprocess import Preprocess, centre

__all__ = ["Normalise", "normalise_of"]


class Normalise(nn.Module):
    """(N, 3, S, S) in 0 ... 255, of any number type -> float32.

    Buffers ``mean`` and ``std`` (None: nothing is divided) are (3, 1, 1) or, a value a pixel, (3, S, S).
    """

    def __init__(self, mean: Tensor, std: Tensor | None = None):
        super().__init__()
        self.register_buffer("mean", _channels_last(mean))
        self.register_buffer("std", None if std is None else _channels_last(std))

    @classmethod
    def fixed(cls, preprocess: Preprocess) -> "Normalise":
        """By the numbers that ``preprocess`` names itself; raises ValueError where it names statistics."""
        if "picture" in (preprocess.mean, preprocess.std) or "channel" in (preprocess.mean, preprocess.std):
            raise ValueError(f"mean {preprocess.mean!r} and std {preprocess.std!r} are a data set's: see "
                             "normalise_of")
        return cls(_values(preprocess.mean), None if preprocess.std is None else _values(preprocess.std))

    def forward(self, pixels: Tensor) -> Tensor:
        centred = pixels - self.mean
        return centred if self.std is None else centred / self.std


def normalise_of(source) -> Normalise:
    """As ``source.preprocess`` says, with what it asks for taken from the pictures of ``source``.

    As in the 2012 source, the centre of the mean picture serves every crop. A channel that never changes is
    divided by 1.
    """
    preprocess = source.preprocess
    for name in ("mean", "std"):
        if getattr(preprocess, name) == "channel":
            values = getattr(source.statistics, f"channel_{name}")
            preprocess = replace(preprocess, **{name: tuple(values.tolist())})
    if preprocess.mean != "picture":
        return Normalise.fixed(preprocess)
    start = centre(preprocess.size, preprocess.crop)
    inner = slice(start, start + preprocess.crop)
    picture = torch.from_numpy(source.statistics.mean_picture[inner, inner].copy()).permute(2, 0, 1)
    return Normalise(picture, None if preprocess.std is None else _values(preprocess.std))


def _values(three) -> Tensor:
    return torch.tensor([float(value) for value in three], dtype=torch.float32).reshape(3, 1, 1)


def _channels_last(values: Tensor) -> Tensor:
    """In the memory order of pictures: several times as fast."""
    return values.float()[None].contiguous(memory_format=torch.channels_last)[0]
