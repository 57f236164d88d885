"""Scores against scikit-learn's, whatever the numbers are stored in."""
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from sklearn import metrics as sklearn_metrics

from cvlib.metrics import classification_scores, coverage_counts, topk_accuracy


def cases():
    random = np.random.default_rng(0)
    labels = random.integers(6, size=200)
    noisy = np.where(random.random(200) < 0.7, labels, random.integers(6, size=200))
    return {
        "random": (labels, noisy),
        "a class never predicted": (labels, np.where(noisy == 2, 3, noisy)),
        "a class absent": (np.where(labels == 5, 0, labels), noisy),
        "absent and never predicted": (np.where(labels == 5, 0, labels), np.where(noisy == 5, 1, noisy)),
        "all wrong": (labels, (labels + 1) % 6),
        "one picture": (labels[:1], noisy[:1]),
    }


@pytest.mark.parametrize(("labels", "predictions"), cases().values(), ids=cases().keys())
def test_scores_are_those_of_scikit_learn(labels, predictions):
    options = {"labels": range(6), "zero_division": 0}

    ours = classification_scores(labels, predictions, 6)
    macro = sklearn_metrics.precision_recall_fscore_support(labels, predictions, average="macro", **options)
    each = sklearn_metrics.precision_recall_fscore_support(labels, predictions, **options)

    assert ours.accuracy == sklearn_metrics.accuracy_score(labels, predictions)
    assert_allclose((ours.macro_precision, ours.macro_recall, ours.macro_f1), macro[:3])
    for name, values in zip(("precision", "recall", "f1"), each[:3], strict=True):
        assert_allclose(ours.per_class[name], values)
    assert (ours.confusion == sklearn_metrics.confusion_matrix(labels, predictions, labels=range(6))).all()


def test_f1_of_macros_is_another_number_than_macro_f1():
    scores = classification_scores(np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), 2)

    p, r = (1 + 1 / 3) / 2, (1 / 3 + 1) / 2
    assert_allclose(scores.f1_of_macros, 2 * p * r / (p + r))
    assert_allclose(scores.macro_f1, (0.5 + 0.5) / 2)


@pytest.mark.parametrize("k", [1, 3, 6])
def test_topk_accuracy_is_that_of_scikit_learn(k):
    random = np.random.default_rng(1)
    logits, labels = random.normal(size=(100, 6)), random.integers(6, size=100)

    expected = sklearn_metrics.top_k_accuracy_score(labels, logits, k=k, labels=range(6)) if k < 6 else 1.0
    assert topk_accuracy(logits, labels, k) == expected


def test_coverage_counts_answer_the_surest_first():
    random = np.random.default_rng(2)
    probabilities, labels = random.dirichlet([1, 1, 1], 40), random.integers(3, size=40)

    right, wrong = coverage_counts(labels, probabilities, [0.25, 1.0])

    threshold = np.sort(probabilities.max(1))[-10]
    kept, hit = probabilities.max(1) >= threshold, probabilities.argmax(1) == labels
    assert right[0].tolist() == [int((kept & hit & (labels == c)).sum()) for c in range(3)]
    assert wrong[0].tolist() == [int((kept & ~hit & (labels == c)).sum()) for c in range(3)]
    assert (right[1] + wrong[1]).tolist() == np.bincount(labels).tolist()
    assert right[1].sum() / 40 == sklearn_metrics.accuracy_score(labels, probabilities.argmax(1))


CONTAINERS = {
    "list": list, "tensor": torch.tensor, "tensor of bytes": lambda values: torch.tensor(values).byte(),
}


def stored(values, kind):
    return CONTAINERS.get(kind, lambda values: np.array(values, kind))(values)


@pytest.mark.parametrize("kind", [
    "uint8", "int8", "uint16", "int64", "uint64", "float16", "float64", *CONTAINERS,
])
def test_scores_do_not_depend_on_what_the_labels_are_stored_in(kind):
    labels = np.arange(100).repeat(3)
    answers = np.where(np.arange(300) % 7, labels, (labels + 1) % 100)

    ours = classification_scores(stored(labels.tolist(), kind), stored(answers.tolist(), kind), 100)

    assert ours.accuracy == sklearn_metrics.accuracy_score(labels, answers)
    assert (ours.confusion == sklearn_metrics.confusion_matrix(labels, answers, labels=range(100))).all()


@pytest.mark.parametrize("num_classes", [np.uint8(20), np.int16(200)])
def test_perfect_answers_score_one_with_a_narrow_number_of_classes(num_classes):
    labels = np.arange(num_classes).astype(num_classes.dtype)

    assert classification_scores(labels, labels, num_classes).accuracy == 1.0


def test_two_classes_may_be_false_and_true():
    labels = np.array([True, False, True, True])

    assert classification_scores(labels, [1, 0, 0, 1], 2).confusion.tolist() == [[1, 0], [1, 2]]


@pytest.mark.parametrize("bad", [
    ([], []), ([0, 1], [0]), ([0, 6], [0, 1]), ([0, 1], [-1, 1]), ([[0], [1]], [[0], [1]]),
    ([0.5, 1], [0, 1]), ([0, float("nan")], [0, 1]), ([0, 1], [0, float("inf")]), (["0", "1"], ["0", "1"]),
    ([0, 2**63], [0, 1]), ([0, 2**70], [0, 1]), ([0j, 1], [0, 1]),
])
def test_senseless_classes_are_refused(bad):
    with pytest.raises(ValueError, match=r"length|classes"):
        classification_scores(*bad, 6)


@pytest.mark.parametrize("kind", [np.float16, np.uint8, np.int8, torch.bfloat16])
def test_topk_accuracy_reads_narrow_logits(kind):
    random = np.random.default_rng(3)
    logits = random.permuted(np.tile(np.arange(100), (50, 1)), axis=1)
    labels = random.integers(100, size=50, dtype=np.uint8)
    narrow = torch.tensor(logits).to(kind) if isinstance(kind, torch.dtype) else logits.astype(kind)

    expected = sklearn_metrics.top_k_accuracy_score(labels, logits, k=20, labels=range(100))
    assert topk_accuracy(narrow, labels, 20) == expected


def test_of_equal_logits_the_lower_class_comes_first():
    logits = np.zeros((4, 4))

    assert topk_accuracy(logits, [0, 1, 2, 3], 1) == 0.25
    assert topk_accuracy(logits, [0, 1, 2, 3], 3) == 0.75


@pytest.mark.parametrize(("logits", "labels", "k", "said"), [
    ([[0.0, float("nan")]], [0], 1, "not a number"), ([[0, 1]], [2], 1, "classes"),
    ([[0, 1]], [0], 3, "top-3"),
    ([[0, 1]], [0], 0, "top-0"), ([[0, 1]], [0, 1], 1, "2 labels"), ([0, 1], [0], 1, "shape"),
    ([[0, 1]], [0.5], 1, "whole"), (np.zeros((0, 2)), [], 1, "shape"),
])
def test_senseless_logits_are_refused(logits, labels, k, said):
    with pytest.raises(ValueError, match=said):
        topk_accuracy(logits, labels, k)


@pytest.mark.parametrize("kind", ["uint8", "list", "tensor"])
def test_coverage_counts_do_not_depend_on_what_the_labels_are_stored_in(kind):
    random = np.random.default_rng(4)
    probabilities, labels = random.dirichlet([1, 1, 1], 40), random.integers(3, size=40)
    given = torch.tensor(probabilities) if kind == "tensor" else probabilities

    ours = coverage_counts(stored(labels.tolist(), kind), given, [0.5, 1])

    assert np.array_equal(ours, coverage_counts(labels, probabilities, [0.5, 1]))


@pytest.mark.parametrize(("labels", "probabilities", "coverages", "said"), [
    ([0], [[float("nan"), 1]], [1], "not a number"), ([0, 1], [[0, 1]], [1], "2 labels"),
    ([2], [[0, 1]], [1], "classes"), ([0], [[0, 1]], [1.5], "fractions"),
    ([0], [[0, 1]], [float("nan")], "fractions"),
])
def test_senseless_coverage_is_refused(labels, probabilities, coverages, said):
    with pytest.raises(ValueError, match=said):
        coverage_counts(labels, probabilities, coverages)
