"""The networks that dropout trains, each with a mask of its own, asked together and all at once."""
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import log_softmax, logsumexp

__all__ = ["Masked"]


@dataclass(frozen=True)
class Masked:
    """Natural logarithms of probabilities: ``sampled`` (masks, N, C), a mask each time, and ``whole`` (N, C),
    with all units and their outputs scaled; ``labels`` (N,).

    Raises ValueError where the shapes do not fit.
    """

    sampled: np.ndarray
    whole: np.ndarray
    labels: np.ndarray

    def __post_init__(self):
        for name in ("sampled", "whole"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
        object.__setattr__(self, "labels", np.asarray(self.labels))
        if self.sampled.shape[1:] != self.whole.shape or len(self.labels) != len(self.whole):
            raise ValueError(f"sampled {self.sampled.shape}, whole {self.whole.shape} and {len(self.labels)} "
                             "labels: not of the same pictures and classes")

    def arithmetic(self, masks: slice = slice(None)) -> np.ndarray:
        """Logarithms of the mean of the probabilities, (N, C)."""
        chosen = self.sampled[masks]
        return logsumexp(chosen, axis=0) - np.log(len(chosen))

    def geometric(self, masks: slice = slice(None)) -> np.ndarray:
        """Logarithms of the geometric mean of the probabilities, made to sum to 1, (N, C)."""
        return log_softmax(self.sampled[masks].mean(0), axis=-1)

    def loss(self, answers: np.ndarray) -> float:
        """Mean cross-entropy in nats."""
        return float(-answers[np.arange(len(self.labels)), self.labels].mean())

    def accuracy(self, answers: np.ndarray) -> float:
        """Top-1, a fraction."""
        return float((answers.argmax(-1) == self.labels).mean())

    def losses(self, counts: Sequence[int], kind: str) -> np.ndarray:
        """The loss of averages of so many masks by ``kind``, "arithmetic" or "geometric": (counts,), each
        the mean over all groups of that many that the sample can be cut into."""
        mean = {"arithmetic": self.arithmetic, "geometric": self.geometric}[kind]
        groups = [[slice(start, start + count) for start in range(0, len(self.sampled) - count + 1, count)]
                  for count in counts]
        return np.array([np.mean([self.loss(mean(masks)) for masks in cut]) for cut in groups])

    def apart(self) -> float:
        """The Kullback-Leibler divergence of ``whole`` from the geometric mean of all masks, in nats a
        picture."""
        geometric = self.geometric()
        return float((np.exp(geometric) * (geometric - self.whole)).sum(-1).mean())

    def numbers(self) -> dict[str, float | int]:
        """``masks``; loss in nats and accuracy in per cent of ``single`` masks, of both means over all of
        them and of ``whole``; ``apart``, and ``agree``, the per cent of pictures that the geometric mean and
        ``whole`` call the same."""
        answers = {"arithmetic": self.arithmetic(), "geometric": self.geometric(), "whole": self.whole}
        numbers = {"masks": len(self.sampled), "apart": self.apart(),
                   "single_loss": float(self.losses([1], "arithmetic")[0]),
                   "single_accuracy": 100 * float((self.sampled.argmax(-1) == self.labels).mean()),
                   "agree": 100 * float((answers["geometric"].argmax(-1) == self.whole.argmax(-1)).mean())}
        for name, said in answers.items():
            numbers |= {f"{name}_loss": self.loss(said), f"{name}_accuracy": 100 * self.accuracy(said)}
        return numbers
