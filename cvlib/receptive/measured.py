"""Receptive fields by trying: pixels are spoiled, and who notices has seen them."""
from copy import deepcopy

import torch
from torch import Tensor, nn

from cvlib.hooks import named_module, watched

__all__ = ["measured_field"]

SHARE = 32  # pictures at once


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
