"""What the modules of a network give."""
from collections.abc import Sequence

from torch import Tensor, nn

from cvlib.hooks import first_tensor, home, named_module, watched

__all__ = ["capture_activations", "moved_by_pictures"]


def capture_activations(model: nn.Module, images: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    """What the modules ``names`` give for ``images`` (N, C, H, W), in evaluation mode: copies, since a later
    layer may overwrite it.

    A name is a module's full one (`stages.conv1`) or its last part where that is unique. Raises ValueError
    that lists the nearest for a name that is not there, and for a module that does not run exactly once or
    gives no tensor.
    """
    modules = {name: named_module(model, name) for name in names}
    seen: dict[str, list[Tensor | None]] = {name: [] for name in modules}

    def keep(name, module, arguments, output):
        tensor = first_tensor(output)
        seen[name].append(None if tensor is None else tensor.clone())

    with watched(model, modules, keep):
        model(images.to(home(model)))
    for name, outputs in seen.items():
        if len(outputs) != 1 or outputs[0] is None:
            raise ValueError(f"{name} ran {len(outputs)} times or gave no tensor: name one that runs once "
                             "and gives one")
    return {name: outputs[0] for name, outputs in seen.items()}


def moved_by_pictures(model: nn.Module, images: Tensor, names: Sequence[str]) -> dict[str, float]:
    """How far the modules ``names`` tell ``images`` (N, C, H, W) apart: the standard deviation over the
    pictures of each value that they give in evaluation mode, root mean square over the values.

    Raises ValueError as `capture_activations` does, and for fewer than two pictures.
    """
    if len(images) < 2:
        raise ValueError(f"{len(images)} pictures: nothing can be told apart from nothing")
    seen = capture_activations(model, images, names)
    return {name: values.double().var(0).mean().sqrt().item() for name, values in seen.items()}
