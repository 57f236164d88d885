"""Whether local response normalisation does anything."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Divisors"]


@dataclass(frozen=True)
class Divisors:
    """``measured`` by a run: for each LRN the 1, 50 and 99 % quantiles of its divisor before the power.

    ``k`` is the least divisor, ``beta`` the power, ``size`` the window (Sec. 3.3 of the AlexNet paper), and
    alpha is not divided by the size.
    """

    measured: Mapping[str, Sequence[float]]
    k: float = 2.0
    beta: float = 0.75
    size: int = 5

    def numbers(self) -> dict[str, float]:
        """``<layer>_low``, ``_mid``, ``_high``: the quantiles; ``_fall``: by how many per cent the output at
        the high one is smaller than at ``k``; ``_source_mid`` and ``_source_high``: what the same
        activities give where alpha is divided by ``size``, as in the 2012 source."""
        numbers = {}
        for name, (low, mid, high) in self.measured.items():
            layer = name.rpartition(".")[2]
            numbers |= {f"{layer}_source_{name}": self.k + (value - self.k) / self.size
                        for name, value in (("mid", mid), ("high", high))}
            numbers |= {f"{layer}_low": low, f"{layer}_mid": mid, f"{layer}_high": high,
                        f"{layer}_fall": 100 * (1 - (high / self.k) ** -self.beta)}
        return numbers
