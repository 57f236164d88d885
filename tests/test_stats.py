"""Intervals and tests against SciPy's and statsmodels'."""
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy import stats as scipy_stats
from statsmodels.stats import contingency_tables, proportion

from cvlib.stats import difference_interval, mcnemar, mean_interval, prediction_interval, wilson_interval


@pytest.mark.parametrize(("correct", "n"), [
    (0, 10), (10, 10), (7, 10), (1, 1), (2650, 3000), (49_999, 50_000),
])
def test_wilson_interval_is_that_of_statsmodels(correct, n):
    expected = proportion.proportion_confint(correct, n, 0.05, method="wilson")

    assert_allclose(wilson_interval(correct, n), expected, atol=1e-12)


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint64, np.float16, torch.tensor])
def test_counts_may_be_narrow(kind):
    assert wilson_interval(kind(100), kind(120)) == wilson_interval(100, 120)
    assert wilson_interval(kind(100), 3000) == wilson_interval(100, 3000)


@pytest.mark.parametrize("n", [1, 7, 97, 3000])
def test_the_ends_hold_the_estimate(n):
    ends = np.array([wilson_interval(correct, n) for correct in range(0, n + 1, max(1, n // 40))])
    estimates = np.arange(0, n + 1, max(1, n // 40)) / n

    assert (ends[:, 0] <= estimates).all()
    assert (estimates <= ends[:, 1]).all()
    assert wilson_interval(n, n)[1] == 1.0
    assert wilson_interval(0, n)[0] == 0.0


@pytest.mark.parametrize(("correct", "n"), [
    (-1, 3), (4, 3), (0, 0), (1.5, 3), (1, 2.5), (float("nan"), 3), (1, float("inf")),
])
def test_what_is_no_proportion_is_refused(correct, n):
    with pytest.raises(ValueError, match="is no proportion"):
        wilson_interval(correct, n)


@pytest.mark.parametrize("n", [2, 3, 10, 11, 40])
def test_mean_interval_is_students(n):
    values = np.random.default_rng(n).normal(0.86, 0.01, n)
    low, high = scipy_stats.t.interval(0.95, n - 1, values.mean(), scipy_stats.sem(values))

    assert_allclose(mean_interval(values), (values.mean(), low, high))


@pytest.mark.parametrize("interval", [mean_interval, prediction_interval])
@pytest.mark.parametrize("values", [
    [0.1] * 3, [0.1, 0.2, 0.3], np.uint8([250, 255]), np.float16([0.5, 0.25]),
])
def test_the_ends_hold_the_mean(interval, values):
    mean, low, high = interval(values)

    assert low <= mean <= high
    assert mean == pytest.approx(np.mean(np.asarray(values, float)))


def test_a_prediction_interval_holds_one_more_run_19_times_of_20():
    runs = np.random.default_rng(0).normal(0.8, 0.02, (4000, 4))

    held = [low <= run[3] <= high for run in runs for _, low, high in [prediction_interval(run[:3])]]

    assert 0.94 < np.mean(held) < 0.96


def test_one_more_run_is_less_certain_than_the_mean():
    values = [0.81, 0.84, 0.80]

    assert prediction_interval(values).half == pytest.approx(2 * mean_interval(values).half)
    assert prediction_interval(values).numbers().keys() == {"mean", "low", "high", "half"}


@pytest.mark.parametrize("interval", [mean_interval, prediction_interval])
@pytest.mark.parametrize(("values", "said"), [
    ([0.9], "1 runs"), ([], "0 runs"), ([0.9, float("nan")], "finite"), ([[1, 2], [3, 4]], "a run"),
])
def test_too_few_or_unfinished_runs_have_no_interval(interval, values, said):
    with pytest.raises(ValueError, match=said):
        interval(values)


@pytest.mark.parametrize("kind", [np.uint8, np.int64])
@pytest.mark.parametrize("seed", range(3))
def test_mcnemar_is_that_of_statsmodels(seed, kind):
    random = np.random.default_rng(seed)
    labels, a, b = random.integers(0, 3, (3, 80)).astype(kind)
    a = np.where(random.random(80) < 0.5, labels, a)
    right_a, right_b = a == labels, b == labels
    table = [[(right_a & right_b).sum(), (right_a & ~right_b).sum()],
             [(~right_a & right_b).sum(), (~right_a & ~right_b).sum()]]

    ours = mcnemar(labels, a, b)

    assert ours.p_value == pytest.approx(contingency_tables.mcnemar(table, exact=True).pvalue)
    assert [[ours.both, ours.only_a], [ours.only_b, ours.neither]] == table
    assert set(map(type, ours.numbers().values())) <= {int, float}


def test_two_that_are_right_together_do_not_differ():
    assert mcnemar([0, 1, 2], [0, 1, 0], [0, 1, 1]).p_value == 1.0


@pytest.mark.parametrize("bad", [([], [], []), ([0, 1], [0], [0, 1]), ([[0]], [[0]], [[0]])])
def test_answers_to_other_pictures_are_refused(bad):
    with pytest.raises(ValueError, match="of one length"):
        mcnemar(*bad)


def test_the_interval_of_a_difference_is_welchs():
    a, b = [0.87, 0.872, 0.868], [0.86, 0.862, 0.8647]

    difference = difference_interval(a, b)

    spread = np.var(a, ddof=1) / 3, np.var(b, ddof=1) / 3
    free = sum(spread)**2 / sum(part**2 / 2 for part in spread)  # Welch and Satterthwaite
    half = scipy_stats.t.ppf(0.975, free) * np.sqrt(sum(spread))
    assert difference == pytest.approx((np.mean(a) - np.mean(b), np.mean(a) - np.mean(b) - half,
                                        np.mean(a) - np.mean(b) + half))


@pytest.mark.parametrize(("a", "b", "reason"), [
    ([0.5], [0.5, 0.6], "two or more"), ([0.5, 0.5], [0.6, 0.6], "no spread")])
def test_a_difference_without_spread_has_no_interval(a, b, reason):
    with pytest.raises(ValueError, match=reason):
        difference_interval(a, b)
