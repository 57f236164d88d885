"""What one mistake costs four families, beside what the report's are missing."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cvlib.analysis.missing import FAMILIES, Missing, logit, misfit
from cvlib.stats import Interval

__all__ = ["Signature"]

DRAWS = 1000  # of the bootstrap


@dataclass(frozen=True)
class Signature:
    """What one mistake costs: ``before`` and ``after`` are, by family, (networks, N) answers to the same
    pictures, right or not; ``says`` is the mistake in words.

    Raises ValueError where a family is missing or the answers are not to the same pictures.
    """

    says: str
    before: Mapping[str, Sequence[np.ndarray]]
    after: Mapping[str, Sequence[np.ndarray]]

    def __post_init__(self):
        shapes = {(family, np.shape(part.get(family, ()))) for part in (self.before, self.after)
                  for family in FAMILIES}
        if len(shapes) > len(FAMILIES) or len({shape[1:] for _, shape in shapes}) > 1 or any(
                len(shape) != 2 for _, shape in shapes):
            raise ValueError(f"answers of every family to the same pictures are needed, not {sorted(shapes)}")

    @property
    def n(self) -> int:
        """Pictures."""
        return len(self.before["alexnet"][0])

    def _kinds(self) -> tuple[np.ndarray, np.ndarray]:
        """Pictures are alike where all networks answer them alike: the share right of each kind, before and
        after and by family, (kinds, 2, families), and how many there are of it."""
        right = [[np.mean(part[family], axis=0) for family in FAMILIES] for part in (self.before, self.after)]
        kinds, counts = np.unique(np.moveaxis(right, -1, 0), axis=0, return_counts=True)
        return kinds, counts

    def _losses(self, kinds: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """(draws, families) in logits; half an answer of each sort is added so that no share is 0 or 1."""
        shares = (np.tensordot(counts, kinds, axes=1) + 0.5) / (self.n + 1)
        return logit(shares[:, 0]) - logit(shares[:, 1])

    @property
    def points(self) -> dict[str, float]:
        """Points of accuracy lost, by family."""
        return {family: 100 * float(np.mean(self.before[family]) - np.mean(self.after[family]))
                for family in FAMILIES}

    @property
    def logits(self) -> np.ndarray:
        """(families,)."""
        kinds, counts = self._kinds()
        return self._losses(kinds, counts[None])[0]

    @cached_property
    def drawn(self) -> np.ndarray:
        """Losses in logits, (draws, families), of pictures drawn again with replacement, the same for all."""
        kinds, counts = self._kinds()
        draws = np.random.default_rng(0).multinomial(self.n, counts / self.n, size=DRAWS)
        return self._losses(kinds, draws)

    def misfit(self, missing: Missing | None = None) -> Interval:
        """See `misfit`: of the report's pattern, with the 95 % interval of a bootstrap over the pictures."""
        wanted = (missing or Missing()).logits
        low, high = np.quantile(misfit(self.drawn, wanted), (0.025, 0.975))
        return Interval(float(misfit(self.logits, wanted)), float(low), float(high))

    @property
    def size(self) -> float:
        """How large the losses are together, as a multiple of the report's."""
        return float(np.linalg.norm(self.logits) / np.linalg.norm(Missing().logits))

    def least(self, family: str = "convnext") -> float:
        """In which share of the bootstrap's draws ``family`` loses least."""
        return float((self.drawn.argmin(1) == list(FAMILIES).index(family)).mean())
