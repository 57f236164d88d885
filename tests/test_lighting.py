"""Noise along the axes of the colours, by NumPy and by the figures of the 2012 source; crops as it drew
them."""
import tracemalloc
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.stats import kstest, norm
from torch.testing import assert_close

import cvlib
from cvlib.data import ColorPCA, PCALighting, color_pca, finish, open_dataset
from cvlib.data.batches import Crops, loader
from cvlib.data.draws import uniform
from cvlib.data.normalise import Normalise
from cvlib.data.preprocess import Preprocess
from cvlib.data.source import open_source
from cvlib.data.statistics import Statistics
from cvlib.feed import Feed
from cvlib.recipes import Crop, Erase, Flip, Lighting

PREPROCESS = Preprocess(32, 28)
PICTURES = np.random.default_rng(6).normal([90, 110, 140], [60, 30, 45], (50, 12, 10, 3))
PICTURES = np.uint8(np.clip(PICTURES + np.random.default_rng(7).normal(0, 40, (50, 12, 10, 1)), 0, 255))
SOURCE = ColorPCA(np.full(3, 120.0), np.array([121.78, 37.09, 19.72])**2, np.eye(3))  # make-data/input_meta


def covariance(pictures):
    return np.cov(pictures.reshape(-1, 3).T.astype(float), bias=True)


def test_mean_and_axes_are_numpy_s():
    pca = color_pca(PICTURES)

    values, _ = np.linalg.eigh(covariance(PICTURES))
    np.testing.assert_allclose(pca.mean, PICTURES.mean((0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(pca.eigenvalues, values[::-1], rtol=1e-10)
    np.testing.assert_allclose(pca.eigenvectors * pca.eigenvalues @ pca.eigenvectors.T, covariance(PICTURES),
                               rtol=1e-10)
    assert pca.eigenvectors[np.abs(pca.eigenvectors).argmax(0), range(3)].min() > 0


def test_any_pictures_in_one_pass_are_what_all_of_them_at_once_are():
    def once():
        for number, pixels in enumerate(PICTURES):
            yield (Image.fromarray(pixels), number) if number % 2 else pixels

    ours, whole = color_pca(once()), color_pca(PICTURES.reshape(25, 24, 10, 3))

    for name in ColorPCA._fields:
        np.testing.assert_array_equal(getattr(ours, name), getattr(whole, name))


def test_a_data_set_can_be_read_as_it_is(tree):
    dataset = cvlib.load_dataset(str(tree), "test")

    pca = color_pca(dataset)

    pixels = np.concatenate([np.asarray(image).reshape(-1, 3) for image, _ in dataset])
    np.testing.assert_allclose(np.sort(pca.eigenvalues), np.linalg.eigvalsh(covariance(pixels)), rtol=1e-9)


def test_the_covariance_is_exact_however_many_pixels_there_are():
    counts = np.zeros((3, 256), np.int64)
    counts[:, 254], counts[:, 255] = [7, 11, 13], 10**14
    counts[:, 255] -= counts[:, 254]
    products = np.full((3, 3), 255**2 * 10**14) - 255 * np.add.outer([7, 11, 13], [7, 11, 13])
    products += np.diag([7, 11, 13])  # the pixels of 254 are different ones in each channel

    ours = Statistics.known(0, np.zeros(0), counts, products).channel_covariance

    share = [Fraction(count, 10**14) for count in (7, 11, 13)]
    exact = [[float((i == j) * share[i] - share[i] * share[j]) for j in range(3)] for i in range(3)]
    assert ours.tolist() == exact


def test_the_memory_is_a_picture_s_whatever_their_number():
    def peak(number):
        tracemalloc.start()
        color_pca(np.full((64, 64, 3), i % 256, np.uint8) for i in range(number))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(400) < 1.2 * peak(20)


def test_decoded_or_on_the_fly_the_axes_are_the_same(tree):
    dataset = cvlib.load_dataset(str(tree), "train")

    decoded, on_the_fly = (ColorPCA.of(open_source(dataset, PREPROCESS, kind=kind).statistics)
                           for kind in ("decoded", "on the fly"))

    squares = open_source(dataset, PREPROCESS).stored(np.arange(len(dataset)))
    np.testing.assert_array_equal(decoded.eigenvectors, on_the_fly.eigenvectors)
    np.testing.assert_array_equal(decoded.eigenvalues, color_pca(squares).eigenvalues)


@pytest.mark.parametrize("images", [PICTURES / 255, PICTURES[..., :1], PICTURES[..., 0], PICTURES[:0]],
                         ids=["floats", "grey", "flat", "none"])
def test_what_has_no_colours_is_refused(images):
    with pytest.raises(ValueError, match=r"a picture is \(H, W, 3\) of uint8, not|no picture"):
        color_pca(images)


@pytest.mark.parametrize(("scale", "power"), [("std", 1), ("eigenvalue", 2)])
def test_the_noise_has_the_covariance_that_its_scale_says(scale, power):
    pca, generator = color_pca(PICTURES), torch.Generator().manual_seed(1)

    lit = PCALighting(pca, 0.1, scale=scale)(torch.zeros(40_000, 3, 2, 1), generator)

    expected = pca.eigenvectors * (0.1 * pca.stds**power)**2 @ pca.eigenvectors.T
    np.testing.assert_allclose(np.cov(lit[:, :, 0, 0].double().T), expected, atol=0.03 * expected.max())
    assert_close(lit[:, :, 0], lit[:, :, 1])


def test_by_the_letter_of_the_paper_the_noise_is_of_a_thousand_grey_levels():
    letter, source = PCALighting(SOURCE, scale="eigenvalue"), PCALighting(SOURCE)

    assert letter.noise([1, 0, 0])[0] == pytest.approx(1483, abs=0.5)
    assert source.noise([1, 0, 0])[0] == pytest.approx(12.2, abs=0.05)


def test_only_the_deviation_goes_with_the_unit_in_which_pixels_are_counted():
    half = ColorPCA(SOURCE.mean / 2, SOURCE.eigenvalues / 4, SOURCE.eigenvectors)
    ones = np.ones(3)

    np.testing.assert_allclose(2 * PCALighting(half).noise(ones), PCALighting(SOURCE).noise(ones))
    np.testing.assert_allclose(4 * PCALighting(half, scale="eigenvalue").noise(ones),
                               PCALighting(SOURCE, scale="eigenvalue").noise(ones))


def test_noise_is_drawn_for_a_picture_or_once_for_a_batch():
    images = torch.zeros(5, 3, 2, 2)

    each, once = (PCALighting(SOURCE, per=per)(images)[:, 0, 0, 0] for per in ("image", "batch"))

    assert len(set(each.tolist())) == 5
    assert len(set(once.tolist())) == 1


def test_the_source_s_division_leaves_the_mean_where_it_is():
    images, seeds = 255 * torch.rand(4, 3, 5, 5), [torch.Generator().manual_seed(2) for _ in range(2)]

    plain = PCALighting(SOURCE)(images, seeds[0])
    divided = PCALighting(SOURCE, divide=True)(images, seeds[1])

    assert_close((divided - 120) * 1.1, plain - 120)


@pytest.mark.parametrize(("options", "said"), [
    ({"scale": "variance"}, "scale is 'std'"), ({"per": "pixel"}, "per is 'image' or 'batch'"),
    ({"std": -0.1}, "std must be 0 or above")])
def test_lighting_of_no_kind_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        PCALighting(SOURCE, **options)
    with pytest.raises(ValueError, match=next(iter(options))):
        Lighting(**options)


@pytest.fixture
def pets(tree):
    return cvlib.load_dataset(str(tree), "test")


def images_of(dataset, *augment, std=None, indices=range(10), **options):
    normalise = Normalise(torch.full((3, 1, 1), 100.0), std)
    source = open_source(dataset, PREPROCESS)
    crops = Crops(dataset, source, normalise, augment=augment, pca=SOURCE, **options)
    return crops, crops.finish(crops.__getitems__(indices))[0]


@pytest.mark.parametrize("std", [None, torch.tensor([50.0, 60.0, 70.0]).view(3, 1, 1)], ids=["raw", "unit"])
def test_a_recipe_s_lighting_is_a_picture_s_own_counted_noise_in_grey_levels(pets, std):
    crops, lit = images_of(pets, Crop(), Flip(), Lighting(), std=std, seed=4)
    _, plain = images_of(pets, Crop(), Flip(), std=std, seed=4)

    drawn = np.stack([uniform(4, 0, crops.numbers, f"lighting.{axis}") for axis in range(3)], axis=1)
    noise = torch.from_numpy(PCALighting(SOURCE).noise(norm.ppf(drawn))).float()[..., None, None]
    assert_close((lit - plain) * (1 if std is None else std), noise.expand_as(lit), atol=2e-4, rtol=0)
    assert lit.is_contiguous(memory_format=torch.channels_last)


def test_the_counted_noise_is_normal(pets):
    crops = images_of(pets, Lighting())[0]

    light, _ = crops.augment._lit(np.arange(4000), lambda numbers, slot: uniform(0, 1, numbers, slot))

    for axis, std in enumerate(SOURCE.stds):
        assert kstest(light[:, axis] / (0.1 * std), "norm").pvalue > 0.001
    assert np.isfinite(crops.augment._lit(np.arange(1), lambda numbers, slot: np.zeros(1))[0]).all()


def test_neither_company_nor_a_place_in_the_batch_changes_a_picture_s_noise(pets):
    _, all_of_them = images_of(pets, Lighting())
    _, some = images_of(pets, Lighting(), indices=[7, 2])

    assert_close(some, all_of_them[[7, 2]])


def test_a_batch_may_share_its_noise_and_be_divided(pets):
    _, plain = images_of(pets)
    _, lit = images_of(pets, Lighting(per="batch", divide=True))

    assert_close(1.1 * lit - plain, (1.1 * lit - plain)[:1, :, :1, :1].expand_as(lit), atol=1e-4, rtol=0)


def test_what_is_erased_is_the_mean_and_stays_dark(pets):
    _, images = images_of(pets, Lighting(), Erase(1.0))

    assert ((images == 0).flatten(1).sum(1) >= 3 * 0.02 * 28**2 / 2).all()


def test_lighting_without_axes_is_refused(pets):
    with pytest.raises(ValueError, match="lighting needs the axes of the training set's colours"):
        Crops(pets, open_source(pets, PREPROCESS), Normalise(torch.zeros(3, 1, 1)), augment=("lighting",))


def test_pictures_that_follow_each_other_may_share_a_place_and_a_mirror(pets):
    crops = images_of(pets, Crop(shared=4), Flip(shared=4), seed=2)[0]

    plan = next(iter(loader(crops, 10))).plan

    alone = images_of(pets, Crop(), Flip(), seed=2)[0].__getitems__(range(10)).plan
    for shared, own in zip(plan[:3], alone[:3], strict=True):
        assert shared.tolist() == [own.tolist()[i // 4 * 4] for i in range(10)]


def test_places_are_all_that_there_are_33_of_256_pixels_as_in_the_source_or_the_paper_s_32():
    def reached(places):
        crop = cvlib.data.augment.Augment([Crop(places=places)])
        return crop._places(256 - 224 + 1, np.arange(3000), lambda n, slot: uniform(0, 0, n, slot))

    for places, count in ((None, 33), (32, 32)):
        assert [sorted(set(axis.tolist())) for axis in reached(places)] == [list(range(count))] * 2


@pytest.mark.parametrize("shared", [0, 1.0, True])
def test_nobody_shares_with_less_than_one(shared):
    for kind in (Crop, Flip):
        with pytest.raises(ValueError, match="shared must be a whole number of pictures above 0"):
            kind(shared=shared)


def test_more_places_than_there_are_are_refused_by_recipe_and_batch(pets):
    with pytest.raises(ValueError, match="crop: there are 33 places each way, not 34"):
        cvlib.Recipe(name="x", model="alexnet", image_size=224, epochs=1, batch_size=1, lr=1,
                     augment=Crop(places=34))
    with pytest.raises(ValueError, match="crop: there are 5 places each way, not 6"):
        images_of(pets, Crop(places=6))


def test_the_ten_views_stand_where_the_source_puts_them():
    border = 16  # convdata_jpeg.py:226-233, the five starts in units of the border
    source = {(0, 0), (0, 2 * border), (border, border), (2 * border, 0), (2 * border, 2 * border)}

    assert set(finish.five_places(256, 224)) == source


def test_a_run_keeps_the_axes_of_its_training_set_and_scores_what_it_trained_on(stripes, tmp_path):
    recipe = cvlib.Recipe(name="lit", model="alexnet_third", image_size=36, epochs=1, batch_size=16, lr=1e-3,
                          augment=(Crop(), Lighting()), score_train=True)
    run = cvlib.Run(recipe, data=str(stripes), out=tmp_path / "runs")

    list(run)

    measured = cvlib.load_run(run.folder).measured
    squares = run.feed._source("train").stored(np.arange(len(run.datasets["train"])))
    assert measured["color_pca"] == color_pca(squares).as_dict()
    assert measured["train"]["n"] == len(run.datasets["train"])
    assert measured["train"]["accuracy"] == run.evaluate("train").accuracy


def test_validation_is_never_lit():
    quick, drawings = cvlib.get_recipe("alexnet_quick"), open_dataset("scenes")

    def first(augment, split, **training):
        feed = Feed(replace(quick, augment=augment), drawings, 0, torch.device("cpu"))
        batches = feed.loader(split, **training)
        return batches.dataset.finish(next(iter(batches)))[0]

    assert_close(first((Lighting(),), "val"), first((), "val"), rtol=0, atol=0)
    assert not torch.equal(first((Lighting(),), "train", training=True), first((), "train", training=True))
