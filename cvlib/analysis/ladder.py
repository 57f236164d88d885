"""The networks of one family, from few layers to many."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvlib.cost import LayerCost

__all__ = ["Ladder"]


@dataclass(frozen=True)
class Ladder:
    """``costs`` are the `cost.layer_costs` of residual networks, by their depth, all of the same stages.

    Raises ValueError where they differ in their stages, or have none.
    """

    costs: Mapping[int, Sequence[LayerCost]]

    @classmethod
    def of(cls, costs: Mapping[int, Sequence[LayerCost]]) -> "Ladder":
        """From `cost.layer_costs` by depth."""
        return cls(dict(costs))

    def __post_init__(self):
        names = {tuple(self.blocks(depth)) for depth in self.costs}
        if len(names) != 1 or not min(names):
            raise ValueError(f"these networks do not have the same stages: {sorted(names)}")

    def blocks(self, depth: int) -> dict[str, tuple[int, tuple[int, ...]]]:
        """By stage, how many blocks it has, and what each gives."""
        stages: dict[str, dict[str, tuple[int, ...]]] = {}
        for layer in self.costs[depth]:
            part = layer.name.split(".")
            if part[0] == "stages" and len(part) > 3:
                stages.setdefault(part[1], {})[part[2]] = layer.output
        return {name: (len(blocks), list(blocks.values())[-1]) for name, blocks in stages.items()}

    def parameters(self, depth: int) -> int:
        """All of a network's."""
        return sum(layer.parameters for layer in self.costs[depth])

    def macs(self, depth: int) -> int:
        """All of a network's, for one picture."""
        return sum(layer.macs for layer in self.costs[depth])

    def widget(self) -> dict:
        """What `cvlib.widgets.Depths` takes: networks, stages, blocks, maps, totals and what is said."""
        depths = list(self.costs)
        rows = [self.blocks(depth) for depth in depths]
        totals = {"parameters": [self.parameters(depth) / 1e6 for depth in depths],
                  "MACs": [self.macs(depth) / 1e9 for depth in depths]}
        return {"networks": [f"{depth} layers" for depth in depths], "stages": list(rows[0]),
                "blocks": [[count for count, _ in row.values()] for row in rows],
                "maps": [[f"{shape[0]:,} maps of {shape[1]}²" for _, shape in row.values()] for row in rows],
                "totals": totals,
                "said": [(f"{parameters:.1f} million", f"{macs:.1f} billion")
                         for parameters, macs in zip(*totals.values(), strict=True)]}

    def numbers(self) -> dict[str, float | int]:
        """Of each depth ``<depth>_parameters`` in millions and ``<depth>_macs`` in billions; ``side``, the
        pixels of the picture, if the first layer halves it."""
        first = next(iter(self.costs.values()))[0]
        told = {"side": 2 * first.output[1]}
        for depth in self.costs:
            told |= {f"{depth}_parameters": self.parameters(depth) / 1e6,
                     f"{depth}_macs": self.macs(depth) / 1e9}
        return told
