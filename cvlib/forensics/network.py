"""Mistakes with the network: not put into evaluation mode, or with other weights than it should have."""
from collections.abc import Callable, Iterable
from copy import deepcopy

import torch
from torch import Tensor, nn

from cvlib.forensics.suspect import Suspect

__all__ = ["drifted", "other_weights", "training"]

Batches = Callable[[], Iterable[Tensor]]


def training(model: nn.Module, batches: Batches) -> nn.Module:
    """A copy in training mode: dropout and stochastic depth drop, BatchNorm divides by each batch's own
    deviation."""
    return deepcopy(model).train()


@torch.no_grad()
def drifted(model: nn.Module, batches: Batches) -> nn.Module:
    """A copy in evaluation mode whose BatchNorm statistics moved as all batches passed in training mode."""
    moved = training(model, batches)
    for batch in batches():
        moved(batch)
    return moved.eval()


def other_weights(name: str, says: str, model: nn.Module, source: str = "") -> Suspect:
    """A suspect that asks ``model`` in place of the network."""
    asked = deepcopy(model).eval()
    return Suspect(name, says, source, mode=lambda network, batches: asked)
