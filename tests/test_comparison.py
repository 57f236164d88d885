"""Comparing models on the same pictures: against statsmodels, scikit-learn, enumeration and drawn answers."""
import numpy as np
import pandas
import pytest
import statsmodels.formula.api as smf
from scipy import stats as scipy_stats
from sklearn.metrics import cohen_kappa_score, f1_score
from statsmodels.stats import contingency_tables, power, proportion

from cvlib.stats import (
    agreement,
    bootstrap_difference,
    crossed_difference,
    detectable_difference,
    mcnemar,
    mcnemar_bounds,
    pictures_needed,
    pictures_needed_apart,
)


def drawn(seed, n=600, classes=4):
    """Labels and two models' answers, whose errors fall on the same pictures more often than by chance."""
    random = np.random.default_rng(seed)
    labels, other, third = random.integers(0, classes, (3, n))
    hard = random.random(n) < 0.3
    a = np.where(hard & (random.random(n) < 0.7), other, labels)
    b = np.where(hard & (random.random(n) < 0.5) | (random.random(n) < 0.1), third, labels)
    return labels, a, b


@pytest.mark.parametrize(("a", "b", "n"), [(15, 11, 20), (11, 15, 20), (9, 9, 12), (12, 3, 12), (0, 0, 4)])
def test_bounds_are_what_statsmodels_says_of_every_table_with_these_margins(a, b, n):
    tables = [[[both, a - both], [b - both, n - a - b + both]] for both in range(n + 1)]
    tables = [table for table in tables if min(map(min, table)) >= 0][::-1]
    p_values = [contingency_tables.mcnemar(table, exact=True).pvalue for table in tables]

    bounds = mcnemar_bounds(a, b, n)

    assert bounds.alone.tolist() == [table[0][1] + table[1][0] for table in tables]
    assert bounds.p_values == pytest.approx(np.nan_to_num(p_values, nan=1.0))
    assert (bounds.best, bounds.worst) == pytest.approx((min(bounds.p_values), max(bounds.p_values)))


def test_the_most_that_one_alone_may_have_right_is_the_last_share_below_alpha():
    bounds = mcnemar_bounds(80, 60, 100)  # 20 more; 20 + 2 k alone

    inside = [differ for differ in range(20, 61, 2)
              if scipy_stats.binomtest((differ + 20) // 2, differ).pvalue < 0.01]
    assert bounds.most_alone(0.01) == inside[-1] / 100 < bounds.alone[-1] / 100
    assert bounds.most_alone() > bounds.most_alone(0.01)
    assert mcnemar_bounds(80, 79, 100).most_alone() is None


@pytest.mark.parametrize("bad", [(5, 3, 4), (-1, 3, 4), (1.5, 2, 4), (0, 0, 0)])
def test_accuracies_that_no_pictures_give_have_no_bounds(bad):
    with pytest.raises(ValueError, match="whole numbers"):
        mcnemar_bounds(*bad)


def test_a_test_says_by_how_much_two_differ_and_on_how_many_pictures():
    labels, a, b = drawn(0)

    test = mcnemar(labels, a, b)

    assert test.n == len(labels)
    assert test.difference == pytest.approx((a == labels).mean() - (b == labels).mean())
    assert test.alone == ((a == labels) != (b == labels)).mean() > abs(test.difference)


@pytest.mark.parametrize("seed", range(3))
def test_a_bootstrap_of_accuracies_is_the_paired_normal_interval(seed):
    labels, a, b = drawn(seed)
    gained = (a == labels).astype(float) - (b == labels)

    interval = bootstrap_difference(labels, a, b)

    half = 1.96 * gained.std() / np.sqrt(len(labels))  # of pairs: twice as wide if they were drawn apart
    assert interval.mean == pytest.approx(gained.mean())
    assert (interval.low, interval.high) == pytest.approx((gained.mean() - half, gained.mean() + half),
                                                         abs=0.1 * half)


def test_a_bootstrap_of_macro_f1_is_scikit_learns_on_redrawn_pictures():
    labels, a, b = drawn(3, n=200)
    random = np.random.default_rng(9)
    redrawn = [random.integers(0, 200, 200) for _ in range(600)]
    expected = [f1_score(labels[some], a[some], average="macro") - f1_score(labels[some], b[some],
                                                                            average="macro")
                for some in redrawn]

    interval = bootstrap_difference(labels, a, b, score="macro_f1", resamples=1500)

    assert interval.mean == pytest.approx(f1_score(labels, a, average="macro")
                                          - f1_score(labels, b, average="macro"))
    assert (interval.low, interval.high) == pytest.approx(np.quantile(expected, (0.025, 0.975)),
                                                         abs=0.15 * interval.half)


def test_a_bootstrap_follows_from_its_seed_and_of_two_that_answer_alike_nothing_differs():
    labels, a, b = drawn(4, n=80)

    assert (bootstrap_difference(labels, a, b, resamples=200, seed=1)
            == bootstrap_difference(labels, a, b, resamples=200, seed=1)
            != bootstrap_difference(labels, a, b, resamples=200, seed=2))
    assert bootstrap_difference(labels, a, a, resamples=50) == (0, 0, 0)
    with pytest.raises(ValueError, match="two or more"):
        bootstrap_difference([1], [1], [0])


@pytest.mark.parametrize("seed", range(3))
def test_error_consistency_is_scikit_learns_kappa_of_being_right(seed):
    labels, a, b = drawn(seed)

    found = agreement(labels, a, b)

    assert found.kappa == pytest.approx(cohen_kappa_score(a == labels, b == labels))
    assert found.same == pytest.approx((a == b).mean())
    assert found.numbers()["kappa"] == found.kappa


def test_shared_errors_are_counted_beside_those_of_chance():
    labels = np.zeros(10, int)
    a, b = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0], [1, 1, 2, 0, 1, 0, 0, 0, 0, 0]

    found = agreement(labels, a, b)

    assert (found.both_wrong, found.same_wrong, found.both_wrong_by_chance) == (3, 2, pytest.approx(1.6))
    assert found.alike == pytest.approx(0.8)
    assert found.alike_by_chance == pytest.approx(0.16 + 0.36)
    assert {name: found.numbers()[name] for name in ("n", "same", "alike")} == {
        "n": 10, "same": 70, "alike": 80}


def test_two_that_are_always_right_have_no_error_consistency():
    assert np.isnan(agreement([1, 2], [1, 2], [1, 2]).kappa)
    assert "kappa" not in agreement([1, 2], [1, 2], [1, 2]).numbers()


@pytest.mark.parametrize(("difference", "alone", "wanted"), [
    (0.0003, 0.12, 0.8), (0.05, 0.2, 0.8), (-0.05, 0.2, 0.8), (0.02, 0.02, 0.9)])
def test_pictures_needed_are_statsmodels(difference, alone, wanted):
    expected = power.normal_sample_size_one_tail(difference, wanted, 0.025, np.sqrt(alone),
                                                 np.sqrt(alone - difference**2))

    assert pictures_needed(difference, alone, power=wanted) == np.ceil(expected)


@pytest.mark.parametrize(("a", "b"), [(0.8833, 0.8836), (0.9, 0.6), (0.6, 0.9)])
def test_pictures_needed_apart_are_statsmodels(a, b):
    expected = proportion.samplesize_proportions_2indep_onetail(a - b, b, 0.8)

    assert pictures_needed_apart(a, b) == np.ceil(expected)


def test_so_many_pictures_show_a_difference_four_times_in_five():
    n = pictures_needed(0.05, 0.2)
    random = np.random.default_rng(0)
    only_a, only_b, _ = random.multinomial(n, (0.125, 0.075, 0.8), 4000).T

    p_values = 2 * scipy_stats.binom.cdf(np.minimum(only_a, only_b), only_a + only_b, 0.5)
    assert 0.77 < (p_values < 0.05).mean() < 0.81  # the exact test is a little shy


@pytest.mark.parametrize(("n", "alone", "wanted"), [(3000, 0.12, 0.8), (50_000, 0.2, 0.8), (100, 0.5, 0.95)])
def test_the_least_difference_that_shows_needs_just_these_pictures(n, alone, wanted):
    least = detectable_difference(n, alone, power=wanted)

    assert pictures_needed(least, alone, power=wanted) in (n, n + 1)
    assert pictures_needed(1.01 * least, alone, power=wanted) < n


@pytest.mark.parametrize(("plan", "arguments", "said"), [
    (pictures_needed, (0, 0.1), "difference"), (pictures_needed, (0.2, 0.1), "alone"),
    (pictures_needed_apart, (0.8, 0.8), "two different"), (pictures_needed_apart, (0.8, 1.2), "fractions"),
    (detectable_difference, (0, 0.1), "n > 0"), (detectable_difference, (5, 0.1), "show no difference"),
])
def test_a_plan_that_cannot_be_made_is_refused(plan, arguments, said):
    with pytest.raises(ValueError, match=said):
        plan(*arguments)
    with pytest.raises(ValueError, match="a power of"):
        plan(*arguments, power=1)


def crossed(random, *, seeds=3, pictures=150, by_picture=0.3, by_seed=0.02, rest=0.3, mean=0.8):
    """Runs of a recipe, (seeds, pictures), whose three sources of chance have known deviations."""
    return (mean + by_picture * random.normal(size=pictures) + by_seed * random.normal(size=(seeds, 1))
            + rest * random.normal(size=(seeds, pictures)))


def test_two_sources_of_chance_are_statsmodels_mean_squares():
    random = np.random.default_rng(5)
    a = crossed(random, pictures=40, by_seed=0.2)
    b = crossed(random, pictures=40, by_seed=0.2, seeds=4)

    both = crossed_difference(a, b).both

    parts, free = [((a.mean(0) - b.mean(0)).var(ddof=1) / 40, 39)], []
    for one in (a, b):
        cells = pandas.DataFrame([{"x": x, "seed": seed, "picture": picture}
                                  for (seed, picture), x in np.ndenumerate(one)])
        fitted = smf.ols("x ~ C(seed) + C(picture)", cells).fit()
        parts.append((one.mean(1).var(ddof=1) / len(one), len(one) - 1))
        free.append(fitted.mse_resid / one.size)
    total = sum(part for part, _ in parts) - sum(free)
    factor = scipy_stats.t.ppf(0.975, total**2 / sum(part**2 / df for part, df in parts))
    assert both.mean == pytest.approx(a.mean() - b.mean())
    assert both.half == pytest.approx(factor * np.sqrt(total))


def covered(by_seed, by_picture):
    """How often each interval holds the true difference of two recipes, 0.03."""
    held = []
    for number in range(400):
        random = np.random.default_rng(number)
        shared = by_picture * random.normal(size=150)  # what a picture does to both recipes cancels
        a = crossed(random, by_seed=by_seed, by_picture=by_picture, mean=0.83) + shared
        b = crossed(random, by_seed=by_seed, by_picture=by_picture) + shared
        found = crossed_difference(a, b)
        held.append([low <= 0.03 <= high for _, low, high in (found.pictures, found.seeds, found.both)])
    return np.mean(held, axis=0)


def test_only_the_interval_of_both_holds_the_difference_whatever_the_chance_comes_from():
    pictures, _, both = covered(by_seed=0.08, by_picture=0.3)
    _, seeds, other = covered(by_seed=0.0, by_picture=0.6)

    assert pictures < 0.85
    assert seeds < 0.85
    assert both > 0.92
    assert other > 0.92


def test_the_p_value_of_both_is_that_of_the_interval():
    random = np.random.default_rng(1)
    a, b = crossed(random), crossed(random)
    found = crossed_difference(a - a.mean() + b.mean(), b)
    moved = crossed_difference(a - a.mean() + b.mean() + found.both.half, b)

    assert found.p_value == pytest.approx(1)
    assert moved.p_value == pytest.approx(0.05)
    assert moved.numbers()["both_low"] == pytest.approx(0, abs=1e-9)
    assert moved.numbers()["mean"] == pytest.approx(100 * found.both.half)


def test_answers_to_other_pictures_or_of_one_seed_have_no_two_sources():
    one, two, other = np.eye(1, 5), np.eye(2, 5), np.eye(2, 6)

    with pytest.raises(ValueError, match="of the same pictures"):
        crossed_difference(two, other)
    with pytest.raises(ValueError, match="two or more"):
        crossed_difference(one, two)
