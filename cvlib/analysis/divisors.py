"""Whether local response normalisation does anything."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Divisors"]


@dataclass(frozen=True)
class Divisors:
    """``measured`` by a run: for each LRN the 1, 50 and 99 % quantiles of its divisor before the power.

    ``k`` is the least divisor, ``beta`` the power (Sec. 3.3 of the AlexNet paper).
    """

    measured: Mapping[str, Sequence[float]]
    k: float = 2.0
    beta: float = 0.75

    def numbers(self) -> dict[str, float]:
        """``<layer>_low``, ``_mid``, ``_high``: the quantiles; ``_fall``: by how many per cent the output at
        the high one is smaller than at ``k``."""
        numbers = {}
        for name, (low, mid, high) in self.measured.items():
            layer = name.rpartition(".")[2]
            numbers |= {f"{layer}_low": low, f"{layer}_mid": mid, f"{layer}_high": high,
                        f"{layer}_fall": 100 * (1 - (high / self.k) ** -self.beta)}
        return numbers
