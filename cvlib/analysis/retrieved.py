"""Whether the nearest neighbours of a picture are of its class."""
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cvlib.stats import Interval, mean_interval

__all__ = ["Retrieved"]


@dataclass(frozen=True, eq=False)
class Retrieved:
    """The classes of pictures, ``labels`` (N,), and by name of what was compared those of the k nearest of
    each in another set, (N, k).

    Raises ValueError where a name has not k neighbours for each picture.
    """

    labels: np.ndarray
    found: Mapping[str, np.ndarray]

    def __post_init__(self):
        object.__setattr__(self, "labels", np.asarray(self.labels))
        object.__setattr__(self, "found", {name: np.asarray(one) for name, one in self.found.items()})
        shapes = {one.shape for one in self.found.values()}
        if len(shapes) != 1 or next(iter(shapes))[:1] != self.labels.shape:
            raise ValueError(f"neighbours {sorted(shapes)} of {len(self.labels)} pictures: each is to have "
                             "as many by every name")

    def shares(self, name: str) -> np.ndarray:
        """Of each picture's neighbours the share that is of its class, (N,)."""
        return (self.found[name] == self.labels[:, None]).mean(1)

    def share(self, name: str) -> Interval:
        """Its mean in per cent, and Student's interval over pictures."""
        return mean_interval(100 * self.shares(name))

    def difference(self, name: str, other: str) -> Interval:
        """By how many points ``name`` finds more of the class than ``other``, paired by picture, and
        Student's interval."""
        return mean_interval(100 * (self.shares(name) - self.shares(other)))

    @property
    def chance(self) -> float:
        """What neighbours drawn at random would give, in per cent, if all classes were equally frequent."""
        return 100 / len(np.unique(self.labels))

    def rows(self) -> dict[str, list]:
        """For `cvlib.plot.estimates`, in the order given: names, centres, lows and highs."""
        parts = [self.share(name) for name in self.found]
        return {"names": list(self.found), "centres": [one.mean for one in parts],
                "lows": [one.low for one in parts], "highs": [one.high for one in parts]}

    def numbers(self) -> dict[str, float | int]:
        """``n`` pictures, ``k`` neighbours, ``chance``, and each name's share, ``<name>``, ``<name>_low`` and
        ``<name>_high``, in per cent; blanks in names become underlines."""
        numbers = {"n": len(self.labels), "k": next(iter(self.found.values())).shape[1],
                   "chance": self.chance}
        for name in self.found:
            mean, low, high = self.share(name)
            short = name.replace(" ", "_")
            numbers |= {short: mean, f"{short}_low": low, f"{short}_high": high}
        return numbers
