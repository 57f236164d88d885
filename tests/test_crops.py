"""AlexNet's preprocessing: what a crop shows, what it draws, what is taken off."""
import numpy as np
import pytest
import torch
from PIL import Image
from torch.testing import assert_close
from torchvision.transforms import functional

import cvlib
from cvlib.data.cache import decoded
from cvlib.data.transforms import (
    Crops,
    Normalisation,
    Shuffle,
    loader,
    mean_picture,
    normalisation,
    stored_size,
)

NOTHING = Normalisation(np.zeros(3, np.float32))


def test_the_mean_is_that_of_each_pixel():
    pixels = np.random.default_rng(0).integers(256, size=(300, 4, 4, 3), dtype=np.uint8)

    np.testing.assert_allclose(mean_picture(pixels), pixels.mean(0, dtype=np.float64), rtol=1e-6)


def test_the_centre_crop_takes_the_mean_off_and_nothing_else(tree):
    dataset = cvlib.load_dataset(str(tree), "test")
    pixels = decoded(dataset, stored_size(28))
    mean = mean_picture(pixels)

    images, labels = next(iter(loader(Crops(dataset, 28, Normalisation(mean)), 10)))

    expected = torch.from_numpy(pixels[:][:, 2:30, 2:30] - mean[2:30, 2:30]).permute(0, 3, 1, 2)
    assert_close(images, expected)
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert labels.tolist() == [0] * 5 + [1] * 5


def test_augmented_crops_are_windows_of_the_picture_or_of_its_mirror(tree):
    dataset = cvlib.load_dataset(str(tree), "test")
    pixels = decoded(dataset, 32)
    crops = Crops(dataset, 28, NOTHING, augment=("crop", "flip"), seed=1)
    seen = set()
    for epoch in range(100):
        crops.set_epoch(epoch)
        image = crops[0][0].permute(1, 2, 0).numpy()
        windows = {(top, left, flip): pixels[0][top:top + 28, left:left + 28][:, ::flip]
                   for top in range(5) for left in range(5) for flip in (1, -1)}
        seen |= {place for place, window in windows.items() if (window == image).all()}

    assert len(seen) > 35
    assert {place[2] for place in seen} == {1, -1}
    assert {place[0] for place in seen} == set(range(5))


def test_zoomed_crops_are_resized_windows_of_45_to_100_per_cent(tree):
    dataset = cvlib.load_dataset(str(tree), "test")
    ramp = np.broadcast_to(np.arange(64, dtype=np.uint8)[:, None], (64, 64))[..., None].repeat(3, axis=2)
    crops = Crops(dataset, 56, NOTHING, augment=("zoom",), seed=0)
    crops.pixels = np.stack([ramp] * len(dataset))

    spans = []
    for epoch in range(60):
        crops.set_epoch(epoch)
        column = crops[0][0][0, :, 0]
        spans.append((column[-1] - column[0]).item() / 63)

    assert 0.63 < min(spans) < 0.75
    assert 0.92 < max(spans) <= 1.0


def test_turned_crops_are_torchvisions_rotation(tree):
    dataset = cvlib.load_dataset(str(tree), "test")
    crops = Crops(dataset, 28, NOTHING, augment=("rotate",), seed=3)
    angles = 15 * (2 * crops.draws.angle[:10] - 1)

    images = torch.stack([crops[i][0] for i in range(10)])

    bilinear = functional.InterpolationMode.BILINEAR
    turned = [functional.rotate(Image.fromarray(crops.pixels[i]), angle, bilinear)
              for i, angle in enumerate(angles)]
    expected = np.stack([np.asarray(image)[2:30, 2:30] for image in turned]).astype(np.float32)
    assert_close(images, torch.from_numpy(expected).permute(0, 3, 1, 2))
    assert angles.min() < -5
    assert angles.max() > 5


def test_half_of_the_pictures_are_turned_upside_down(tree):
    dataset = cvlib.load_dataset(str(tree), "train")
    plain, upended = (Crops(dataset, 28, NOTHING, augment=names) for names in ((), ("vflip",)))
    indices = range(len(dataset))

    before, after = (crops.__getitems__(indices)[0] for crops in (plain, upended))

    same = (after == before).flatten(1).all(1)
    assert (after[~same] == before[~same].flip(2)).all()
    assert 0.35 < same.float().mean() < 0.65


def test_unit_scale_gives_the_training_pixels_zero_mean_and_unit_variance(tree):
    dataset = cvlib.load_dataset(str(tree), "train")
    pixels = decoded(dataset, 32)
    normalise = normalisation(pixels, "unit")

    values = normalise(torch.from_numpy(pixels[:]))

    assert_close(values.mean((0, 1, 2)), torch.zeros(3), atol=1e-4, rtol=0)
    assert_close(values.std((0, 1, 2)), torch.ones(3), atol=1e-4, rtol=0)
    images, _ = next(iter(loader(Crops(dataset, 28, normalise), 4)))
    assert_close(images, values[:4, 2:30, 2:30].permute(0, 3, 1, 2))


def test_ten_views_are_torchvisions_ten_crop(tree):
    dataset = cvlib.load_dataset(str(tree), "test")
    crops = Crops(dataset, 28, NOTHING, views=10)

    images, labels = next(iter(loader(crops, 4)))

    stored = torch.from_numpy(np.array(crops.pixels[:4])).permute(0, 3, 1, 2)
    expected = torch.stack(functional.ten_crop(stored, 28), dim=1).float()
    expected = expected[:, [0, 1, 2, 3, 4, 6, 5, 8, 7, 9]]  # torchvision mirrors first: left is right there
    assert images.shape == (4, 10, 3, 28, 28)
    assert labels.shape == (4,)
    assert_close(images, expected)


@pytest.mark.parametrize("workers", [0, 2])
def test_augmentation_depends_on_seed_epoch_and_picture_alone(tree, workers):
    def batches(seed, epoch, workers):
        dataset = cvlib.load_dataset(str(tree), "test")
        crops = Crops(dataset, 28, NOTHING, augment=("crop", "flip"), seed=seed)
        batch_loader = loader(crops, 4, shuffle=True, workers=workers)
        for part in (crops, batch_loader.sampler):
            part.set_epoch(epoch)
        return torch.cat([images for images, _ in batch_loader])

    once = batches(3, 5, 0)

    assert torch.equal(batches(3, 5, workers), once)
    assert not torch.equal(batches(3, 6, 0), once)
    assert not torch.equal(batches(4, 5, 0), once)


def test_shuffle_visits_everything_once_in_a_new_order_each_epoch():
    sampler = Shuffle(50, seed=0)
    first = list(sampler)
    sampler.set_epoch(1)

    assert sorted(first) == sorted(sampler) == list(range(50))
    assert list(sampler) != first
