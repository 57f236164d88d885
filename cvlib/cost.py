"""What a network costs: parameters and multiply-accumulates (MACs; 1 MAC is 2 FLOPs), layer by layer.

A network of any size is counted without memory or time where it is built under ``torch.device("meta")``.
"""
from collections import defaultdict
from dataclasses import dataclass
from math import prod

from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from cvlib.hooks import first_tensor, home, watched
from cvlib.layers import LocalResponseNorm

__all__ = ["LayerCost", "count_macs", "count_neurons", "count_parameters", "layer_costs", "shape_table"]


@dataclass(frozen=True)
class LayerCost:
    """One layer for one picture.

    ``name`` is its place in the network (`stages.conv1`), ``output`` the shape that it gives last, without
    the batch; ``parameters`` are its own, those of its children apart and shared ones once; ``macs`` are
    those of all its ``calls``.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    macs: int
    calls: int = 1

    @property
    def short(self) -> str:
        """The last part of the name: `conv1`."""
        return self.name.rpartition(".")[2]

    @property
    def neurons(self) -> int:
        """Outputs of a layer that multiplies, as Fig. 2 of the AlexNet paper counts them; 0 of any other."""
        return prod(self.output) if self.macs else 0


def count_parameters(model: nn.Module, *, trainable: bool = False) -> int:
    """Weights and biases, shared ones once; ``trainable`` leaves out those that are frozen."""
    return sum(parameter.numel() for parameter in model.parameters()
               if parameter.requires_grad or not trainable)


def count_macs(model: nn.Module, input_shape: tuple[int, ...]) -> int:
    """MACs of one picture of ``input_shape`` (C, H, W): convolutions and matrix products, without biases."""
    return sum(layer.macs for layer in layer_costs(model, input_shape))


def count_neurons(model: nn.Module, input_shape: tuple[int, ...]) -> int:
    """Outputs of all layers that multiply, on one picture of ``input_shape`` (C, H, W)."""
    return sum(layer.neurons for layer in layer_costs(model, input_shape))


def layer_costs(model: nn.Module, input_shape: tuple[int, ...]) -> list[LayerCost]:
    """Every module that is innermost, has parameters of its own or multiplies, in the order in which they
    first end, on one picture of ``input_shape`` (C, H, W).

    Products outside of such a module count for the one that runs them. Modules with parameters that never run
    come last, with no calls. The parameters add up to `count_parameters`.
    """
    modules = dict(model.named_modules())
    counter, outputs, calls = _MacCounter(), {}, defaultdict(int)

    def end(name, module, arguments, output):
        counter.running.pop()
        tensor = first_tensor(output)
        outputs[name] = () if tensor is None else tuple(tensor.shape[1:])
        calls[name] += 1

    with watched(model, modules, end, before=counter.running.append), counter:
        model(home(model).new_zeros(1, *input_shape))
    own = _own_parameters(modules)
    order = [*outputs, *(name for name in modules if name not in outputs)]
    costs = [LayerCost(name, type(modules[name]).__name__, outputs.get(name, ()), own[name],
                       0 if isinstance(modules[name], LocalResponseNorm) else counter.macs[name], calls[name])
             for name in order]
    return [cost for cost in costs if cost.parameters or cost.macs
            or (cost.calls and not list(modules[cost.name].children()))]


def shape_table(model: nn.Module, input_shape: tuple[int, ...]) -> str:
    """`layer_costs` as text, a line a layer: name, kind, output, parameters, MACs."""
    costs = layer_costs(model, input_shape)
    rows = [("", "", "output", "parameters", "MACs"), *(
        (cost.name, cost.kind, "×".join(map(str, cost.output)), f"{cost.parameters:,}", f"{cost.macs:,}")
        for cost in costs), ("total", "", "", f"{sum(cost.parameters for cost in costs):,}",
                             f"{sum(cost.macs for cost in costs):,}")]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width)
                               in enumerate(zip(row, widths, strict=True))).rstrip() for row in rows)


class _MacCounter(TorchDispatchMode):
    """Adds each product up for the innermost module that is running."""

    def __init__(self):
        super().__init__()
        self.running: list[str] = []
        self.macs: dict[str, int] = defaultdict(int)

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        output = func(*args, **kwargs)
        flops = flop_registry.get(func._overloadpacket)
        if flops and self.running:
            self.macs[self.running[-1]] += flops(*args, **kwargs, out_val=output) // 2
        return output


def _own_parameters(modules: dict[str, nn.Module]) -> dict[str, int]:
    """What each module holds beside its children; a parameter with several owners counts for the first."""
    seen: set[int] = set()
    own = {}
    for name, module in modules.items():
        new = {id(parameter): parameter.numel() for parameter in module.parameters(recurse=False)
               if id(parameter) not in seen}
        seen |= new.keys()
        own[name] = sum(new.values())
    return own
