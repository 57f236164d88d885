"""The neurons of AlexNet, as the paper prints them and as they are counted."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvlib.cost import LayerCost

__all__ = ["PRINTED", "ROUND", "Neurons"]

PRINTED = {"conv1": 253_440, "conv2": 186_624, "conv3": 64_896, "conv4": 64_896, "conv5": 43_264,
           "fc6": 4096, "fc7": 4096, "fc8": 1000}  # caption of Fig. 2
ROUND = 650_000  # abstract and Sec. 1


@dataclass(frozen=True)
class Neurons:
    """Neurons by layer, from a network's `cost.layer_costs`, beside those of the caption of Fig. 2.

    Raises ValueError for a network whose layers have other names.
    """

    costs: Sequence[LayerCost]

    def __post_init__(self):
        if list(self.counted) != list(PRINTED):
            raise ValueError(f"Fig. 2 has the layers {', '.join(PRINTED)}, not {', '.join(self.counted)}")

    @property
    def counted(self) -> dict[str, int]:
        """What each layer that multiplies gives."""
        return {layer.short: layer.neurons for layer in self.costs if layer.neurons}

    @property
    def differing(self) -> list[str]:
        """The layers for which the two disagree."""
        return [name for name, count in self.counted.items() if count != PRINTED[name]]

    def table(self) -> str:
        """A line a layer: the paper's number, ours, and the sums of the convolutions and of all."""
        rows = [(name, PRINTED[name], count) for name, count in self.counted.items()]
        rows += [("conv1-5", _convolutions(PRINTED), _convolutions(self.counted)),
                 ("all", sum(PRINTED.values()), sum(self.counted.values()))]
        return "\n".join([f"{'':<8}{'Fig. 2':>9}{'counted':>10}",
                          *(f"{name:<8}{paper:>9,}{count:>10,}" for name, paper, count in rows)])

    def numbers(self) -> dict[str, str | float]:
        """Counts as text: ``conv1``, ``printed_conv1``, ``missing`` (their difference), ``convolutions``,
        ``total`` and ``printed_total``, ``round``; in per cent how far the totals are from that: ``off``,
        ``printed_off``, and ``conv1_share`` of all neurons."""
        counted, printed = sum(self.counted.values()), sum(PRINTED.values())
        conv1 = self.counted["conv1"]
        said = {"conv1": conv1, "printed_conv1": PRINTED["conv1"], "missing": conv1 - PRINTED["conv1"],
                "convolutions": _convolutions(self.counted), "total": counted, "printed_total": printed,
                "round": ROUND}
        return {name: f"{value:,}" for name, value in said.items()} | {
            "off": 100 * (counted / ROUND - 1), "printed_off": 100 * (printed / ROUND - 1),
            "conv1_share": 100 * conv1 / counted}


def _convolutions(counts: Mapping[str, int]) -> int:
    return sum(count for name, count in counts.items() if name.startswith("conv"))
