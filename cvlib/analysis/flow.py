"""How a gradient changes on its way from the last block of a network to the first."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Flow"]


@dataclass(frozen=True)
class Flow:
    """``gradients`` by kind of network: (seeds, blocks) norms of the loss's gradient at each block's output,
    the first block first. A block has ``layers`` layers with weights.

    Raises ValueError for a kind with less than two blocks.
    """

    gradients: Mapping[str, np.ndarray]
    layers: int = 2

    def __post_init__(self):
        arrays = {name: np.atleast_2d(np.asarray(values, float)) for name, values in self.gradients.items()}
        if any(values.shape[1] < 2 for values in arrays.values()):
            raise ValueError("a gradient has no way to go between less than two blocks")
        object.__setattr__(self, "gradients", arrays)

    @classmethod
    def of(cls, runs: Mapping[str, Sequence[Sequence]]) -> "Flow":
        """From `cvlib.probe.signals` of each seed, by kind."""
        return cls({name: np.array([[signal.gradient for signal in seed] for seed in seeds])
                    for name, seeds in runs.items()})

    def back(self, name: str) -> np.ndarray:
        """The norms over that at the last block, (seeds, blocks), the last block first; 0 where a gradient is
        smaller than a float can be."""
        values = self.gradients[name][:, ::-1]
        return values / values[:, :1]

    def ratio(self, name: str) -> float:
        """The norm at the first block over that at the last: the geometric mean of the seeds."""
        ends = self.back(name)[:, -1]
        return float(np.exp(np.log(ends).mean())) if (ends > 0).all() else 0.0

    def growth(self, name: str) -> float:
        """The factor for each layer with weights that leads from the last block to the first."""
        return self.ratio(name) ** (1 / (self.layers * (self.gradients[name].shape[1] - 1)))

    def table(self) -> str:
        """A line a kind: its gradient at the first block over that at the last, and the factor a layer."""
        wide = max(map(len, self.gradients)) + 2
        rows = [f"{name:<{wide}}{_power(self.ratio(name)):>15}{self.growth(name):>12.2f}"
                for name in self.gradients]
        return "\n".join([f"{'':<{wide}}{'first over last':>15}{'a layer':>12}", *rows])

    def numbers(self) -> dict[str, float | str]:
        """Of each kind, by its letters and digits joined with "_": ``<kind>_ratio``, as text, to one digit,
        and ``<kind>_growth``, to two decimals: what is rounded differently on the way through a deep network
        grows with its gradient."""
        return {f"{_key(name)}_{what}": value for name in self.gradients for what, value in (
            ("ratio", _said(self.ratio(name))), ("growth", round(self.growth(name), 2)))}


def _key(name: str) -> str:
    return "_".join("".join(letter if letter.isalnum() else " " for letter in name).split())


def _power(value: float) -> str:
    return f"{value:.0e}" if value else "0"


def _said(value: float) -> str:
    """To one digit, without an exponent from a hundredth up."""
    digits = float(f"{value:.0e}")
    return f"{digits:,.0f}" if digits >= 1 else f"{digits:g}"
