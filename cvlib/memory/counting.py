"""A step of training run on shapes alone, and what it keeps counted."""
from collections import Counter
from collections.abc import Iterable, Mapping
from numbers import Integral

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.func import functional_call
from torch.nn import functional as F

from cvlib.hooks import first_tensor, home, watched
from cvlib.memory.held import OPTIMIZERS, LayerMemory, TrainingMemory

__all__ = ["check_batch", "training_memory"]

LOSS = "loss"


def training_memory(model: nn.Module, input_shape: tuple[int, ...], batch_size: int, *,
                    optimizer: str = "sgd") -> TrainingMemory:
    """What a step on ``batch_size`` pictures of ``input_shape`` (C, H, W) holds, with cross-entropy.

    ``model`` gives logits (N, classes) and is left as it was; only its shapes run. Dropout's mask is counted
    in floats, as on a CPU; a GPU keeps it in bytes. Raises ValueError for another optimizer, and for a batch
    that is no whole number of pictures, at least one.
    """
    if optimizer not in list(OPTIMIZERS):
        raise ValueError(f"optimizer is one of {', '.join(OPTIMIZERS)}, not {optimizer!r}")
    check_batch(batch_size)
    modules, owned = dict(model.named_modules()), _own_bytes(dict(model.named_modules()))
    shadow = {name: _on_meta(tensor) for part in (model.named_parameters(), model.named_buffers())
              for name, tensor in part}
    images = torch.empty(batch_size, *input_shape, device="meta", dtype=home(model).dtype)
    labels = torch.empty(batch_size, device="meta", dtype=torch.int64)
    kept, outputs = _Kept([*shadow.values(), images, labels]), {}

    def end(name, module, arguments, output):
        kept.running.pop()
        outputs[name] = outputs.get(name, 0) + (0 if _has_children(module) else kept.given(output))

    with watched(model, modules, end, before=kept.running.append, training=True), \
            saved_tensors_hooks(kept.pack, lambda tensor: tensor):
        F.cross_entropy(functional_call(model, shadow, (images,)), labels)
    order = [*outputs, *(name for name in modules if name not in outputs)]
    rows = [LayerMemory(name, type(modules[name]).__name__, *owned[name], kept.bytes[name],
                        outputs.get(name, 0)) for name in order]
    layers = [row for row in rows
              if row.parameters or row.activations or not _has_children(modules[row.name])]
    loss = LayerMemory(LOSS, "cross_entropy", 0, 0, kept.bytes[LOSS])
    return TrainingMemory((*layers, loss), images.nbytes + labels.nbytes, batch_size, optimizer)


def check_batch(batch_size: int) -> None:
    """Raises ValueError unless it is a whole number of pictures."""
    if not isinstance(batch_size, Integral) or batch_size < 1:
        raise ValueError(f"batch_size is a whole number, at least 1, not {batch_size!r}")


class _Storages:
    """Which storages were met, those of ``known`` tensors among them; they are held, so that no later one
    gets the address of one that is gone."""

    def __init__(self, known: Iterable[Tensor]):
        self._met: dict[int, torch.UntypedStorage] = {}
        for tensor in known:
            self.new(tensor)

    def new(self, tensor: Tensor) -> int:
        """The bytes of its storage, 0 where that was met before."""
        storage = tensor.untyped_storage()
        if storage._cdata in self._met:
            return 0
        self._met[storage._cdata] = storage
        return storage.nbytes()


class _Kept:
    """Counts what autograd keeps, ``known`` tensors apart, for the innermost module that is running."""

    def __init__(self, known: list[Tensor]):
        self.running: list[str] = []
        self.bytes: Counter[str] = Counter()
        self._saved, self._given = _Storages(known), _Storages(known)

    def pack(self, tensor: Tensor) -> Tensor:
        self.bytes[self.running[-1] if self.running else LOSS] += self._saved.new(tensor)
        return tensor

    def given(self, output) -> int:
        """The bytes of what a module gives, 0 for another view of what was given before."""
        tensor = first_tensor(output)
        return 0 if tensor is None else self._given.new(tensor)


def _on_meta(tensor: Tensor) -> Tensor:
    return torch.empty_like(tensor, device="meta").requires_grad_(tensor.requires_grad)


def _own_bytes(modules: Mapping[str, nn.Module]) -> dict[str, tuple[int, int]]:
    """Bytes of all and of the trainable parameters that each module holds beside its children, shared ones
    for the first."""
    seen: set[int] = set()
    own = {}
    for name, module in modules.items():
        new = {id(one): one for one in module.parameters(recurse=False) if id(one) not in seen}
        seen |= new.keys()
        own[name] = (sum(one.nbytes for one in new.values()),
                     sum(one.nbytes for one in new.values() if one.requires_grad))
    return own


def _has_children(module: nn.Module) -> bool:
    return next(module.children(), None) is not None
