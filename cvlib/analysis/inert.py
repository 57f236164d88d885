"""Whether local response normalisation can do anything, from the scale of its input."""
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from cvlib.layers import LocalResponseNorm

__all__ = ["INERT", "InertCheck", "divisor_change", "scaled"]

INERT = 0.02  # a divisor that never leaves k by more than this share is a constant
SCALES = ("unit", "zero_one", "raw")


def divisor_change(norm: LocalResponseNorm, activations: Tensor) -> Tensor:
    """(divisor / k) ** beta - 1, as float64 in the shape of ``activations`` (N, C, H, W): by which share more
    the layer divides than it would beside silent maps."""
    return (norm.divisor(activations.double()) / norm.k) ** norm.beta - 1


def scaled(pictures: Tensor, scale: str) -> Tensor:
    """``pictures`` (N, 3, H, W) in 0 ... 255 less each channel's mean over all of them; "raw" is that,
    "zero_one" a 255th of it, "unit" it over each channel's standard deviation, as float64.

    Raises ValueError for another scale.
    """
    if scale not in SCALES:
        raise ValueError(f"scale is one of {', '.join(SCALES)}, not {scale!r}")
    values = pictures.double()
    centred = values - values.mean((0, 2, 3), keepdim=True)
    std = values.std((0, 2, 3), correction=0, keepdim=True)
    return centred / {"unit": std, "zero_one": 255, "raw": 1}[scale]


@dataclass(frozen=True)
class InertCheck:
    """What each of ``norms`` does after a first convolution with each of ``weights``, on ``pictures``.

    ``pictures`` (N, 3, H, W) are in 0 ... 255, ``weights`` (C, 3, K, K) by the name of their start, biases
    are 0, and a ReLU stands before the norm.
    """

    pictures: Tensor
    weights: Mapping[str, Tensor]
    norms: Mapping[str, LocalResponseNorm]
    stride: int = 4

    def changes(self, scale: str, start: str) -> dict[str, tuple[float, float]]:
        """Median and 99 % quantile of `divisor_change` by the name of the norm."""
        weight = self.weights[start].double()
        maps = F.conv2d(scaled(self.pictures, scale), weight, stride=self.stride).relu_()
        at = torch.tensor([0.5, 0.99], dtype=torch.float64)
        return {name: tuple(_quantiles(divisor_change(norm, maps), at)) for name, norm in self.norms.items()}

    def lines(self, *rows: tuple[str, str]) -> list[str]:
        """`changes` of each (scale, start) as text under a head that names the norms: median / 99 %."""
        found = {row: self.changes(*row) for row in rows}
        head = f"{'input':<9}{'start':<8}" + "".join(f"{name:^17}" for name in self.norms)
        return [head.rstrip(), *(f"{scale:<9}{start:<8}" + " ".join(
            f"{middle:7.0e} / {high:.0e}" for middle, high in pairs.values())
            for (scale, start), pairs in found.items())]

    def numbers(self, rows=None) -> dict[str, float]:
        """``<scale>_<start>_<norm>_mid`` and ``_high`` for each (scale, start) of ``rows``, or for all."""
        rows = rows or [(scale, start) for scale in SCALES for start in self.weights]
        return {f"{scale}_{start}_{norm}_{what}": value for scale, start in rows
                for norm, pair in self.changes(scale, start).items()
                for what, value in zip(("mid", "high"), pair, strict=True)}


def _quantiles(values: Tensor, at: Tensor) -> list[float]:
    """As `torch.quantile`, which refuses more than sixteen million values: every so many then."""
    flat = values.flatten()
    return torch.quantile(flat[::1 + len(flat) // 2**23], at).tolist()
