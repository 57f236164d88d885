"""What passes the modules of a network in a step of training."""
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn import functional as F

from cvlib.hooks import home, named_module, watched

__all__ = ["Signal", "signals"]


@dataclass(frozen=True)
class Signal:
    """What passes one module in a step of training: the ``deviation`` of the values that it gives, and the
    norm of the loss's ``gradient`` with respect to all of them."""

    name: str
    deviation: float
    gradient: float


def signals(model: nn.Module, images: Tensor, labels: Tensor, names: Sequence[str]) -> list[Signal]:
    """The signals of the modules ``names``, in the order in which they run, in a step of training with
    cross-entropy on ``images`` (N, C, H, W) and ``labels`` (N,); ``model`` is left as it was.

    Raises ValueError as `capture_activations` does for a name that is not there.
    """
    copy, outputs = deepcopy(model), {}
    modules = {name: named_module(copy, name) for name in names}

    def keep(name, module, arguments, output):
        output.retain_grad()
        outputs[name] = output

    with watched(copy, modules, keep, training=True):
        F.cross_entropy(copy(images.to(home(copy))), labels).backward()
    return [Signal(name, output.std().item(), output.grad.norm().item()) for name, output in outputs.items()]
