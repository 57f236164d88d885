"""One run on its way to a given training error.

A training accuracy in a history is measured while its epoch trains, so the error of an epoch is that of the
network half-way through it, on average. A run that has not got there by its last epoch is censored: it needs
more epochs than it had, and nobody knows how many.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

__all__ = ["TARGET", "Trial", "epochs_to"]

TARGET = 0.25  # the error that Fig. 1 of the AlexNet paper marks


def epochs_to(errors: Sequence[float], target: float = TARGET) -> float:
    """The epoch, 1 ... len(errors), at which the training errors first fall to ``target``.

    Between two epochs the error is taken to fall in a straight line. Infinite where it never gets there.
    """
    before = inf
    for epoch, error in enumerate(errors, 1):
        if error <= target:
            share = 1.0 if before == inf else (before - target) / (before - error)
            return epoch - 1 + share
        before = error
    return inf


@dataclass(frozen=True)
class Trial:
    """One run: its training ``errors`` (fractions), one an epoch, and ``val_errors``, on validation."""

    activation: str
    rate: float
    seed: int
    errors: tuple[float, ...]
    val_errors: tuple[float, ...] = ()

    @property
    def cap(self) -> int:
        """The epochs that it had."""
        return len(self.errors)
