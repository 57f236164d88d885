"""What something does to a score."""
from typing import NamedTuple

__all__ = ["Effect"]


class Effect(NamedTuple):
    """What a score gains where a factor goes from low to high, the ends of its 95 % interval, and the p-value
    of no effect at all. In a balanced design it is the mean with it high less the mean with it low.

    "a:b" is an interaction: half of what b high adds to a's effect. "a:b + c:d" cannot be told apart in these
    runs: it is their sum.
    """

    name: str
    estimate: float
    low: float
    high: float
    p_value: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out; where it does not, nothing can be told."""
        return self.low > 0 or self.high < 0
