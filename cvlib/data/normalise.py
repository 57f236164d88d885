"""From 0 ... 255 to what a network is fed: (pixel - mean) / std."""
import torch
from torch import Tensor, nn

from cvlib.data.preprocess import centre

__all__ = ["Normalise", "normalise_of"]


class Normalise(nn.Module):
    """(N, 3, S, S) in 0 ... 255, of any number type -> float32.

    Buffers ``mean`` and ``std`` (None: nothing is divided) are (3, 1, 1) or, a value a pixel, (3, S, S).
    """

    def __init__(self, mean: Tensor, std: Tensor | None = None):
        super().__init__()
        self.register_buffer("mean", _channels_last(mean))
        self.register_buffer("std", None if std is None else _channels_last(std))

    def forward(self, pixels: Tensor) -> Tensor:
        centred = pixels - self.mean
        return centred if self.std is None else centred / self.std


def normalise_of(source) -> Normalise:
    """As ``source.preprocess`` says, with what it asks for taken from the pictures of ``source``.

    As in the 2012 source, the centre of the mean picture serves every crop. A channel that never changes is
    divided by 1.
    """
    preprocess, statistics = source.preprocess, source.statistics
    if preprocess.mean == "picture":
        start = centre(preprocess.size, preprocess.crop)
        inner = slice(start, start + preprocess.crop)
        mean = torch.from_numpy(statistics.mean_picture[inner, inner].copy()).permute(2, 0, 1)
    else:
        mean = _values(statistics.channel_mean if preprocess.mean == "channel" else preprocess.mean)
    if preprocess.std is None:
        return Normalise(mean)
    return Normalise(mean, _values(statistics.channel_std if preprocess.std == "channel" else preprocess.std))


def _values(three) -> Tensor:
    return torch.tensor([float(value) for value in three], dtype=torch.float32).reshape(3, 1, 1)


def _channels_last(values: Tensor) -> Tensor:
    """In the memory order of pictures: several times as fast."""
    return values.float()[None].contiguous(memory_format=torch.channels_last)[0]
