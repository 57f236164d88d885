"""What a run leaves behind, as a value; its scores can be computed again from its predictions."""
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cvlib.metrics import classification_scores, topk_accuracy
from cvlib.stats import wilson_interval

__all__ = ["FULL", "ONE_VIEW", "RunRecord", "TopPredictions", "run_name", "score"]

ONE_VIEW = "one_view"  # scored like a split: `RunRecord.split` again, the centre view alone
FULL = 50  # classes up to which every probability is kept; beyond, the five best and the true one's


@dataclass(frozen=True)
class TopPredictions:
    """For many classes: the five best ``classes`` (N, 5), best first, with their log-probabilities
    ``values`` (N, 5), and the true class's, ``true`` (N,); natural logarithms, float16."""

    classes: np.ndarray
    values: np.ndarray
    true: np.ndarray


@dataclass(frozen=True)
class RunRecord:
    """A finished run, an evaluation of given weights, or a floor that no network made (``kind``).

    ``history`` has one dict an epoch (fields of EpochStats), ``data`` the name, hash, classes and sizes,
    ``environments`` one dict a sitting, ``scores`` one dict a split (fractions), ``measured`` what else was
    looked at: ``lrn_divisors`` are the 1, 50 and 99 % quantiles of each LRN's divisor on validation,
    ``lrn_percentiles`` more of them, at the start and after training, ``color_pca`` the axes of the colours
    where training lit its pictures along them, ``train`` the scores of the training pictures, one view each
    and nothing augmented, where the recipe asks for them. ``labels`` (N,) and ``log_probabilities`` (N, C)
    float16 are of `split`: the test set, or validation where there is none; ``others`` has those of further
    splits, ``one_view`` among them where the recipe averages several views, ``extra`` labels and predicted
    classes of photographs that training left over, which are seen by one view whatever the recipe. Fields
    that a later version wrote are kept in ``unknown``.
    """

    recipe: dict
    data: dict
    seed: int
    history: list[dict]
    scores: dict[str, dict]
    labels: np.ndarray
    log_probabilities: np.ndarray | TopPredictions
    kind: str = "run"
    weights: str | None = None
    preprocess: dict = field(default_factory=dict)
    environments: list[dict] = field(default_factory=list)
    measured: dict[str, Any] = field(default_factory=dict)
    experiment: dict | None = None
    others: dict[str, tuple[np.ndarray, Any]] = field(default_factory=dict)
    extra: tuple[np.ndarray, np.ndarray] | None = None
    study: str | None = None
    unknown: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its folder's name."""
        return run_name(self.recipe["name"], self.data["name"], self.seed)

    @property
    def split(self) -> str:
        """Which split ``labels`` and ``log_probabilities`` are of."""
        return "test" if "test" in self.scores else "val"

    @property
    def predictions(self) -> np.ndarray:
        """The most probable class of each picture of `split`, (N,)."""
        said = self.log_probabilities
        return said.classes[:, 0] if isinstance(said, TopPredictions) else said.argmax(1)

    @property
    def probabilities(self) -> np.ndarray:
        """(N, C) float32 of `split`; raises ValueError where only the five best were kept."""
        return self._all(self.log_probabilities)

    @property
    def one_view(self) -> np.ndarray:
        """`probabilities` by the centre view alone; raises ValueError too where the record has none."""
        if ONE_VIEW not in self.others:
            raise ValueError(f"{self.name} kept no answers to a single view: its recipe takes one, or it is "
                             "of an earlier version and must be made again")
        return self._all(self.others[ONE_VIEW][1])

    def _all(self, said: np.ndarray | TopPredictions) -> np.ndarray:
        if isinstance(said, TopPredictions):
            raise ValueError(f"{self.name} keeps the five best of {len(self.data['classes'])} classes: read "
                             "log_probabilities")
        return np.exp(said.astype(np.float32))

    @property
    def seconds(self) -> float:
        """Wall time of training, all epochs."""
        return sum(epoch["seconds"] for epoch in self.history)


def run_name(recipe: str, data: str, seed: int) -> str:
    """The folder of a run."""
    return f"{recipe}-{data}-s{seed}"


def score(labels: np.ndarray, said: np.ndarray | TopPredictions, num_classes: int) -> dict[str, Any]:
    """The scores that a record keeps, from the predictions as stored: fractions, log-loss in nats."""
    few = not isinstance(said, TopPredictions)
    best = said.argmax(1) if few else said.classes[:, 0]
    true = said[np.arange(len(labels)), labels] if few else said.true
    scores = classification_scores(labels, best, num_classes)
    kept = {
        "n": len(labels), "accuracy": scores.accuracy,
        "accuracy_interval": list(wilson_interval(int((labels == best).sum()), len(labels))),
        "macro_precision": scores.macro_precision, "macro_recall": scores.macro_recall,
        "macro_f1": scores.macro_f1, "log_loss": float(-true.mean(dtype=float)),
    }
    if num_classes > 10:
        top5 = topk_accuracy(said.astype(np.float32), labels, 5) if few else float(
            (said.classes == labels[:, None]).any(1).mean())
        kept["top5"] = top5
    return kept
