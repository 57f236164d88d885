"""On which side of zero a layer's maps are."""
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["Sides"]

ONE_SIDE = 0.05  # of the places: what may lie on the other side of zero


@dataclass(frozen=True)
class Sides:
    """Maps before their ReLU, by kind of input: (N, C, H, W) each, arrays or tensors."""

    maps: Mapping[str, np.ndarray]

    @cached_property
    def shares(self) -> dict[str, np.ndarray]:
        """Of each kind, and each map, the share of places, over all pictures, where it is positive: (C,),
        sorted."""
        return {name: np.sort((np.asarray(maps) > 0).mean((0, 2, 3))) for name, maps in self.maps.items()}

    def stuck(self, name: str) -> int:
        """The maps that are positive, or are not, at all but 5 % of the places at most: a ReLU passes them
        unchanged, or nothing of them."""
        shares = self.shares[name]
        return int(((shares <= ONE_SIDE) | (shares >= 1 - ONE_SIDE)).sum())

    def numbers(self) -> dict[str, int | float]:
        """``maps``, how many; of each kind, spaces as "_", ``<name>_stuck``, and in per cent ``<name>_low``
        and ``<name>_high``, the least and the greatest share."""
        numbers: dict[str, int | float] = {"maps": len(next(iter(self.shares.values())))}
        for name, shares in self.shares.items():
            key = name.replace(" ", "_")
            numbers |= {f"{key}_stuck": self.stuck(name), f"{key}_low": 100 * float(shares[0]),
                        f"{key}_high": 100 * float(shares[-1])}
        return numbers
