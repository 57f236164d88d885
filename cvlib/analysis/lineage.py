"""Networks that go by one name, each taken apart into the same rows."""
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import nn

from cvlib.cost import layer_costs
from cvlib.layers import LocalResponseNorm, WithinMapNorm

__all__ = ["Lineage"]

WORDS = {nn.ReLU: "ReLU", LocalResponseNorm: "LRN", nn.MaxPool2d: "pool"}


@dataclass(frozen=True)
class Lineage:
    """``columns``: of each network, by name, what it has in each row, in words; ``parameters`` and ``macs``
    of each."""

    columns: Mapping[str, Mapping[str, str]]
    parameters: Mapping[str, int]
    macs: Mapping[str, int]

    @classmethod
    def of(cls, networks: Mapping[str, tuple[nn.Module, int]]) -> "Lineage":
        """From live networks of the AlexNet kind as they start, each with the side of its pictures in
        pixels: conv1 ... conv5 and fc6 ... fc8 by those names in `stages` and `head`."""
        costs = {name: layer_costs(model, (3, size, size)) for name, (model, size) in networks.items()}
        return cls(columns={name: dict(_rows(model, size)) for name, (model, size) in networks.items()},
                   parameters={name: sum(one.parameters for one in layers) for name, layers in costs.items()},
                   macs={name: sum(one.macs for one in layers) for name, layers in costs.items()})

    def table(self) -> str:
        """A line a row, a column a network; four of them in 70 characters."""
        names = list(self.columns)
        rows = {"": {name: name for name in names}}
        for row in next(iter(self.columns.values())):
            rows[row] = {name: column[row] for name, column in self.columns.items()}
        rows["parameters"] = {name: f"{count:,}" for name, count in self.parameters.items()}
        rows["million MACs"] = {name: f"{count / 1e6:,.0f}" for name, count in self.macs.items()}
        return "\n".join(f"{row:<13}" + "".join(f"{cells[name]:>14}" for name in names)
                         for row, cells in rows.items())

    def differing(self, name: str) -> list[str]:
        """The rows in which the network has something else than the first one."""
        first = next(iter(self.columns.values()))
        return [row for row, words in self.columns[name].items() if words != first[row]]

    def numbers(self) -> dict[str, int | float | str]:
        """``rows`` of the table, parameters and MACs left out; and of each network, spaces as "_", its
        ``_parameters`` as text, ``_macs`` in millions, and the rows that `differing` finds, counted."""
        numbers: dict[str, int | float | str] = {"rows": len(next(iter(self.columns.values())))}
        for name, count in self.parameters.items():
            key = name.replace(" ", "_")
            numbers |= {f"{key}_parameters": f"{count:,}", f"{key}_macs": self.macs[name] / 1e6,
                        f"{key}_differs": len(self.differing(name))}
        return numbers


def _rows(model: nn.Module, size: int) -> Iterator[tuple[str, str]]:
    """Row by row, what stands in the network's column."""
    layers = dict(model.stages.named_children()) | dict(model.head.named_children())
    convolutions = [str(layer.out_channels) for name, layer in layers.items() if name.startswith("conv")]
    norms = [layer for layer in layers.values() if isinstance(layer, LocalResponseNorm)]
    pool = layers["pool1"]
    yield "pixels", str(size)
    yield "zeros around", _zeros(layers)
    yield "maps 1, 2", ", ".join(convolutions[:2])
    yield "maps 3 to 5", ", ".join(convolutions[2:])
    yield "towers", str(layers["conv2"].groups)
    yield "after conv1", " ".join(_after(layers, "conv1", "conv2"))
    yield "after conv2", " ".join(_after(layers, "conv2", "conv3"))
    within = any(isinstance(layer, WithinMapNorm) for layer in layers.values())
    yield "within a map", "5×5 places" if within else "-"
    yield "LRN: k", f"{norms[0].k:g}" if norms else "-"
    yield "alpha", f"{norms[0].effective_alpha:.0e}" if norms else "-"
    yield "sums within", ("a tower" if norms[0].groups > 1 else "all maps") if norms else "-"
    yield "pooling", f"{pool.kernel_size}/{pool.stride}, {'up' if pool.ceil_mode else 'down'}"
    yield "dropped", ", ".join(_dropped(layers))
    for name in ("conv1", "conv3", "fc6"):
        yield f"std {name}", f"{layers[name].weight.std().item():.1g}"
    yield "bias conv2", f"{layers['conv2'].bias.mean().abs().item():.1f}"


def _zeros(layers: Mapping[str, nn.Module]) -> str:
    """Columns of zeros left and right of the picture."""
    if "pad1" in layers:
        left, right = layers["pad1"].padding[:2]
    else:
        left = right = layers["conv1"].padding[0]
    return f"{left} and {right}"


def _after(layers: Mapping[str, nn.Module], start: str, end: str) -> Iterator[str]:
    names = list(layers)
    for name in names[names.index(start) + 1:names.index(end)]:
        if word := WORDS.get(type(layers[name])):
            yield word


def _dropped(layers: Mapping[str, nn.Module]) -> Iterator[str]:
    """The layers whose units dropout leaves out, by the name of what made them."""
    made = ""
    for name in layers:
        if name.startswith("drop"):
            yield made
        elif name.startswith(("conv", "fc", "pool")) and name != "pool":
            made = name
