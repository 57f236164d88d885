"""Averages of networks by hand and by scikit-learn; what neighbours and maps of a picture say, by SciPy."""
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import scipy.special
import scipy.stats
from sklearn.metrics import accuracy_score, log_loss
from studied import PLAN, record

import cvlib
from cvlib import analysis
from cvlib.analysis import Averaged, MapsAgree, Retrieved

DRAWS = np.random.default_rng(0)


def answering(seed, recipe="a", n=400):
    """A record whose probabilities are drawn around the truth."""
    draws = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    logits = draws.normal(size=(n, 3)) + 1.2 * np.eye(3)[labels]
    said = scipy.special.log_softmax(logits, 1).astype(np.float16)
    run = replace(PLAN.runs[0], recipe=replace(PLAN.runs[0].recipe, name=recipe))
    data = {"name": "drawn", "hash": "1", "classes": ["a", "b", "c"], "sizes": {"test": n}}
    scored = {"n": n, "accuracy": float((said.argmax(1) == labels).mean())}
    return record(run, labels=labels, log_probabilities=said, data=data, scores={"test": scored}, seed=seed)


def test_averages_are_those_of_probabilities_over_all_choices():
    records = [answering(seed) for seed in range(5)]

    averaged = Averaged(records)

    for count in (1, 2, 4):
        chosen = list(combinations(range(5), count))
        means = [np.mean([records[i].probabilities for i in some], axis=0) for some in chosen]
        errors = [100 * (1 - accuracy_score(averaged.labels, mean.argmax(1))) for mean in means]
        losses = [log_loss(averaged.labels, mean / mean.sum(1, keepdims=True)) for mean in means]
        assert averaged.errors(count) == pytest.approx(errors)
        assert averaged.loss(count) == pytest.approx(np.mean(losses), abs=2e-3)


def test_the_loss_of_an_average_never_rises_with_the_number():
    losses = [Averaged([answering(seed) for seed in range(6)]).loss(count) for count in range(1, 7)]

    assert losses == sorted(losses, reverse=True)


def test_a_gain_is_paired_by_picture():
    averaged = Averaged([answering(seed) for seed in range(4)])

    each = 100 * (averaged.wrong(1).mean(0) - averaged.wrong(3).mean(0))
    expected = scipy.stats.ttest_1samp(each, 0).confidence_interval(0.95)
    mean, low, high = averaged.gain(3)
    assert mean == pytest.approx(averaged.errors(1).mean() - averaged.errors(3).mean())
    assert (low, high) == pytest.approx((expected.low, expected.high))
    numbers = averaged.numbers((2, 3, 9))
    assert numbers["relative_3"] == pytest.approx(100 * mean / numbers["one"])
    assert (numbers["choices_3"], "error_9" in numbers) == (4, False)


def test_pairs_of_one_recipe_and_of_two_are_kept_apart():
    records = [answering(0), answering(1), answering(2, "b"), answering(3, "b")]

    same, other, apart = Averaged(records).pairs()

    def gain(a, b):
        alone = np.mean([100 * (records[i].predictions != records[i].labels).mean() for i in (a, b)])
        mean = records[a].probabilities + records[b].probabilities
        return alone - 100 * (mean.argmax(1) != records[a].labels).mean()

    assert same.mean == pytest.approx(np.mean([gain(0, 1), gain(2, 3)]))
    assert other.mean == pytest.approx(np.mean([gain(a, b) for a in (0, 1) for b in (2, 3)]))
    assert apart.mean == pytest.approx(other.mean - same.mean)
    with pytest.raises(ValueError, match="of one kind"):
        Averaged(records[:2]).pairs()


def test_one_network_counted_twice_and_a_single_one_are_refused():
    with pytest.raises(ValueError, match="counted twice"):
        Averaged([answering(0), answering(1), answering(0, "b")])
    with pytest.raises(ValueError, match="two or more"):
        Averaged([answering(0)])
    with pytest.raises(ValueError, match="3 of 2"):
        Averaged([answering(0), answering(1)]).wrong(3)


def test_by_one_view_the_centre_alone_is_asked():
    runs = cvlib.load_runs(study="padding", recipe="alexnet_64px")

    one, ten = Averaged(runs, one_view=True), Averaged(runs)

    assert one.errors(1) == pytest.approx([100 * (1 - run.scores["one_view"]["accuracy"]) for run in runs])
    assert ten.errors(1) == pytest.approx([100 * (1 - run.scores["test"]["accuracy"]) for run in runs])


def test_the_papers_averages_are_those_that_its_log_confirms():
    printed = {row.what: row.printed for row in analysis.PUBLISHED}

    assert analysis.PAPER_AVERAGES["1 CNN"] == printed["2012, one network"][0] == 40.7
    assert analysis.PAPER_AVERAGES["1 CNN*"] == printed["2012, pre-trained"][0] == 39.0


# what neighbours and maps say

LABELS = np.array([0, 1, 2, 0])
FOUND = {"near": np.array([[0, 0], [1, 0], [2, 2], [0, 1]]),
         "far": np.array([[1, 0], [0, 0], [2, 1], [0, 1]])}


def test_shares_of_the_class_are_paired_by_picture():
    retrieved = Retrieved(LABELS, FOUND)

    assert retrieved.shares("near").tolist() == [1, 0.5, 1, 0.5]
    assert retrieved.share("far").mean == pytest.approx(37.5)
    expected = scipy.stats.ttest_rel([100, 50, 100, 50], [50, 0, 50, 50]).confidence_interval(0.95)
    assert retrieved.difference("near", "far") == pytest.approx((37.5, expected.low, expected.high))
    assert retrieved.numbers() | {"n": 4, "k": 2, "near": 75.0} == retrieved.numbers()
    assert retrieved.chance == pytest.approx(100 / 3)


def test_neighbours_for_other_pictures_are_refused():
    with pytest.raises(ValueError, match="of 4 pictures"):
        Retrieved(LABELS, {"near": FOUND["near"][:3]})


def test_maps_agree_by_ranks_and_by_their_deepest_places():
    first, second = DRAWS.random((6, 3, 4)), DRAWS.random((6, 3, 4))
    second[:2] = 2 * first[:2] + 1

    agree = MapsAgree(first, second)

    expected = [scipy.stats.spearmanr(a.ravel(), b.ravel()).statistic
                for a, b in zip(first, second, strict=True)]
    assert agree.correlations == pytest.approx(expected)
    assert agree.correlations[:2] == pytest.approx(1)
    assert agree.same >= 2
    assert agree.numbers()["chance"] == pytest.approx(100 / 12)
    with pytest.raises(ValueError, match="both are"):
        MapsAgree(first, second[:, :2])
