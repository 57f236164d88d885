"""Scores of a classifier, from labels and predictions."""
from dataclasses import dataclass
from operator import index

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


def topk_accuracy(logits, labels, k: int) -> float:
    """The fraction of rows of ``logits`` (N, C) with their label among the ``k`` largest; ties to the lower.

    Raises ValueError where ``k`` is not in 1 ... C, the lengths differ, a logit is not a number or a label is
    no class.
    """
    logits = _scores(logits)
    n, classes = logits.shape
    labels = _classes(labels, classes, "labels")
    if not 1 <= index(k) <= classes or n != len(labels):
        raise ValueError(f"top-{k} of {logits.shape} logits and {len(labels)} labels")
    own = np.take_along_axis(logits, labels[:, None], axis=1)
    before = (logits > own) | (logits == own) & (np.arange(classes) < labels[:, None])
    return float((before.sum(1) < index(k)).mean())


def classification_scores(labels, predictions, num_classes: int) -> ClassificationScores:
    """Accuracy, macro scores and the confusion matrix of ``labels`` and ``predictions``, both (N,): whole
    numbers of any type.

    A class that is never predicted has precision 0, one without pictures has recall 0, and both count in the
    mean over all ``num_classes``. Raises ValueError for empty input, unequal lengths, numbers that are not
    whole and classes out of range.
    """
    num_classes = index(num_classes)
    labels = _classes(labels, num_classes, "labels")
    predictions = _classes(predictions, num_classes, "predictions")
    if len(labels) != len(predictions):
        raise ValueError(f"{len(labels)} labels and {len(predictions)} predictions: must be of one length")

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


def coverage_counts(labels, probabilities, coverages) -> tuple[np.ndarray, np.ndarray]:
    """Right and wrong answers by true class where only the surest share of the pictures is answered.

    ``labels`` (N,), ``probabilities`` (N, C), ``coverages`` fractions of N; both results are
    (len(coverages), C). A picture is as sure as its largest probability; of equals the first is answered.
    Raises ValueError for unequal lengths, probabilities that are not numbers, labels that are no class and
    shares outside 0 ... 1.
    """
    probabilities, shares = _scores(probabilities), _array(coverages).astype(float)
    n, classes = probabilities.shape
    labels = _classes(labels, classes, "labels")
    if n != len(labels):
        raise ValueError(f"{n} rows of probabilities and {len(labels)} labels: must be of one length")
    if shares.ndim != 1 or not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(f"coverages are a list of fractions in 0 ... 1, not {coverages}")
    sure = np.argsort(-probabilities.max(1).astype(float), kind="stable")
    right = probabilities.argmax(1) == labels
    answered = [sure[:round(share * n)] for share in shares]
    counts = [[np.bincount(labels[some[right[some] == kind]], minlength=classes) for some in answered]
              for kind in (True, False)]
    return np.array(counts[0]), np.array(counts[1])


def _array(values) -> np.ndarray:
    """``values`` as NumPy has them: a list, an array, or a torch tensor from wherever it is."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        values = values if "bfloat16" not in str(values.dtype) else values.float()
    return np.asarray(values)


def _classes(values, num_classes: int, what: str) -> np.ndarray:
    """Class numbers as int64, (N,) with N > 0: narrow types overflow when they are multiplied."""
    values = _array(values)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"{what} {values.shape}: must be one row of one length > 0")
    kind = values.dtype.kind
    if kind not in "biuf" or (kind == "f" and (values != np.rint(values)).any()):
        raise ValueError(f"{what} must be whole numbers, the classes' own; these are {values.dtype}")
    if values.min() < 0 or values.max() >= num_classes:
        raise ValueError(f"{what} must be classes in 0 ... {num_classes - 1}: there are {values.min()} and "
                         f"{values.max()}")
    return values.astype(np.int64)


def _scores(values) -> np.ndarray:
    """Logits or probabilities, (N, C), numbers all."""
    values = _array(values)
    if values.ndim != 2 or not values.size or values.dtype.kind not in "biuf":
        raise ValueError(f"a row of numbers a picture is needed, not {values.dtype} of shape {values.shape}")
    if np.isnan(values).any():
        rows = np.isnan(values).any(1).sum()
        raise ValueError(f"{rows} of {len(values)} rows hold what is not a number (NaN)")
    return values


def _ratio(part, whole) -> np.ndarray:
    """``part / whole``, and 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.shape(whole)), where=np.asarray(whole) != 0)
