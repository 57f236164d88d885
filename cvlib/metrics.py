"""Scores of a classifier, from labels and predictions."""
from dataclasses import dataclass

import numpy as np

__all__ = ["ClassificationScores", "classification_scores", "coverage_counts", "topk_accuracy"]


@dataclass(frozen=True)
class ClassificationScores:
    """Fractions in 0 ... 1. Rows of ``confusion`` are the true classes, columns the predicted ones.

    ``macro_f1`` is the mean of the classes' F1; ``f1_of_macros`` is the harmonic mean of the macro precision
    and the macro recall, another number. ``per_class`` has the arrays precision, recall and f1, one value a
    class.
    """

    accuracy: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    f1_of_macros: float
    confusion: np.ndarray
    per_class: dict[str, np.ndarray]


def topk_accuracy(logits: np.ndarray, labels: np.ndarray, k: int) -> float:
    """The fraction of rows of ``logits`` (N, C) with their label among the ``k`` largest; ties to the lower.

    Raises ValueError where ``k`` is not in 1 ... C or the lengths differ.
    """
    logits, labels = np.asarray(logits), np.asarray(labels)
    if not 1 <= k <= logits.shape[1] or len(logits) != len(labels):
        raise ValueError(f"top-{k} of {logits.shape} logits and {len(labels)} labels")
    top = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    return float((top == labels[:, None]).any(axis=1).mean())


def classification_scores(labels: np.ndarray, predictions: np.ndarray,
                          num_classes: int) -> ClassificationScores:
    """Accuracy, macro scores and the confusion matrix of integer ``labels`` and ``predictions``, both (N,).

    A class that is never predicted has precision 0, one without pictures has recall 0, and both count in the
    mean over all ``num_classes``. Raises ValueError for empty input, unequal lengths and classes out of
    range.
    """
    labels, predictions = np.asarray(labels), np.asarray(predictions)
    if labels.shape != predictions.shape or labels.ndim != 1 or not len(labels):
        raise ValueError(f"labels {labels.shape}, predictions {predictions.shape}: must be of one length > 0")
    if min(labels.min(), predictions.min()) < 0 or max(labels.max(), predictions.max()) >= num_classes:
        raise ValueError(f"classes must be in 0 ... {num_classes - 1}")

    confusion = np.bincount(labels * num_classes + predictions, minlength=num_classes**2)
    confusion = confusion.reshape(num_classes, num_classes)
    hits = confusion.diagonal()
    precision, recall = _ratio(hits, confusion.sum(0)), _ratio(hits, confusion.sum(1))
    f1 = _ratio(2 * hits, confusion.sum(0) + confusion.sum(1))
    p, r = precision.mean(), recall.mean()
    return ClassificationScores(
        accuracy=float(hits.sum() / len(labels)),
        macro_precision=float(p), macro_recall=float(r), macro_f1=float(f1.mean()),
        f1_of_macros=float(_ratio(2 * p * r, p + r)),
        confusion=confusion, per_class={"precision": precision, "recall": recall, "f1": f1},
    )


def coverage_counts(labels: np.ndarray, probabilities: np.ndarray,
                    coverages) -> tuple[np.ndarray, np.ndarray]:
    """Right and wrong answers by true class where only the surest share of the pictures is answered.

    ``labels`` (N,), ``probabilities`` (N, C), ``coverages`` fractions of N; both results are
    (len(coverages), C). A picture is as sure as its largest probability; of equals the first is answered.
    """
    sure = np.argsort(-probabilities.max(1).astype(float), kind="stable")
    right, classes = probabilities.argmax(1) == labels, probabilities.shape[1]
    answered = [sure[:round(share * len(labels))] for share in coverages]
    counts = [[np.bincount(labels[some[right[some] == kind]], minlength=classes) for some in answered]
              for kind in (True, False)]
    return np.array(counts[0]), np.array(counts[1])


def _ratio(part, whole) -> np.ndarray:
    """``part / whole``, and 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) != 0)
