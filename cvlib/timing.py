"""Where the time of a forward pass goes, module by module."""
from collections import defaultdict
from time import perf_counter

import torch
from torch import Tensor, nn

from cvlib.hooks import home, watched

__all__ = ["layer_seconds"]


def layer_seconds(model: nn.Module, images: Tensor, *, repeats: int = 5) -> dict[str, float]:
    """Seconds that each innermost module takes for ``images`` (N, C, H, W): the least of ``repeats`` passes
    in evaluation mode, after one that is not counted, since whatever else a machine does only adds to them.

    On a GPU each module is waited for, so that its time is its own. A module that runs twice counts twice.
    Raises ValueError for fewer than one pass.
    """
    if repeats < 1:
        raise ValueError(f"repeats is at least 1, not {repeats}")
    modules = {name: module for name, module in model.named_modules() if not list(module.children())}
    passes: list[dict[str, float]] = []
    begun: dict[str, float] = {}

    def begin(name):
        begun[name] = _now(images.device)

    def end(name, module, arguments, output):
        passes[-1][name] += _now(output.device if isinstance(output, Tensor) else images.device) - begun[name]

    images = images.to(home(model))
    with watched(model, modules, end, before=begin):
        for _ in range(repeats + 1):
            passes.append(defaultdict(float))
            model(images)
    return {name: min(one[name] for one in passes[1:]) for name in passes[0]}


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return perf_counter()
