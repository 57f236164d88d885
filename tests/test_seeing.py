"""What a network sees: neighbours against scikit-learn, directions of drawn kernels, averages by hand."""
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import scipy.special
import scipy.stats
import torch
from sklearn.metrics import accuracy_score, log_loss
from sklearn.neighbors import NearestNeighbors
from studied import PLAN, record

import cvlib
from cvlib import analysis, probe
from cvlib.analysis import Averaged, MapsAgree, Retrieved, Selectivity, Tuning, Tunings
from cvlib.starting import Start

Y, X = np.mgrid[-5:6, -5:6]
DRAWS = np.random.default_rng(0)


def stripes(angle, wave=8.0, colour=(1, 1, 1)):
    """Stripes that run at ``angle`` degrees, 0 level and 45 rising to the right, (3, 11, 11)."""
    across = -np.sin(np.radians(angle)) * X - np.cos(np.radians(angle)) * Y
    return np.asarray(colour, float)[:, None, None] * np.cos(2 * np.pi * across / wave + 0.4)


def noise(n=1):
    return np.random.default_rng(1).normal(size=(n, 3, 11, 11))


# neighbours

def test_neighbours_are_those_of_scikit_learn_nearest_first():
    gallery, queries = torch.randn(500, 3, 4, 4), torch.randn(300, 3, 4, 4)

    found = probe.neighbours(queries, gallery, 7)

    judge = NearestNeighbors(n_neighbors=7, algorithm="brute").fit(gallery.flatten(1).double().numpy())
    distances, places = judge.kneighbors(queries.flatten(1).double().numpy())
    assert (found.places.numpy() == places).all()
    np.testing.assert_allclose(found.distances.numpy(), distances, rtol=1e-9)


def test_a_small_distance_between_long_vectors_keeps_its_digits():
    gallery = torch.full((40, 200), 1000.0) + torch.arange(40.0)[:, None] * 1e-3

    found = probe.neighbours(gallery[:1], gallery, 3)

    assert found.places[0].tolist() == [0, 1, 2]


@pytest.mark.parametrize(("queries", "gallery", "k"), [((2, 3), (5, 4), 1), ((2, 3), (5, 3), 6),
                                                       ((2, 3), (5, 3), 0)])
def test_neighbours_that_cannot_be_are_refused(queries, gallery, k):
    with pytest.raises(ValueError, match=r"of one length|are wanted"):
        probe.neighbours(torch.zeros(queries), torch.zeros(gallery), k)


# directions

@pytest.mark.parametrize("angle", [0, 20, 45, 70, 90, 135, 160])
def test_stripes_are_coherent_and_have_their_direction(angle):
    kernel = stripes(angle)[None]

    assert analysis.coherence(kernel)[0] > 0.97
    off = (analysis.stripe_angles(kernel)[0] - angle + 90) % 180 - 90
    assert abs(off) < 4


def test_coherence_is_that_of_the_tensors_eigenvalues():
    kernels = noise(20)
    for kernel, said in zip(kernels, analysis.coherence(kernels), strict=True):
        smooth = np.mean([kernel[:, y:y + 9, x:x + 9] for y in range(3) for x in range(3)], axis=0)
        slopes = np.stack([np.gradient(smooth, axis=axis).ravel() for axis in (2, 1)])
        low, high = np.linalg.eigvalsh(slopes @ slopes.T)
        assert said == pytest.approx((high - low) / (high + low))


def test_what_is_alike_in_all_directions_has_none():
    disc = np.broadcast_to(np.exp(-(X**2 + Y**2) / 8), (1, 3, 11, 11))

    assert analysis.coherence(disc)[0] < 1e-6
    assert analysis.coherence(np.ones((1, 3, 11, 11)))[0] == 0


@pytest.mark.parametrize("wave", [4.0, 16 / 3, 8.0])
@pytest.mark.parametrize("angle", [0, 90])
def test_wavelengths_are_those_of_the_stripes(wave, angle):
    assert analysis.wavelengths(stripes(angle, wave)[None])[0] == pytest.approx(wave, rel=0.15)


def test_noise_seldom_passes_for_a_direction_and_stripes_in_noise_do():
    noisy = Tuning(Selectivity("noise", noise(800), 0.0))
    striped = Tuning(Selectivity("stripes", 0.5 * noise(40) + stripes(30), 0.0))

    assert 0 < noisy.oriented.mean() < 0.03
    assert striped.oriented.all()


def test_kernels_that_have_not_learned_have_no_direction_and_stand_last():
    kernels = np.stack([0.01 * stripes(90), stripes(100), stripes(10), noise()[0], stripes(50)])

    tuning = Tuning(Selectivity("five", kernels, 5.0))

    assert tuning.oriented.tolist() == [False, True, True, False, True]
    assert tuning.order.tolist() == [2, 4, 1, 3, 0]
    assert tuning.says()[3] == "no direction"
    assert tuning.says()[0] == "not learned"
    assert tuning.says()[2].startswith("stripes at 1")


def test_along_are_those_within_a_quarter_of_a_right_angle_of_level_or_upright():
    kernels = np.stack([stripes(angle) for angle in (2, 178, 85, 40, 130, 20)])

    tuning = Tuning(Selectivity("six", kernels, 0.0))

    assert tuning.along.tolist() == [True, True, True, False, False, True]
    assert tuning.numbers()["along"] == pytest.approx(400 / 6)


def test_the_colours_of_kernels_with_and_without_a_direction_are_told_apart():
    grey, red = [stripes(angle) for angle in (0, 60, 90)], DRAWS.normal(size=(3, 1, 11, 11)) * [[[1]], [[0]],
                                                                                                [[0]]]
    tuning = Tuning(Selectivity("six", np.concatenate([np.stack(grey), 3 * red]), 0.0))

    assert tuning.oriented.tolist() == [True] * 3 + [False] * 3
    assert tuning.greyer == pytest.approx(2 / 3)
    assert tuning.numbers()["colour_oriented"] == pytest.approx(0, abs=1e-9)


def test_a_run_in_two_studies_counts_once_and_still_layers_are_told():
    records = [*cvlib.load_runs(study="norms"), *cvlib.load_runs(study="families")]

    tunings = Tunings.of(records)

    assert len(tunings.networks) == 6  # alexnet_common is alexnet_64px-unit, two seeds of it
    assert {one.name[:-1] for one in tunings.learned} == {"alexnet_64px-alpha-over-n-intel-s"}
    assert tunings.numbers()["still"] == 3
    assert tunings.largest("alexnet_64px-alpha-over-n-intel-s1").layer.learned.mean() > 0.5
    with pytest.raises(ValueError, match="no network 'x'"):
        tunings.named("x")


def test_more_kernels_with_a_direction_are_shown_before_fewer():
    one, two = (Tuning(Selectivity(name, np.stack([stripes(10 * i) for i in range(n)]), 0.0))
                for name, n in (("small", 4), ("large", 8)))

    assert Tunings([one, two]).largest("small") is two
    assert Tunings([one, two]).largest("large") is two


def test_a_recipe_says_with_what_norm_a_kernel_began():
    recipe = cvlib.get_recipe("alexnet_quick").as_dict()

    assert Selectivity.by_recipe("live", noise(4), recipe).start == pytest.approx(0.01 * np.sqrt(363))


def test_the_start_of_a_record_is_the_network_before_training():
    run = PLAN.runs[0]
    kept = record(run)

    model = Start.of(replace(kept, seed=3)).network()

    torch.manual_seed(3)
    expected = cvlib.create_model(run.recipe.model, num_classes=2, image_size=run.recipe.image_size)
    torch.testing.assert_close(model.state_dict(), expected.state_dict())


# averages

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
