"""Where a network's time goes, beside its work."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cvlib.cost import LayerCost

__all__ = ["Timed"]

GROUPS = {"norms": ("LocalResponseNorm",), "pooling": ("MaxPool2d",)}
OTHERS = "the rest"


@dataclass(frozen=True)
class Timed:
    """Shares of the rows of a network in its time and in its multiply-accumulates.

    A row is a layer that multiplies, all norms, all poolings, or the rest. ``seconds`` are those of
    `cvlib.timing.layer_seconds`, by full name, ``costs`` the network's `cost.layer_costs`. Raises ValueError
    where a layer that multiplies was not timed.
    """

    costs: Sequence[LayerCost]
    seconds: Mapping[str, float]

    def __post_init__(self):
        untimed = [layer.name for layer in self.costs if layer.macs and layer.name not in self.seconds]
        if untimed:
            raise ValueError(f"no time of {', '.join(untimed)}")

    @cached_property
    def rows(self) -> dict[str, tuple[float, float]]:
        """(share of the work, share of the time) of each row, as fractions."""
        rows = {layer.short: [0.0, 0.0] for layer in self.costs if layer.macs}
        rows |= {name: [0.0, 0.0] for name in (*GROUPS, OTHERS)}
        macs, seconds = sum(layer.macs for layer in self.costs), sum(self.seconds.values())
        for layer in self.costs:
            row = rows[self._row(layer)]
            row[0] += layer.macs / macs
            row[1] += self.seconds.get(layer.name, 0.0) / seconds
        return {name: (work, time) for name, (work, time) in rows.items()}

    @property
    def linear(self) -> float:
        """The share of the fully connected layers in the time."""
        return sum(self.rows[layer.short][1] for layer in self.costs if layer.kind == "Linear")

    def numbers(self) -> dict[str, float]:
        """In per cent: ``<row>_work`` and ``<row>_time``, and ``fc_time`` of all fully connected layers."""
        numbers = {"fc_time": 100 * self.linear}
        for name, (work, time) in self.rows.items():
            key = name.replace(" ", "_").replace(".", "_")
            numbers |= {f"{key}_work": 100 * work, f"{key}_time": 100 * time}
        return numbers

    def _row(self, layer: LayerCost) -> str:
        if layer.macs:
            return layer.short
        return next((name for name, kinds in GROUPS.items() if layer.kind in kinds), OTHERS)
