"""Where a network's parameters are, and where its work is."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cvlib.cost import LayerCost

__all__ = ["Shares"]

KINDS = {"conv": "Conv2d", "fc": "Linear"}
BYTES = 4  # of a float32


@dataclass(frozen=True)
class Shares:
    """Shares of the layers in a network's parameters and multiply-accumulates, from its `cost.layer_costs`.

    ``layers`` are those that have parameters; ``names``, ``parameters`` and ``work`` have a value for each,
    the last two as fractions. Raises ValueError for a network without either.
    """

    costs: Sequence[LayerCost]

    def __post_init__(self):
        if not self.total or not self.macs:
            raise ValueError(f"{len(self.costs)} layers with {self.total:,} parameters and {self.macs:,} "
                             "MACs have nothing to share")

    @cached_property
    def layers(self) -> list[LayerCost]:
        """The layers that have parameters, in the order in which they run."""
        return [layer for layer in self.costs if layer.parameters]

    @cached_property
    def total(self) -> int:
        """Parameters of the whole network."""
        return sum(layer.parameters for layer in self.costs)

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of the whole network for one picture."""
        return sum(layer.macs for layer in self.costs)

    @property
    def names(self) -> list[str]:
        """The layers' short names, and the full one where two layers share the short one."""
        times = Counter(layer.short for layer in self.layers)
        return [layer.short if times[layer.short] == 1 else layer.name for layer in self.layers]

    @property
    def parameters(self) -> list[float]:
        """Each layer's share of the parameters."""
        return [layer.parameters / self.total for layer in self.layers]

    @property
    def work(self) -> list[float]:
        """Each layer's share of the multiply-accumulates."""
        return [layer.macs / self.macs for layer in self.layers]

    def megabytes(self, *names: str) -> float:
        """What the parameters of these layers take as float32, in millions of bytes.

        Raises KeyError for a layer that the network lacks.
        """
        held = dict(zip(self.names, (layer.parameters for layer in self.layers), strict=True))
        return sum(held[name] for name in names) * BYTES / 1e6

    def numbers(self) -> dict[str, float | int | str]:
        """Shares in per cent: ``<layer>_share`` of the parameters (dots as underscores), ``conv_`` and
        ``fc_share`` of all convolutions and all linear layers, ``conv_`` and ``fc_work``; ``parameters`` in
        all, and ``classes_out``."""
        numbers = {f"{name.replace('.', '_')}_share": 100 * share
                   for name, share in zip(self.names, self.parameters, strict=True)}
        for label, kind in KINDS.items():
            alike = [layer for layer in self.layers if layer.kind == kind]
            numbers[f"{label}_share"] = 100 * sum(layer.parameters for layer in alike) / self.total
            numbers[f"{label}_work"] = 100 * sum(layer.macs for layer in alike) / self.macs
        return numbers | {"parameters": f"{self.total:,}", "classes_out": self.layers[-1].output[0]}
