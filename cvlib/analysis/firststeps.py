"""What the first steps of a training do, each kind from the same starts and on the same batches."""
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cvlib.stats import Interval, mean_interval

__all__ = ["FirstSteps"]


@dataclass(frozen=True)
class FirstSteps:
    """``losses`` by kind, (seeds, steps), in nats; seed i has one start and one order of batches in all
    kinds, so that kinds are compared seed by seed. ``last`` steps at the end are averaged.

    Raises ValueError where kinds differ in seeds or steps, or there are fewer than two seeds.
    """

    losses: Mapping[str, np.ndarray]
    base: str
    last: int = 10

    def __post_init__(self):
        shapes = {name: np.shape(values) for name, values in self.losses.items()}
        if len(set(shapes.values())) > 1 or len(shapes[self.base]) != 2 or shapes[self.base][0] < 2:
            raise ValueError(f"losses are (seeds, steps), two seeds or more and the same of all: {shapes}")

    def ends(self, name: str) -> np.ndarray:
        """Each seed's mean loss over the last steps: (seeds,)."""
        return np.asarray(self.losses[name])[:, -self.last:].mean(1)

    def more(self, name: str) -> Interval:
        """How much higher a kind ends than the base: the mean of the seeds' differences, with Student's 95 %
        interval."""
        return mean_interval(self.ends(name) - self.ends(self.base))

    def blocks(self, name: str) -> np.ndarray:
        """Losses averaged over ``last`` steps at a time, without what is left over: (seeds, blocks)."""
        values = np.asarray(self.losses[name])
        whole = values.shape[1] // self.last * self.last
        return values[:, :whole].reshape(len(values), -1, self.last).mean(2)

    def numbers(self) -> dict[str, float | int]:
        """In nats: of each kind ``<name>_loss``, the mean at the end, and of all but the base ``<name>_more``
        with ``<name>_more_low`` and ``<name>_more_high``; ``seeds``, ``steps`` and ``last``."""
        first = np.asarray(self.losses[self.base])
        numbers = {"seeds": first.shape[0], "steps": first.shape[1], "last": self.last}
        for name in self.losses:
            numbers[f"{name}_loss"] = float(self.ends(name).mean())
            if name != self.base:
                mean, low, high = self.more(name)
                numbers |= {f"{name}_more": mean, f"{name}_more_low": low, f"{name}_more_high": high}
        return numbers
