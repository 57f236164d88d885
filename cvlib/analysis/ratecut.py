"""What a cut of the learning rate does to the steps of two SGDs: the rate inside the velocity, or outside."""
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from cvlib.optim import PaperSGD

__all__ = ["RateCut"]

BEFORE = 200  # steps at the first rate: by then a velocity no longer grows


@dataclass(frozen=True)
class RateCut:
    """The distances that one weight goes in each step from ``before`` steps before a cut, by the ``paper``'s
    rule and by ``torchs``, on a gradient that stays; in units of torch's step after the cut."""

    paper: Sequence[float]
    torchs: Sequence[float]
    before: int

    @classmethod
    def measured(cls, *, momentum: float = 0.9, factor: float = 0.1, before: int = 5,
                 after: int = 60) -> "RateCut":
        """By the optimizers themselves: a weight whose gradient is 1, its rate cut to ``factor``."""
        paths = []
        for kind in (PaperSGD, torch.optim.SGD):
            weight = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
            optimizer, path = kind([weight], lr=1.0, momentum=momentum), [0.0]
            for step in range(BEFORE + after):
                optimizer.param_groups[0]["lr"] = 1.0 if step < BEFORE else factor
                weight.grad = torch.ones_like(weight)
                optimizer.step()
                path.append(-weight.item())
            paths.append(np.diff(path)[BEFORE - before:].tolist())
        unit = paths[1][-1]
        return cls(*([step / unit for step in path] for path in paths), before)

    @property
    def ratios(self) -> list[float]:
        """How many times as far the paper's rule goes in each step after the cut."""
        return [paper / torchs for paper, torchs in zip(self.paper[self.before:], self.torchs[self.before:],
                                                        strict=True)]

    def numbers(self) -> dict[str, float | int]:
        """``first``, the ratio in the first step after the cut, ``tenth`` that in the tenth, ``twice`` the
        steps until it is below 2, and ``extra``: how many steps of after the cut the paper's rule goes
        farther in all."""
        ratios = self.ratios
        return {"first": ratios[0], "tenth": ratios[9], "twice": sum(ratio >= 2 for ratio in ratios) + 1,
                "extra": sum(ratio - 1 for ratio in ratios)}
