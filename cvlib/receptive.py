"""Receptive fields: which pixels a unit can see, by arithmetic and by trying.

The arithmetic is that of Araujo, Norris and Sim (Distill, 2019): a layer of kernel k and stride s widens the
field by (k - 1) times the distance between its inputs, and multiplies that distance by s.
"""
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from cvlib.hooks import watched
from cvlib.layers import LocalResponseNorm

__all__ = ["Field", "measured_field", "receptive_fields"]

WINDOWS = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)
POINTWISE = (nn.Identity, nn.ReLU, nn.Tanh, nn.Dropout, LocalResponseNorm)  # at one place
WHOLE = (nn.Flatten, nn.Linear, nn.AdaptiveAvgPool2d)
SHARE = 32  # pictures at once


@dataclass(frozen=True)
class Field:
    """What one unit of ``layer`` sees: ``size`` pixels a side, ``stride`` pixels from that of its neighbour.

    ``start`` is the first pixel of the first unit's, below 0 where it reads padding; ``places`` the units a
    side. Of a layer that reads all places, ``size`` is the picture's side, ``stride`` 0 and ``places`` 1.
    """

    layer: str
    size: int
    stride: int
    start: int
    places: int

    def window(self, place: int) -> tuple[int, int]:
        """The first pixel and the one behind the last of unit ``place``, padding included.

        Raises IndexError for a place that is not there.
        """
        if not 0 <= place < self.places:
            raise IndexError(f"{self.layer} has places 0 ... {self.places - 1}, not {place}")
        return self.start + place * self.stride, self.start + place * self.stride + self.size


def receptive_fields(model: nn.Module, input_shape: tuple[int, int, int]) -> list[Field]:
    """The field of each innermost module of a chain, in the order in which they run, on pictures (C, S, S).

    Raises ValueError for a picture that is not square, and for a module whose field is not known.
    """
    if input_shape[1] != input_shape[2]:
        raise ValueError(f"pictures are square, not {input_shape[1]} x {input_shape[2]}")
    now, fields = Field("", 1, 1, 0, input_shape[1]), []
    for name, module, places in _chain(model, input_shape):
        now = replace(_after(module, now, input_shape[1]), layer=name, places=places)
        fields.append(now)
    return fields


def measured_field(model: nn.Module, input_shape: tuple[int, int, int], layer: str, place: tuple[int, int]
                   ) -> tuple[list[int], list[int]]:
    """The rows and the columns of pixels that unit ``place`` (row, column) of module ``layer`` sees.

    One row or column of a random picture after the other becomes "not a number", which whatever reads it
    becomes too. It is done in float64, where no fast product mixes places. The model is left as it was.
    """
    torch.manual_seed(0)
    trial, picture = deepcopy(model).double(), torch.randn(input_shape, dtype=torch.float64)
    return tuple([i for i, seen in enumerate(_reached(trial, picture, layer, place, axis)) if seen]
                 for axis in (1, 2))


def _reached(model: nn.Module, picture: Tensor, layer: str, place: tuple[int, int], axis: int) -> list[bool]:
    """For each pixel of ``axis`` whether the unit is no number where that row or column is none."""
    module, reached = model.get_submodule(layer), []

    def keep(name, module, arguments, output):
        unit = output[:, :, place[0], place[1]] if output.dim() == 4 else output
        reached.extend(unit.isnan().any(dim=1).tolist())

    with watched(model, {layer: module}, keep):
        for indices in torch.arange(picture.shape[axis]).split(SHARE):
            trials = picture.repeat(len(indices), 1, 1, 1)
            for trial, index in zip(trials, indices, strict=True):
                trial.select(axis, index).fill_(float("nan"))
            model(trials)
    return reached


def _chain(model: nn.Module, input_shape: tuple[int, ...]) -> Iterator[tuple[str, nn.Module, int]]:
    """Name, module and places a side of each innermost module, as they run."""
    inner = {name: module for name, module in model.named_modules() if not list(module.children())}
    ran: list[tuple[str, nn.Module, int]] = []

    def end(name, module, arguments, output):
        ran.append((name, module, output.shape[-1] if output.dim() == 4 else 1))

    with torch.device("meta"):
        trial = deepcopy(model).to("meta")
        with watched(trial, {name: trial.get_submodule(name) for name in inner}, end):
            trial(torch.empty(1, *input_shape))
    return iter(ran)


def _after(module: nn.Module, before: Field, side: int) -> Field:
    """The field behind ``module``, ``places`` and ``layer`` aside."""
    if isinstance(module, WHOLE) or not before.stride:
        return replace(before, size=side, stride=0, start=0)
    if isinstance(module, nn.ZeroPad2d):
        return replace(before, start=before.start - module.padding[0] * before.stride)
    if isinstance(module, POINTWISE):
        return before
    if not isinstance(module, WINDOWS):
        raise ValueError(f"the receptive field of a {type(module).__name__} is not known here")
    kernel, stride, padding = (_side(getattr(module, name)) for name in ("kernel_size", "stride", "padding"))
    reach = (kernel - 1) * _side(getattr(module, "dilation", 1))
    return replace(before, size=before.size + reach * before.stride, stride=before.stride * stride,
                   start=before.start - padding * before.stride)


def _side(value: int | tuple[int, int]) -> int:
    """Of a kernel size and the like, the same for both sides."""
    sides = {value} if isinstance(value, int) else set(value)
    if len(sides) > 1:
        raise ValueError(f"windows are square, not {value}")
    return sides.pop()
