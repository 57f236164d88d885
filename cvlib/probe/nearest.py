"""Which pictures a network, or anything else that gives vectors, takes to be most alike."""
from typing import NamedTuple

import torch
from torch import Tensor

__all__ = ["Neighbours", "neighbours"]

AT_ONCE = 256  # queries


class Neighbours(NamedTuple):
    """Of each query the ``places`` of its nearest vectors in the gallery, and their ``distances``: (N, k),
    the nearest first."""

    places: Tensor
    distances: Tensor


def neighbours(queries: Tensor, gallery: Tensor, k: int = 6) -> Neighbours:
    """The ``k`` vectors of ``gallery`` (M, ...) nearest to each of ``queries`` (N, ...) by Euclidean
    distance; six, and those of the last hidden layer, in Fig. 4 of the AlexNet paper (Sec. 6.1).

    Computed in double precision: a distance that is small beside its vectors keeps its digits. Raises
    ValueError for vectors of two lengths, and for a ``k`` below 1 or above M.
    """
    if queries.shape[1:] != gallery.shape[1:]:
        raise ValueError(f"queries {tuple(queries.shape)} and a gallery {tuple(gallery.shape)}: their "
                         "vectors are not of one length")
    if not 1 <= k <= len(gallery):
        raise ValueError(f"{k} neighbours of {len(gallery)} are wanted: 1 or more, no more than there are")
    every = gallery.flatten(1).double()
    found = [torch.cdist(some.double(), every).topk(k, largest=False)
             for some in queries.flatten(1).split(AT_ONCE)]
    return Neighbours(torch.cat([one.indices for one in found]), torch.cat([one.values for one in found]))
