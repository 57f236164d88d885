"""Receptive fields: which pixels a unit can see, by arithmetic and by trying.

The arithmetic is that of Araujo, Norris and Sim (Distill, 2019): a layer of kernel k and stride s widens the
field by (k - 1) times the distance between its inputs, and multiplies that distance by s.
"""
from copy import deepcopy
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from cvlib.hooks import named_module, watched
from cvlib.layers import LocalResponseNorm, TestTimeDropout, WithinMapNorm

__all__ = ["Field", "measured_field", "receptive_fields"]

WINDOWS = (nn.Conv2d, nn.MaxPool2d, nn.AvgPool2d)
POINTWISE = (nn.Identity, nn.ReLU, nn.Tanh, nn.Dropout, TestTimeDropout, LocalResponseNorm)  # at one place
WHOLE = (nn.Flatten, nn.Linear)
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

    A chain is a network in which each module reads what the one before it gives. Raises ValueError for any
    other network, for a picture that is not square, and for a module whose field is not known.
    """
    if len(input_shape) != 3 or input_shape[1] != input_shape[2]:
        raise ValueError(f"pictures are square, (C, S, S), not {' x '.join(map(str, input_shape))}")
    now, fields = Field("", 1, 1, 0, input_shape[1]), []
    for name, module, places in _chain(model, input_shape):
        now = replace(_after(module, now, input_shape[1], places), layer=name, places=places)
        fields.append(now)
    return fields


def measured_field(model: nn.Module, input_shape: tuple[int, int, int], layer: str, place: tuple[int, int]
                   ) -> tuple[list[int], list[int]]:
    """The rows and the columns of pixels that unit ``place`` (row, column) of module ``layer`` sees.

    One row or column of a picture after the other becomes "not a number", which whatever reads it becomes
    too. It is done in float64, where no fast product mixes places. The model is left as it was.

    Raises ValueError that lists the nearest for a layer that is not there, IndexError for such a place.
    """
    trial, picture = deepcopy(model).double(), torch.ones(input_shape, dtype=torch.float64)
    return tuple([i for i, seen in enumerate(_reached(trial, picture, layer, place, axis)) if seen]
                 for axis in (1, 2))


def _reached(model: nn.Module, picture: Tensor, layer: str, place: tuple[int, int], axis: int) -> list[bool]:
    """For each pixel of ``axis`` whether the unit is no number where that row or column is none."""
    module, reached = named_module(model, layer), []

    def keep(name, module, arguments, output):
        for at, places in zip(place, output.shape[2:], strict=False):
            if not 0 <= at < places:
                raise IndexError(f"{name} has places 0 ... {places - 1}, not {at}")
        unit = output[:, :, place[0], place[1]] if output.dim() == 4 else output
        reached.extend(unit.isnan().any(dim=1).tolist())

    with watched(model, {layer: module}, keep):
        for indices in torch.arange(picture.shape[axis]).split(SHARE):
            trials = picture.repeat(len(indices), 1, 1, 1)
            for trial, index in zip(trials, indices, strict=True):
                trial.select(axis, index).fill_(float("nan"))
            model(trials)
    return reached


def _chain(model: nn.Module, input_shape: tuple[int, ...]) -> list[tuple[str, nn.Module, int]]:
    """Name, module and places a side of each innermost module, as they run; raises ValueError where one of
    them does not read what the one before it gave, or another view of that."""
    with torch.device("meta"):
        trial, last = deepcopy(model).to("meta"), torch.empty(1, *input_shape)
    given, ran = [("the picture", last)], []

    def end(name, module, arguments, output):
        before, tensor = given[-1]
        if arguments[0].untyped_storage()._cdata != tensor.untyped_storage()._cdata:
            raise ValueError(f"{name} does not read what {before} gives as it is: the receptive fields of "
                             "branches, shortcuts and functions between modules are not known here")
        given.append((name, output))
        ran.append((name, module, output.shape[-1] if output.dim() == 4 else 1))

    inner = {name: module for name, module in trial.named_modules() if not list(module.children())}
    with torch.device("meta"), watched(trial, inner, end):
        trial(last)
    return ran


def _after(module: nn.Module, before: Field, side: int, places: int) -> Field:
    """The field behind ``module``, which gives ``places`` a side, ``layer`` and ``places`` aside."""
    adapts = isinstance(module, nn.AdaptiveAvgPool2d)
    if isinstance(module, WHOLE) or (adapts and places == 1) or not before.stride:
        return replace(before, size=side, stride=0, start=0)
    if isinstance(module, nn.ZeroPad2d):
        left, _, top, _ = module.padding
        return replace(before, start=before.start - _side((left, top)) * before.stride)
    if isinstance(module, POINTWISE) or (adapts and places == before.places):
        return before
    stride, reach, padding = _window(module)
    return replace(before, size=before.size + reach * before.stride, stride=before.stride * stride,
                   start=before.start - padding * before.stride)


def _window(module: nn.Module) -> tuple[int, int, int]:
    """Stride, reach (from its first to its last input) and padding of a window that slides."""
    if isinstance(module, WithinMapNorm):
        return 1, module.size - 1, module.size // 2
    if not isinstance(module, WINDOWS):
        raise ValueError(f"the receptive field of a {type(module).__name__} is not known here")
    if isinstance(module.padding, str) or getattr(module, "padding_mode", "zeros") != "zeros":
        raise ValueError(f"only padding with zeros, counted in pixels, is known here, not that of {module}")
    kernel, stride, padding = (_side(getattr(module, name)) for name in ("kernel_size", "stride", "padding"))
    return stride, (kernel - 1) * _side(getattr(module, "dilation", 1)), padding


def _side(value: int | tuple[int, int]) -> int:
    """Of a kernel size and the like, the same for both sides."""
    sides = {value} if isinstance(value, int) else set(value)
    if len(sides) > 1:
        raise ValueError(f"windows are square, not {value}")
    return sides.pop()
