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
    last: int = 20

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

    def blocks(self, name: str, width: int) -> np.ndarray:
        """Losses averaged over ``width`` steps at a time, without what is left over: (seeds, blocks)."""
        values = np.asarray(self.losses[name])
        whole = values.shape[1] // width * width
        return values[:, :whole].reshape(len(values), -1, width).mean(2)

    def numbers(self) -> dict[str, float | int]:
        """In nats: of each kind, spaces as "_", ``<name>_loss``, the mean at the end, and of all but the
        base ``<name>_more`` with ``_low``, ``_high`` and ``_half``, and the sentence's part ``<name>_says``;
        ``seeds``, ``steps`` and ``last``."""
        first = np.asarray(self.losses[self.base])
        numbers = {"seeds": first.shape[0], "steps": first.shape[1], "last": self.last}
        for name in self.losses:
            key = name.replace(" ", "_")
            numbers[f"{key}_loss"] = float(self.ends(name).mean())
            if name != self.base:
                more = self.more(name)
                numbers |= {f"{key}_more": more.mean, f"{key}_more_low": more.low,
                            f"{key}_more_high": more.high, f"{key}_more_half": more.half,
                            f"{key}_says": f"{more.mean:+.2f} ± {more.half:.2f}".replace("-", "−")}
        return numbers
