"""The road from ResNet-50 to ConvNeXt-T: what its paper prints, and what is counted."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvlib.cost import LayerCost

__all__ = ["OLD_RECIPE", "SWIN_T", "TABLE_10", "Road"]

OLD_RECIPE = 76.13  # ResNet-50 with PyTorch's weights, top-1 of ImageNet, per cent: first row of Table 10
SWIN_T = 81.30  # its last row
TABLE_10 = {  # top-1 in per cent, mean and standard deviation of three seeds; GFLOPs (arXiv:2201.03545)
    "ResNet-50": (78.82, 0.07, 4.09),
    "stage ratio": (79.36, 0.07, 4.53),
    "“patchify” stem": (79.51, 0.18, 4.42),
    "depthwise conv": (78.28, 0.08, 2.35),
    "increase width": (80.50, 0.02, 5.27),
    "inverting dimensions": (80.64, 0.03, 4.64),
    "move up depthwise conv": (79.92, 0.08, 4.07),
    "kernel size → 7": (80.57, 0.14, 4.15),
    "ReLU → GELU": (80.62, 0.14, 4.15),
    "fewer activations": (81.27, 0.06, 4.15),
    "fewer norms": (81.41, 0.09, 4.15),
    "BN → LN": (81.47, 0.09, 4.46),
    "separate d.s. conv": (81.97, 0.06, 4.49),
}


@dataclass(frozen=True)
class Road:
    """Parameters and MACs at 224 pixels of each step's network, by the step's name, beside Table 10.

    Raises ValueError unless the steps are those of the table, in its order.
    """

    counted: Mapping[str, tuple[int, int]]

    def __post_init__(self):
        if list(self.counted) != list(TABLE_10):
            raise ValueError(f"Table 10 has the steps {', '.join(TABLE_10)}, not {', '.join(self.counted)}")

    @classmethod
    def of(cls, costs: Mapping[str, Sequence[LayerCost]]) -> "Road":
        """From the `cost.layer_costs` of each step. Raises ValueError as the class does."""
        return cls({name: (sum(layer.parameters for layer in layers), sum(layer.macs for layer in layers))
                    for name, layers in costs.items()})

    @property
    def gflops(self) -> dict[str, float]:
        """What is counted, in the paper's unit: a multiply-accumulate is one of its FLOPs."""
        return {name: macs / 1e9 for name, (_, macs) in self.counted.items()}

    @property
    def differing(self) -> list[str]:
        """The steps whose count is not the printed one to its last digit."""
        return [name for name, count in self.gflops.items() if round(count, 2) != TABLE_10[name][2]]

    @property
    def gains(self) -> dict[str, float]:
        """Points of top-1 that each step adds to the one before, as printed; the first adds what the new
        recipe does."""
        tops = [OLD_RECIPE, *(top for top, _, _ in TABLE_10.values())]
        return {name: after - before
                for name, before, after in zip(TABLE_10, tops, tops[1:], strict=False)}

    def table(self) -> str:
        """A line a step: parameters, GFLOPs counted and printed."""
        rows = [f"{'':<24}{'parameters':>10}{'counted':>9}{'printed':>9}"]
        for name, (parameters, _) in self.counted.items():
            mark = " ≠" if name in self.differing else ""
            rows.append(f"{name:<24}{parameters / 1e6:>9.1f}M{self.gflops[name]:>9.2f}"
                        f"{TABLE_10[name][2]:>9.2f}{mark}")
        return "\n".join(rows)

    def numbers(self) -> dict[str, float | int]:
        """Of the table, in points: ``recipe``, what the recipe alone adds, ``steps``, what all later rows do,
        and ``share``, the recipe's part of the whole in per cent; ``old``, ``new`` and ``end`` are the
        accuracies at the two recipes and of the last row, ``swin`` the Transformer's; ``whole`` is from
        ``old`` to ``end``; ``worse`` steps lose accuracy.

        Counted: ``agree`` of the ``rows`` have the printed GFLOPs; GFLOPs counted and printed of the last two
        rows, ``norm``, ``norm_printed``, ``last``, ``last_printed``; in per cent of the MACs before,
        ``depthwise``, what depthwise convolutions take away, and ``width``, what the step after adds.
        """
        tops, gains, counts = [top for top, _, _ in TABLE_10.values()], self.gains, list(self.gflops.values())
        return {
            "recipe": tops[0] - OLD_RECIPE, "steps": tops[-1] - tops[0],
            "share": 100 * (tops[0] - OLD_RECIPE) / (tops[-1] - OLD_RECIPE),
            "whole": tops[-1] - OLD_RECIPE, "swin": SWIN_T,
            "old": OLD_RECIPE, "new": tops[0], "end": tops[-1],
            "worse": sum(gain < 0 for gain in gains.values()),
            "agree": len(counts) - len(self.differing), "rows": len(counts),
            "norm": counts[-2], "norm_printed": TABLE_10["BN → LN"][2],
            "last": counts[-1], "last_printed": TABLE_10["separate d.s. conv"][2],
            "depthwise": 100 * (1 - counts[3] / counts[2]), "width": 100 * (counts[4] / counts[3] - 1),
        }
