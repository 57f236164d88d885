"""What a network costs: parameters and multiply-accumulates (MACs; 1 MAC is 2 FLOPs), layer by layer."""
from dataclasses import dataclass

import torch
from torch import nn

__all__ = ["LayerCost", "count_macs", "count_parameters", "layer_costs"]


@dataclass(frozen=True)
class LayerCost:
    """One layer for one picture: output shape without the batch, parameters, MACs where it has weights."""

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int


def count_parameters(model: nn.Module) -> int:
    """Weights and biases that training moves."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def count_macs(model: nn.Module, input_shape: tuple[int, ...]) -> int:
    """MACs of one picture of ``input_shape`` (C, H, W): convolutions and linear layers, without biases."""
    return sum(layer.macs for layer in layer_costs(model, input_shape))


@torch.no_grad()
def layer_costs(model: nn.Module, input_shape: tuple[int, ...]) -> list[LayerCost]:
    """Every innermost module in the order in which it runs on one picture of ``input_shape`` (C, H, W)."""
    costs: list[LayerCost] = []
    leaves = [(name, module) for name, module in model.named_modules() if not list(module.children())]
    handles = [module.register_forward_hook(
        lambda module, _, out, name=name: costs.append(_cost(name.rpartition(".")[2], module, out)))
        for name, module in leaves]
    training, device = model.training, next(model.parameters()).device
    try:
        model.eval()(torch.zeros(1, *input_shape, device=device))
    finally:
        model.train(training)
        for handle in handles:
            handle.remove()
    return costs


def _cost(name: str, module: nn.Module, output: torch.Tensor) -> LayerCost:
    shape = tuple(output.shape[1:])
    parameters = sum(parameter.numel() for parameter in module.parameters())
    macs = output.numel() * module.weight[0].numel() if isinstance(module, nn.Conv2d | nn.Linear) else 0
    return LayerCost(name, type(module).__name__, shape, parameters, macs)
