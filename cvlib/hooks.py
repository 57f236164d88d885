"""A network watched while it runs, and left as it was."""
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches

import torch
from torch import Tensor, nn

__all__ = ["first_tensor", "home", "named_module", "watched"]


@contextmanager
def watched(model: nn.Module, modules: Mapping[str, nn.Module], after: Callable, *,
            before: Callable | None = None, training: bool = False) -> Iterator[None]:
    """``model`` in evaluation mode and without gradients, or where ``training`` says so in training mode and
    with them; ``before(name)`` is called when one of ``modules`` begins, ``after(name, module, arguments,
    output)`` when it has run.

    In the end, also by an exception, the hooks are gone and each module is back in its own mode.
    """
    modes = [(module, module.training) for module in model.modules()]
    handles = []
    try:
        for name, module in modules.items():
            if before:
                handles.append(module.register_forward_pre_hook(lambda *_, name=name: before(name)))
            handles.append(module.register_forward_hook(
                lambda module, arguments, output, name=name: after(name, module, arguments, output)))
        model.train(training)
        with torch.inference_mode(False), torch.set_grad_enabled(training):
            yield
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes:
            module.training = training


def named_module(model: nn.Module, name: str) -> nn.Module:
    """The module of that full name (`stages.conv1`), or of that last part of one where it is unique. Raises
    ValueError that lists the nearest for a name that is not there, or all that it may mean."""
    modules = dict(model.named_modules())
    found = [full for full in modules if name in (full, full.rpartition(".")[2])]
    found = [name] if name in found else found
    if len(found) > 1:
        raise ValueError(f"several modules are called {name!r}: say which of {', '.join(found[:8])}")
    if not found:
        near = get_close_matches(name, modules, n=3, cutoff=0.0)
        raise ValueError(f"no module {name!r}; the nearest are {', '.join(near)}")
    return modules[found[0]]


def home(model: nn.Module) -> Tensor:
    """An empty tensor where the network reads its pictures: the device and the type of its first weight."""
    weights = (tensor for part in (model.parameters(), model.buffers()) for tensor in part)
    first = next((tensor for tensor in weights if tensor.is_floating_point()), torch.zeros(0))
    return torch.empty(0, device=first.device, dtype=first.dtype)


def first_tensor(output) -> Tensor | None:
    """The tensor that a module gives back, the first where there are several."""
    if isinstance(output, Tensor):
        return output
    parts = output.values() if isinstance(output, Mapping) else output
    parts = parts if isinstance(output, Mapping | tuple | list) else ()
    return next((found for part in parts if (found := first_tensor(part)) is not None), None)
