"""What a network sees: neighbours against scikit-learn, directions of drawn kernels."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from studied import PLAN, record

import cvlib
from cvlib import analysis, probe
from cvlib.analysis import Selectivity, Tuning, Tunings
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


def test_noise_prefers_neither_level_nor_upright():
    near = np.abs((analysis.stripe_angles(noise(2000)) + 45) % 90 - 45) <= 22.5

    assert near.mean() == pytest.approx(0.5, abs=0.06)


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
    again = cvlib.load_runs(study="families", recipe="alexnet_common")
    records = [*cvlib.load_runs(study="norms"), *(run for run in again if run.seed < 2)]

    tunings = Tunings.of(records)

    assert len(tunings.networks) == 6  # two runs are alexnet_64px-unit's; the third had another processor
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
