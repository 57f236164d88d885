"""Scores against scikit-learn's, intervals against SciPy's."""
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats
from sklearn import metrics as sklearn_metrics

from cvlib.metrics import classification_scores, coverage_counts, topk_accuracy
from cvlib.stats import mean_interval, wilson_interval


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


@pytest.mark.parametrize("bad", [([], []), ([0, 1], [0]), ([0, 6], [0, 1]), ([0, 1], [-1, 1])])
def test_senseless_input_is_refused(bad):
    with pytest.raises(ValueError, match=r"length|classes"):
        classification_scores(*map(np.array, bad), 6)


@pytest.mark.parametrize(("correct", "n"), [(0, 10), (10, 10), (7, 10), (2650, 3000)])
def test_wilson_interval_is_that_of_scipy(correct, n):
    expected = scipy_stats.binomtest(correct, n).proportion_ci(0.95, method="wilson")

    assert_allclose(wilson_interval(correct, n), (expected.low, expected.high), atol=1e-12)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_mean_interval_is_students(n):
    values = np.random.default_rng(n).normal(0.86, 0.01, n)
    half = scipy_stats.t.ppf(0.975, n - 1) * scipy_stats.sem(values)

    mean = values.mean()
    assert_allclose(mean_interval(values), (mean, mean - half, mean + half), rtol=1e-4)


def test_one_run_has_no_interval():
    with pytest.raises(ValueError, match="1 runs"):
        mean_interval([0.9])
