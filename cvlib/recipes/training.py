"""How the learning rate falls, which parameters are treated otherwise, and averaged weights: values."""
from dataclasses import dataclass

from cvlib.recipes.values import Value, numbers, read_value

__all__ = ["SCHEDULES", "Constant", "Cosine", "Ema", "Group", "Levels", "Linear", "Steps"]


@dataclass(frozen=True)
class Constant(Value):
    """The learning rate stays."""

    kind = "constant"


class _Falls(Value):
    """The learning rate falls to the share ``to`` of itself at the last step."""

    def fault(self) -> str | None:
        if not numbers(self.to) or not 0 <= self.to <= 1:
            return f"to must be in 0 ... 1, not {self.to!r}"
        return None


@dataclass(frozen=True)
class Linear(_Falls):
    """In a straight line."""

    kind = "linear"
    to: float = 0.0


@dataclass(frozen=True)
class Cosine(_Falls):
    """Along half a cosine (arXiv:1608.03983, without restarts)."""

    kind = "cosine"
    to: float = 0.0


@dataclass(frozen=True)
class Steps(Value):
    """Times ``factor`` once each of ``at`` (epochs that are over) is reached."""

    kind = "steps"
    at: tuple[float, ...] = (30, 60, 80)
    factor: float = 0.1

    def fault(self) -> str | None:
        if not isinstance(self.at, tuple) or not numbers(*self.at) or list(self.at) != sorted(set(self.at)):
            return f"at must be epochs in ascending order, not {self.at!r}"
        if not numbers(self.factor) or not 0 < self.factor <= 1:
            return f"factor must be above 0 and at most 1, not {self.factor!r}"
        return None


@dataclass(frozen=True)
class Levels(Value):
    """The share ``to[i]`` of the rate from the epoch ``at[i]`` on, all of it before: a hand on the switch."""

    kind = "levels"
    at: tuple[float, ...]
    to: tuple[float, ...]

    def fault(self) -> str | None:
        at, to = self.at, self.to
        if not isinstance(at, tuple) or not numbers(*at) or list(at) != sorted(set(at)):
            return f"at must be epochs in ascending order, not {at!r}"
        if not isinstance(to, tuple) or not numbers(*to) or len(to) != len(at) or min(to, default=0) < 0:
            return f"to must be a share of the rate, 0 or above, for each of {at}, not {to!r}"
        return None


@dataclass(frozen=True)
class Group(Value):
    """Parameters whose names match ``pattern`` (as file names do): another rate, another decay.

    ``lr_factor`` multiplies the recipe's rate; ``weight_decay`` None keeps the recipe's, and so does
    ``schedule``.
    """

    kind = "group"
    pattern: str
    lr_factor: float = 1.0
    weight_decay: float | None = None
    schedule: Constant | Linear | Cosine | Steps | Levels | None = None

    def __post_init__(self):
        if self.schedule is not None:
            object.__setattr__(self, "schedule", read_value(self.schedule, SCHEDULES))
        super().__post_init__()

    def fault(self) -> str | None:
        if not isinstance(self.pattern, str) or not self.pattern:
            return f"pattern must be a pattern of parameter names such as '*.bias', not {self.pattern!r}"
        if not numbers(self.lr_factor) or self.lr_factor < 0:
            return f"lr_factor must be 0 or above, not {self.lr_factor!r}"
        if self.weight_decay is not None and (not numbers(self.weight_decay) or self.weight_decay < 0):
            return f"weight_decay must be 0 or above, or None, not {self.weight_decay!r}"
        return None


@dataclass(frozen=True)
class Ema(Value):
    """An exponential moving average of the weights, which is what is scored and kept."""

    kind = "ema"
    decay: float = 0.999

    def fault(self) -> str | None:
        if not numbers(self.decay) or not 0 <= self.decay < 1:
            return f"decay must be in 0 ... 1, below 1, not {self.decay!r}"
        return None


SCHEDULES = {kind.kind: kind for kind in (Constant, Linear, Cosine, Steps, Levels)}
