"""Preprocessing as a value: torchvision's Resize and CenterCrop pixel for pixel, and what is subtracted."""
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close
from torchvision.transforms import functional
from torchvision.transforms.functional import InterpolationMode

import cvlib
from conftest import picture
from cvlib.data.decode import open_picture
from cvlib.data.normalise import Normalise, normalise_of
from cvlib.data.preprocess import Preprocess, centre, preprocess_of
from cvlib.data.source import open_source
from cvlib.data.statistics import Statistics

MODES = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}
SIZES = [(40, 32), (33, 97), (97, 33), (31, 31), (20, 15), (13, 200), (251, 250), (224, 225), (7, 5)]


def torchvisions(image, preprocess):
    resized = functional.resize(image, preprocess.size, MODES[preprocess.interpolation], antialias=True)
    return np.asarray(functional.center_crop(resized, preprocess.crop))


@pytest.fixture(params=[(32, 28), (33, 28), (37, 32), (36, 31), (24, 24)], ids=str)
def shorter(request):
    return Preprocess(*request.param, order="shorter")


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_shorter_side_first_is_torchvisions_resize_and_centre_crop(shorter, size, interpolation):
    preprocess, image = replace(shorter, interpolation=interpolation), picture(*size)

    np.testing.assert_array_equal(np.asarray(preprocess.cropped(image)), torchvisions(image, preprocess))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_centre_of_the_stored_square_is_that_crop(shorter, size):
    image, start = picture(*size), centre(shorter.size, shorter.crop)

    stored = np.asarray(shorter.resized(image))

    inner = slice(start, start + shorter.crop)
    assert stored.shape == (shorter.size, shorter.size, 3)
    np.testing.assert_array_equal(stored[inner, inner], torchvisions(image, shorter))


@pytest.mark.data
@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic"])
def test_a_hundred_photographs_are_cut_as_torchvision_cuts_them(interpolation):
    folder = Path(os.environ.get("CVLIB_DATA", ""), "imagenet-mini")
    if not folder.is_dir():
        pytest.skip("no photographs of imagenet-mini")
    preprocess = Preprocess(256, 224, "shorter", interpolation)
    photographs = [open_picture(path) for path in sorted(folder.rglob("*.JPEG"))]

    different = [place for place, photo in enumerate(photographs)
                 if (np.asarray(preprocess.cropped(photo)) != torchvisions(photo, preprocess)).any()]

    assert len(photographs) == 100
    assert different == []


def test_square_first_is_one_resize_of_the_largest_centred_square():
    image = picture(40, 32)

    resized = Preprocess(16, 16).resized(image)

    middle = image.resize((20, 16), Image.Resampling.BILINEAR).crop((2, 0, 18, 16))
    np.testing.assert_array_equal(np.asarray(resized), np.asarray(middle))


@pytest.mark.parametrize("size", [(640, 427), (427, 640), (150, 100), (97, 33), (1, 1), (300, 256), (7, 5)],
                         ids=str)
def test_the_paper_s_rule_gives_256_squared_of_any_shape_and_of_smaller_pictures(size):
    image = picture(*size)
    scaled = functional.resize(image, 256, InterpolationMode.BILINEAR, antialias=True)

    resized = Preprocess(256, 256, "shorter").resized(image)

    assert min(scaled.size) == 256
    np.testing.assert_array_equal(np.asarray(resized), np.asarray(functional.center_crop(scaled, 256)))


@pytest.mark.parametrize("size", [(640, 427), (427, 640), (301, 200), (150, 100), (97, 33)], ids=str)
def test_the_two_orders_differ_by_half_a_pixel_before_and_one_after_at_most(size):
    places = np.tile(np.linspace(0, 255, max(size)), (min(size), 1))
    image = Image.fromarray((places if size[0] > size[1] else places.T).astype(np.float32))  # a ramp, mode F
    step = 255 / (max(size) - 1)  # between two pixels of the picture

    square, shorter = (np.asarray(Preprocess(256, 256, order).resized(image))
                       for order in ("square", "shorter"))

    assert abs(square - shorter).max() <= 0.5 * step + step * min(size) / 256


def test_a_strip_a_thousand_times_as_long_as_wide_does_not_fill_the_memory(monkeypatch):
    strip, asked, resize = picture(4000, 2), [], Image.Image.resize
    monkeypatch.setattr(Image.Image, "resize", lambda image, size, *how, **box:
                        asked.append(size) or resize(image, size, *how, **box))

    stored = Preprocess(256, 224, "shorter").resized(strip)

    assert stored.size == (256, 256)
    assert asked == [(256, 256)]


@pytest.mark.parametrize("size", [(141, 2), (2, 141)], ids=str)
def test_what_is_cut_from_a_strip_is_what_the_whole_would_give(size):
    shorter, image = Preprocess(256, 224, "shorter"), picture(*size)

    apart = np.asarray(shorter.cropped(image)).astype(int) - torchvisions(image, shorter)

    assert abs(apart).max() <= 2


@pytest.mark.parametrize(("recipe", "expected"), [
    ({}, Preprocess(256, 224, "square", "bilinear", "picture", None)),
    ({"input_scale": "unit"}, Preprocess(256, 224, "square", "bilinear", "channel", "channel")),
    ({"input_scale": "channel"}, Preprocess(256, 224, "square", "bilinear", "channel", None)),
    ({"input_scale": "bytes"}, Preprocess(256, 224, "square", "bilinear", (0.0, 0.0, 0.0), None)),
    ({"input_scale": "imagenet", "resize_order": "shorter", "interpolation": "bicubic", "resize_ratio": 1.0},
     Preprocess(224, 224, "shorter", "bicubic", (123.675, 116.28, 103.53), (58.395, 57.12, 57.375))),
])
def test_the_recipe_says_all_of_it(recipe, expected):
    base = cvlib.Recipe(name="r", model="alexnet", image_size=224, epochs=1, batch_size=1, lr=0.1)

    said = preprocess_of(replace(base, **recipe))

    assert said == expected


@pytest.mark.parametrize("mean", ["picture", "channel", (1.0, 2.0, 3.5)])
def test_it_is_json_without_loss(mean):
    preprocess = Preprocess(37, 32, "shorter", "bicubic", mean, (4.0, 5.0, 6.5))

    again = Preprocess.from_dict(json.loads(json.dumps(preprocess.as_dict())) | {"of a later version": 1})

    assert again == preprocess
    assert hash(again) == hash(preprocess)


@pytest.mark.parametrize("values", [
    {"size": 27}, {"crop": 0}, {"crop": 28.0}, {"order": "longer"}, {"interpolation": "nearest"},
    {"mean": "x"}, {"mean": (1, 2)}, {"std": (1, 2, 0)}, {"std": "picture"},
])
def test_what_means_nothing_is_refused(values):
    with pytest.raises(ValueError, match=next(iter(values)).replace("crop", "size|crop")):
        Preprocess(**{"size": 32, "crop": 28} | values)


def test_a_value_without_a_size_is_refused():
    with pytest.raises(ValueError, match="size"):
        Preprocess.from_dict({"crop": 3})


def test_mean_and_deviation_are_those_of_each_pixel_and_of_each_channel():
    pixels = np.random.default_rng(0).integers(256, size=(600, 4, 4, 3), dtype=np.uint8)

    statistics = Statistics.of(pixels)

    np.testing.assert_allclose(statistics.mean_picture, pixels.mean(0, dtype=np.float64), rtol=1e-6)
    np.testing.assert_allclose(statistics.channel_mean, pixels.mean((0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(statistics.channel_std, pixels.std((0, 1, 2)), rtol=1e-12)


@pytest.mark.parametrize("asked", ["mean_picture", "channel_mean", "channel_std"])
def test_nothing_has_no_mean(asked):
    with pytest.raises(ValueError, match=r"no picture to take a mean of: is the data set, .* empty"):
        getattr(Statistics.of(np.empty((0, 4, 4, 3), np.uint8)), asked)


def test_a_channel_that_never_changes_is_not_divided_by_zero():
    pixels = np.random.default_rng(0).integers(256, size=(9, 4, 4, 3), dtype=np.uint8)
    pixels[..., 1] = 77

    assert Statistics.of(pixels).channel_std[1] == 1


@pytest.mark.parametrize("preprocess", [Preprocess(32, 28), Preprocess(33, 28, "shorter")], ids=str)
def test_the_centre_of_the_mean_picture_is_taken_off(tree, preprocess):
    source = open_source(cvlib.load_dataset(str(tree), "train"), preprocess)
    pixels, start = source.stored(np.arange(len(source))), centre(preprocess.size, 28)

    normalise = normalise_of(source)

    inner = slice(start, start + 28)
    expected = pixels.mean(0, dtype=np.float64)[inner, inner].transpose(2, 0, 1)
    np.testing.assert_allclose(normalise.mean, expected, rtol=1e-6)
    assert normalise.std is None


def test_unit_scale_gives_the_training_pixels_zero_mean_and_unit_variance(tree):
    preprocess = Preprocess(32, 28, mean="channel", std="channel")
    source = open_source(cvlib.load_dataset(str(tree), "train"), preprocess)
    pixels = torch.from_numpy(source.stored(np.arange(len(source)))).permute(0, 3, 1, 2)

    values = normalise_of(source)(pixels)

    assert_close(values.mean((0, 2, 3)), torch.zeros(3), atol=1e-4, rtol=0)
    assert_close(values.std((0, 2, 3)), torch.ones(3), atol=1e-4, rtol=0)


@pytest.mark.parametrize("scale", ["channel", "bytes"])
def test_a_channel_s_mean_alone_may_be_taken_off_or_nothing(tree, scale):
    recipe = cvlib.Recipe(name="r", model="alexnet", image_size=28, epochs=1, batch_size=1, lr=0.1,
                          input_scale=scale)
    source = open_source(cvlib.load_dataset(str(tree), "train"), preprocess_of(recipe))
    stored = source.stored(np.arange(len(source)))

    values = normalise_of(source)(torch.from_numpy(stored).permute(0, 3, 1, 2))

    expected = stored - (stored.mean((0, 1, 2)) if scale == "channel" else 0.0)
    np.testing.assert_allclose(values.permute(0, 2, 3, 1), expected, atol=1e-4)


def test_imagenets_constants_are_torchvisions_normalize(tree):
    preprocess = preprocess_of(cvlib.Recipe(name="r", model="alexnet", image_size=28, epochs=1, batch_size=1,
                                            lr=0.1, input_scale="imagenet"))
    source = open_source(cvlib.load_dataset(str(tree), "test"), preprocess)
    pixels = torch.from_numpy(source.stored(np.arange(4))).permute(0, 3, 1, 2)

    said = normalise_of(source)(pixels)

    expected = functional.normalize(pixels / 255, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    assert_close(said, expected, atol=1e-5, rtol=1e-5)


def test_numbers_that_are_given_ask_no_picture(tree, cache):
    preprocess = Preprocess(32, 28, "shorter", mean=(1.0, 2.0, 3.0), std=(4.0, 5.0, 6.0))
    source = open_source(cvlib.load_dataset(str(tree), "train"), preprocess, kind="on the fly")

    normalise = normalise_of(source)

    assert normalise.mean.flatten().tolist() == [1, 2, 3]
    assert list(cache.rglob("statistics*")) == []  # of ImageNet they take as long as an epoch


def test_its_buffers_can_be_put_into_another():
    mean = torch.rand(3, 5, 5) * 255
    one, other = Normalise(mean, torch.rand(3, 1, 1)), Normalise(torch.zeros(3, 5, 5), torch.ones(3, 1, 1))
    other.load_state_dict(one.state_dict())

    pixels = torch.randint(256, (2, 3, 5, 5), dtype=torch.uint8)

    assert_close(other(pixels), one(pixels), rtol=0, atol=0)
    assert_close(one.mean, mean, rtol=0, atol=0)
