"""What a prediction holds in memory: weights, the pictures, and the activations that wait for one another."""
import weakref
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from cvlib.hooks import home, watched
from cvlib.memory.counting import check_batch

__all__ = ["InferenceMemory", "inference_memory"]


@dataclass(frozen=True)
class InferenceMemory:
    """What a forward pass without gradients holds, in bytes: ``weights``, buffers among them, the ``batch``
    of pictures, and of the ``activations`` the most that are there together."""

    weights: int
    activations: int
    batch: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.activations + self.batch


def inference_memory(model: nn.Module, input_shape: tuple[int, ...], batch_size: int = 1) -> InferenceMemory:
    """What a prediction for ``batch_size`` pictures of ``input_shape`` (C, H, W) holds, counted from shapes
    alone; workspaces of convolutions are not. In a chain two neighbours are there together, since PyTorch
    frees a tensor when nothing needs it.

    ``model`` is left as it was. Raises ValueError for a batch that is no whole number of pictures.
    """
    check_batch(batch_size)
    shadow = {name: torch.empty_like(tensor, device="meta")
              for part in (model.named_parameters(), model.named_buffers()) for name, tensor in part}
    images = torch.empty(batch_size, *input_shape, device="meta", dtype=home(model).dtype)
    with watched(model, {}, lambda *_: None), _Live([*shadow.values(), images]) as live:
        functional_call(model, shadow, (images,))
    return InferenceMemory(sum(tensor.nbytes for tensor in shadow.values()), live.peak, images.nbytes)


class _Live(TorchDispatchMode):
    """The most bytes of storages that were there together, those of ``known`` tensors apart."""

    def __init__(self, known: Iterable[Tensor]):
        super().__init__()
        self.known = {tensor.untyped_storage()._cdata for tensor in known}
        self.held: dict[int, int] = {}
        self.peak = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        output = func(*args, **(kwargs or {}))
        for storage in (leaf.untyped_storage() for leaf in tree_leaves(output) if isinstance(leaf, Tensor)):
            if storage._cdata not in self.held.keys() | self.known:
                self.held[storage._cdata] = storage.nbytes()
                weakref.finalize(storage, self.held.pop, storage._cdata)
        self.peak = max(self.peak, sum(self.held.values()))
        return output
