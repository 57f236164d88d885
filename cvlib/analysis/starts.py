"""Whether a network leaves chance in its first steps, from the records of study `starts`."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

__all__ = ["Starts"]

NAMES = {  # the runs of the study, and what a page calls them
    "raw-0.03": "raw, 0.03", "raw-0.01": "raw, 0.01", "unit-0.03": "unit, 0.03", "unit-0.01": "unit, 0.01",
    "unit-0.01-adam": "unit, 0.01, Adam",
}
BELOW = 0.1  # nats under chance: the mean of some hundred answers of six classes is a tenth of that unsure


@dataclass(frozen=True)
class Starts:
    """``losses`` by name in nats, one a step, of networks that tell ``classes`` apart. A network has left
    chance where the mean of its ``last`` steps is `BELOW` the logarithm of the classes or lower.

    Raises ValueError for a run of fewer steps than that.
    """

    losses: Mapping[str, Sequence[float]]
    classes: int = 6
    last: int = 50

    def __post_init__(self):
        for name, steps in self.losses.items():
            if len(steps) < self.last:
                raise ValueError(f"{name} has {len(steps)} steps, and the last {self.last} are asked for")

    @classmethod
    def of(cls, study) -> "Starts":
        """What there is of a `cvlib.load_study("starts")`."""
        losses = {}
        for run in study.runs:
            name = NAMES[run.recipe["name"].removeprefix("starts-")]
            losses[name] = [loss for epoch in run.history for loss in epoch["step_losses"]]
        return cls(losses, len(study.runs[0].data["classes"]) if study.runs else 6)

    @property
    def chance(self) -> float:
        """The loss of one who knows nothing."""
        return log(self.classes)

    def end(self, name: str) -> float:
        """The mean loss of the last steps."""
        return float(np.mean(self.losses[name][-self.last:]))

    def learns(self, name: str) -> bool:
        """Whether that is below chance."""
        return self.end(name) <= self.chance - BELOW

    def says(self, name: str) -> str:
        """In half a sentence."""
        if name not in self.losses:
            return "not run yet"
        return f"{self.end(name):.2f}, {'learns' if self.learns(name) else 'at chance'}"

    @property
    def finding(self) -> str:
        """A sentence without its full stop about those that follow the paper's rule."""
        ours = [name for name in self.losses if "Adam" not in name]
        if not ours:
            return "Not run yet"
        learning = [f"“{name}”" for name in ours if self.learns(name)]
        if not learning:
            return f"None of {len(ours)} starts has left chance"
        verb = "has" if len(learning) == 1 else "have"
        return f"Of {len(ours)} starts {' and '.join(learning)} {verb} left chance"

    def blocks(self, width: int, *, skip: int = 0) -> dict[str, list[list[float]]]:
        """What `cvlib.plot.bundles` draws of the paper's rule, a run a bundle: after the first ``skip`` steps
        losses averaged over ``width`` at a time, without what is left over."""
        drawn = {}
        for name, steps in self.losses.items():
            whole = (len(steps) - skip) // width * width
            if "Adam" not in name:
                drawn[name] = np.reshape(steps[skip:skip + whole], (1, -1, width)).mean(2).tolist()
        return drawn

    def numbers(self) -> dict[str, float | int | str]:
        """``runs``, ``steps`` (0 before there are any), ``last``, ``chance``, ``finding``, and what each run
        `says`, under its name with "_" for what is no letter or digit: ``raw_0_03``."""
        told = {"".join(c if c.isalnum() else "_" for c in start.replace("-", "_")): self.says(name)
                for start, name in NAMES.items()}
        steps = max(map(len, self.losses.values()), default=0)
        return told | {"runs": len(self.losses), "steps": steps, "last": self.last, "chance": self.chance,
                       "finding": self.finding}
