"""What the ablation reads off a record, and what the paper says of each part of AlexNet."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["CALLED", "MEASURES", "PAPER", "Measure", "Said", "called"]


@dataclass(frozen=True)
class Measure:
    """What is read off a record, in ``unit``, and how a page calls it; less is better unless ``more``."""

    name: str
    unit: str
    of: Callable[[object], float]
    more: bool = False


@dataclass(frozen=True)
class Said:
    """What the paper says of a part (``where``): in words, and what its top-1 error falls by, in points."""

    words: str
    where: str
    points: float | None = None


PAPER = {
    "lrn": Said("lowers top-1 and top-5 errors by 1.4 and 1.2 points", "Sec. 3.3", 1.4),
    "pooling": Said("lowers them by 0.4 and 0.3 points; slightly harder to overfit", "Sec. 3.4", 0.4),
    "crops": Said("without crops and flips the network overfits substantially", "Sec. 4.1"),
    "flips": Said("without crops and flips the network overfits substantially", "Sec. 4.1"),
    "dropout": Said("without it the network overfits substantially; twice the iterations", "Sec. 4.2"),
    "lighting": Said("lowers the top-1 error by over 1 point", "Sec. 4.1", 1.0),
    "towers": Said("compared with half the kernels alone", "Sec. 3.2"),
    "ones": Said("speeds the early stages of learning", "Sec. 5"),
    "decay": Said("lowers the training error", "Sec. 5"),
}

CALLED = {  # what a page calls the parts
    "lrn": "LRN", "pooling": "overlap", "crops": "crops", "flips": "mirrors", "dropout": "dropout",
    "lighting": "light", "towers": "two towers", "ones": "biases of 1", "decay": "decay",
}


def called(effect: str) -> str:
    """What a page calls a part, a pair of parts or a string of pairs: "LRN × dropout + light × decay"."""
    return " + ".join(" × ".join(CALLED[part] for part in pair.split(":")) for pair in effect.split(" + "))


def unseen(record, score: str) -> float:
    """A score by one view of all pictures that the run has not seen, the test set's and those left over."""
    parts = [record.scores[split] for split in ("one_view", "extra") if split in record.scores]
    return float(np.average([part[score] for part in parts], weights=[part["n"] for part in parts]))


def gain_of_views(record) -> float:
    """What ten views get right more than one, of the test set, in points."""
    return 100 * (record.scores["test"]["accuracy"] - record.scores["one_view"]["accuracy"])


MEASURES = {
    "test": Measure("test error", "points", lambda r: 100 * (1 - unseen(r, "accuracy"))),
    "train": Measure("training error", "points", lambda r: 100 * (1 - r.measured["train"]["accuracy"])),
    "loss": Measure("cross-entropy", "nats", lambda r: r.scores["one_view"]["log_loss"]),
    "views": Measure("gain of ten views", "points", gain_of_views, more=True),
    "start": Measure("validation loss after two epochs", "nats", lambda r: r.history[1]["val_loss"]),
}
