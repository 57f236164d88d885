"""What a network is fed: crops, mirrors, turns and the rest, by torchvision; draws that nobody changes."""
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate.utils import send_to_device
from PIL import Image
from torch.testing import assert_close
from torch.utils.data import DataLoader, Subset
from torchvision.transforms import functional, v2

import cvlib
from cvlib.data import finish
from cvlib.data.batches import Batch, Crops, Shuffle, loader
from cvlib.data.draws import uniform
from cvlib.data.normalise import Normalise, normalise_of
from cvlib.data.parts import Part
from cvlib.data.preprocess import Preprocess
from cvlib.data.source import open_source
from cvlib.recipes import Crop, Erase, Flip, RandAugment, Rotate, VerticalFlip, Zoom

NOTHING = Normalise(torch.zeros(3, 1, 1))
PREPROCESS = Preprocess(32, 28)
EVERYTHING = (Zoom(), Rotate(), Flip(), VerticalFlip(), Erase(probability=0.5))


def crops_of(dataset, *augment, normalise=NOTHING, kind="auto", preprocess=PREPROCESS, **options):
    return Crops(dataset, open_source(dataset, preprocess, kind=kind), normalise, augment=augment, **options)


def images_of(crops, indices=None):
    """Finished: (N, S, S, 3) as numbers."""
    images, _ = crops.finish(crops.__getitems__(range(len(crops)) if indices is None else indices))
    return images.movedim(-3, -1).numpy()


@pytest.fixture
def pets(tree):
    return cvlib.load_dataset(str(tree), "test")


def stored(dataset):
    return open_source(dataset, PREPROCESS).stored(np.arange(len(dataset)))


def test_batches_leave_the_loader_as_bytes(pets):
    batch = next(iter(loader(crops_of(pets, "crop", "flip"), 4)))

    assert isinstance(batch, Batch)
    assert batch.images.dtype == torch.uint8
    assert batch.labels.dtype == torch.int64
    assert batch.images.shape == (4, 32, 32, 3)


@pytest.mark.parametrize("preprocess", [PREPROCESS, Preprocess(33, 28), Preprocess(35, 28, "shorter")],
                         ids=str)
def test_the_centre_crop_takes_the_mean_off_and_nothing_else(pets, preprocess):
    source = open_source(pets, preprocess)
    crops = Crops(pets, source, normalise_of(source))

    images, labels = crops.finish(next(iter(loader(crops, 10))))

    squares = torch.from_numpy(source.stored(np.arange(10))).permute(0, 3, 1, 2).double()
    expected = functional.center_crop(squares - squares.mean(0), 28)
    assert_close(images.double(), expected, atol=1e-4, rtol=0)
    assert images.dtype == torch.float32
    assert images.is_contiguous(memory_format=torch.channels_last)
    assert labels.tolist() == [0] * 5 + [1] * 5


def test_augmented_crops_are_windows_of_the_picture_or_of_its_mirror(pets):
    crops, square = crops_of(pets, "crop", "flip", seed=1), stored(pets)[0]
    seen = set()
    for epoch in range(150):
        crops.set_epoch(epoch)
        image = images_of(crops, [0])[0]
        windows = {(top, left, flip): square[top:top + 28, left:left + 28][:, ::flip]
                   for top in range(5) for left in range(5) for flip in (1, -1)}
        seen |= {place for place, window in windows.items() if (window == image).all()}

    assert len(seen) > 42
    assert {place[2] for place in seen} == {1, -1}
    assert {place[0] for place in seen} == {place[1] for place in seen} == set(range(5))


def test_padded_crops_are_windows_of_torchvisions_padded_picture(pets):
    exact = Preprocess(28, 28)
    crops, seen = crops_of(pets, Crop(pad=2), preprocess=exact), set()
    padded = functional.pad(torch.from_numpy(crops.source.stored(np.array([3]))).movedim(-1, 1), 2)
    windows = {(top, left): functional.crop(padded, top, left, 28, 28)[0].movedim(0, -1).numpy()
               for top in range(5) for left in range(5)}
    for epoch in range(150):
        crops.set_epoch(epoch)
        image = images_of(crops, [3])[0]
        seen |= {place for place, window in windows.items() if (window == image).all()}

    assert len(seen) > 22


def test_the_mean_is_taken_off_after_the_picture_is_mirrored(pets):
    mean = torch.rand(3, 28, 28) * 255
    flip = Flip(probability=1)

    less, images = (images_of(crops_of(pets, flip, normalise=one)) for one in (Normalise(mean), NOTHING))

    np.testing.assert_allclose(less, images - mean.permute(1, 2, 0).numpy(), atol=1e-4)


def test_zoomed_crops_are_resized_windows_of_45_to_100_per_cent(pets):
    crops = crops_of(pets, Zoom(area=(0.45, 1.0)), preprocess=Preprocess(64, 56))
    ramp = np.broadcast_to(np.arange(64, dtype=np.uint8)[:, None], (64, 64))[..., None].repeat(3, axis=2)
    crops.source.pixels = np.stack([ramp] * len(pets))

    spans = []
    for epoch in range(60):
        crops.set_epoch(epoch)
        column = images_of(crops, [0])[0][:, 0, 0]
        spans.append((column[-1] - column[0]) / 63)

    assert 0.63 < min(spans) < 0.75
    assert 0.92 < max(spans) <= 1.0


def test_a_window_of_the_whole_picture_is_one_resize_of_it(pets):
    crops = crops_of(pets, Zoom(area=(1.0, 1.0)), preprocess=Preprocess(32, 28, interpolation="bicubic"))

    images = images_of(crops, [0, 7])

    squares = [Image.fromarray(square) for square in crops.source.stored(np.array([0, 7]))]
    expected = [np.asarray(functional.resize(square, 28, functional.InterpolationMode.BICUBIC))
                for square in squares]
    np.testing.assert_array_equal(images, np.stack(expected))


def test_turned_crops_are_torchvisions_rotation(pets):
    crops = crops_of(pets, Rotate(degrees=40), seed=3)
    square = Image.fromarray(stored(pets)[2])
    angles = np.arange(-40, 40.001, 0.05)

    image = images_of(crops, [2])[0]

    turned = np.stack([np.asarray(functional.rotate(square, angle, functional.InterpolationMode.BILINEAR))
                       for angle in angles])[:, 2:30, 2:30]
    error = np.abs(turned - image).mean((1, 2, 3))
    assert error.min() < 0.3, "some angle between -40 and 40 gives it"
    assert abs(angles[error.argmin()]) > 1


def test_angles_go_to_both_sides_as_far_as_the_recipe_says(pets):
    augment = crops_of(pets, Rotate(degrees=40)).augment

    angles = augment._angles(np.arange(500), lambda numbers, slot: np.linspace(0, 1, 500))

    assert (angles.min(), angles.max()) == (-40, 40)


@pytest.mark.parametrize(("value", "axis"), [(Flip(probability=0.3), 2), (VerticalFlip(probability=0.3), 1)])
def test_mirrors_are_as_frequent_as_the_recipe_says(tree, value, axis):
    dataset = cvlib.load_dataset(str(tree), "train")
    plain, mirrored = crops_of(dataset), crops_of(dataset, value)

    before, after = images_of(plain), images_of(mirrored)

    same = (after == before).all((1, 2, 3))
    np.testing.assert_array_equal(after[~same], np.flip(before[~same], axis))
    assert 0.15 < (~same).mean() < 0.45


def test_erased_windows_are_set_to_the_mean(pets):
    mean = torch.full((3, 28, 28), 300.0)
    plain, erased = (images_of(crops_of(pets, *values, normalise=Normalise(mean)))
                     for values in ((), (Erase(probability=1.0, area=(0.1, 0.2), ratio=(2.0, 3.0)),)))

    gone = (erased == 0).all(-1)

    np.testing.assert_array_equal(erased[~gone], plain[~gone])
    assert ((gone.mean((1, 2)) > 0.07) & (gone.mean((1, 2)) < 0.24)).all()
    boxes = [np.argwhere(one) for one in gone]
    sides = [np.ptp(box, 0) + 1 for box in boxes]
    assert [len(box) for box in boxes] == [down * across for down, across in sides], "each is a rectangle"
    assert all(1.5 * down < across for down, across in sides)


def test_randaugment_is_torchvisions_started_by_the_pictures_draw(pets):
    crops = crops_of(pets, RandAugment(num_ops=2, magnitude=9), seed=1)
    state = torch.random.get_rng_state()

    images = images_of(crops)

    assert torch.equal(torch.random.get_rng_state(), state), "nobody else's generator has moved"
    plain = images_of(crops_of(pets)).astype(np.uint8)
    seeds = (uniform(1, 0, crops.numbers, "randaugment") * 2**53).astype(int).tolist()
    expected = []
    for seed, image in zip(seeds, plain, strict=True):
        torch.manual_seed(seed)
        expected.append(np.asarray(v2.RandAugment(2, 9)(Image.fromarray(image))))
    np.testing.assert_array_equal(images, np.stack(expected))
    assert (images != plain).any((1, 2, 3)).sum() > 5


@pytest.mark.parametrize("size", [32, 35])
def test_ten_views_are_torchvisions_five_crops_and_their_mirror_images(pets, size):
    crops = crops_of(pets, views=10, preprocess=Preprocess(size, 28))

    images, labels = crops.finish(next(iter(loader(crops, 4))))

    five = functional.five_crop(torch.from_numpy(crops.source.stored(np.arange(4))).permute(0, 3, 1, 2), 28)
    expected = torch.stack([*five, *map(functional.hflip, five)], dim=1).float()
    assert images.shape == (4, 10, 3, 28, 28)
    assert labels.shape == (4,)
    assert_close(images, expected, rtol=0, atol=0)


@pytest.mark.parametrize("augment", [(), ("crop", "flip"), ("crop", "vflip", "erase"), ("flip",),
                                     ("zoom", "flip")], ids=str)
def test_a_whole_batch_at_once_is_finished_like_picture_after_picture(pets, augment):
    crops = crops_of(pets, *augment, normalise=Normalise(torch.rand(3, 28, 28), torch.rand(3, 1, 1) + 1))
    batch = crops.__getitems__(range(10))

    at_once = crops.normalise(finish._gathered(batch.images, batch.plan, 28).permute(0, 3, 1, 2))
    if batch.plan.boxes is not None:
        at_once = finish._erase(at_once, batch.plan.boxes)

    assert_close(at_once, finish.picked(batch.images, batch.plan, crops.normalise, 28), rtol=0, atol=0)
    assert at_once.is_contiguous(memory_format=torch.channels_last)


def epoch_of(dataset, seed=3, epoch=5, batch_size=4, kind="auto", augment=EVERYTHING, indices=None):
    """Picture's number in the whole set -> its finished image."""
    crops = crops_of(dataset, *augment, seed=seed, kind=kind)
    batches = loader(crops, batch_size, shuffle=True)
    if indices is not None:
        batches = DataLoader(Subset(crops, indices), batch_size, collate_fn=lambda batch: batch)
    for part in (crops, batches.sampler):
        if hasattr(part, "set_epoch"):
            part.set_epoch(epoch)
    order = list(batches.sampler) if indices is None else indices
    images = torch.cat([crops.finish(batch)[0] for batch in batches])
    return {int(crops.numbers[i]): image for i, image in zip(order, images, strict=True)}


def assert_same(some, others):
    assert some.keys() <= others.keys()
    assert all(torch.equal(image, others[number]) for number, image in some.items())


def test_augmentation_depends_on_seed_epoch_and_picture_alone(pets):
    once, again = epoch_of(pets), epoch_of(pets)
    others = epoch_of(pets, epoch=6), epoch_of(pets, seed=4)

    assert_same(once, again)
    assert not any(torch.equal(once[number], other[number]) for other in others for number in once)


@pytest.mark.parametrize("change", [{"batch_size": 3}, {"batch_size": 10}, {"indices": [7, 2, 5]}], ids=str)
def test_neither_batch_size_nor_a_subset_changes_what_a_picture_draws(pets, change):
    assert_same(epoch_of(pets, **change), epoch_of(pets))


def test_a_part_of_a_data_set_draws_what_the_whole_draws(pets):
    part = Part(pets, [1, 4, 8])

    assert_same(epoch_of(part), epoch_of(pets))


@pytest.mark.parametrize("kind", ["decoded", "on the fly"])
def test_workers_change_nothing_even_from_one_epoch_to_the_next(pets, kind):
    crops = crops_of(pets, *EVERYTHING, seed=3, kind=kind)
    batches = loader(crops, 4, shuffle=True, workers=2)
    for epoch in (5, 6):
        crops.set_epoch(epoch)
        batches.sampler.set_epoch(epoch)

        images = torch.cat([crops.finish(batch)[0] for batch in batches])

        expected = epoch_of(pets, epoch=epoch, kind=kind)
        assert torch.equal(images, torch.stack([expected[i] for i in batches.sampler]))


def test_workers_end_with_a_run_that_is_killed(pets, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(f"""
import sys, time, torch
from multiprocessing import active_children
from cvlib.data import Crops, Normalise, Preprocess, load_dataset, open_source
from cvlib.data.batches import loader
if __name__ == "__main__":
    dataset = load_dataset({str(Path(pets.pictures.root).parent)!r}, "test")
    crops = Crops(dataset, open_source(dataset, Preprocess(32, 28)), Normalise(torch.zeros(3, 1, 1)))
    next(batches := iter(loader(crops, 4, workers=2)))
    print(*(worker.pid for worker in active_children()), flush=True)
    time.sleep(60)
""")
    run = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    workers = [int(pid) for pid in run.stdout.readline().split()]

    run.kill()

    assert len(workers) == 2
    try:
        run.communicate(timeout=20)  # until nobody holds the pipe: neither they nor their fork server
    finally:
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)


@pytest.mark.parametrize(("augment", "more"), [
    (("crop", "flip"), (VerticalFlip(probability=0),)), (("crop", "flip"), (Erase(probability=0),)),
    (("zoom", "flip"), (Rotate(degrees=0),)), (("zoom",), (Flip(probability=0),)),
], ids=str)
def test_another_augmentation_changes_nobody_elses_draws(pets, augment, more):
    assert_same(epoch_of(pets, augment=augment), epoch_of(pets, augment=(*more, *augment)))


def test_the_order_of_the_values_is_of_no_account(pets):
    assert_same(epoch_of(pets, augment=EVERYTHING), epoch_of(pets, augment=EVERYTHING[::-1]))


def test_two_processes_draw_alike(pets, tmp_path):
    script = f"""
import torch, cvlib
from cvlib.data import Crops, Normalise, Preprocess, load_dataset, open_source
dataset = load_dataset({str(Path(pets.pictures.root).parent)!r}, "test")
crops = Crops(dataset, open_source(dataset, Preprocess(32, 28)), Normalise(torch.zeros(3, 1, 1)),
              augment=("zoom", "rotate", "flip", "vflip", {{"kind": "erase", "probability": 0.5}}), seed=3)
crops.set_epoch(5)
torch.save(crops.finish(crops.__getitems__(range(4, 9)))[0], {str(tmp_path / "images.pt")!r})
"""
    subprocess.run([sys.executable, "-c", script], check=True)

    here = epoch_of(pets)

    there = torch.load(tmp_path / "images.pt")
    assert all(torch.equal(image, here[number]) for number, image in zip(range(4, 9), there, strict=True))


def test_an_item_by_itself_is_finished(pets):
    crops = crops_of(pets, "crop", "flip")

    image, label = crops[7]

    np.testing.assert_array_equal(image.permute(1, 2, 0), images_of(crops, [7])[0])
    assert label == 1


@pytest.mark.parametrize(("augment", "message"), [
    (("clip",), "did you mean"), (("mixup",), "did you mean"), (("flip", "flip"), "twice"),
    (("crop", "zoom"), "keep one"),
])
def test_what_cannot_be_applied_is_refused(pets, augment, message):
    with pytest.raises(ValueError, match=message):
        crops_of(pets, *augment)


@pytest.mark.parametrize("options", [{"views": 2}, {"views": 10, "augment": ["flip"]}], ids=str)
def test_other_numbers_of_views_are_refused(pets, options):
    with pytest.raises(ValueError, match="views"):
        Crops(pets, open_source(pets, PREPROCESS), NOTHING, **options)


def test_shuffle_visits_everything_once_in_a_new_order_each_epoch():
    sampler = Shuffle(50, seed=0)
    first = list(sampler)
    sampler.set_epoch(1)

    assert sorted(first) == sorted(sampler) == list(range(50))
    assert list(sampler) != first
    assert list(Shuffle(50, seed=1)) != first


def test_workers_are_there_where_decoding_is(pets):
    crops = [crops_of(pets, kind=kind) for kind in ("decoded", "on the fly")]

    made = [loader(one, 2).num_workers > 0 for one in crops]

    assert made == [False, True]


@pytest.mark.gpu
def test_on_a_gpu_batches_are_finished_as_on_a_processor_and_nothing_waits(pets):
    source = open_source(pets, PREPROCESS)
    augment = ("crop", "flip", "vflip", Erase(probability=0.5))
    crops = Crops(pets, source, normalise_of(source), augment=augment)
    batch = next(iter(loader(crops, 10, device="cuda")))
    there = send_to_device(batch, "cuda", non_blocking=True)
    crops.finish(there)  # brings the mean to the GPU

    torch.cuda.set_sync_debug_mode("error")
    try:
        images, _ = crops.finish(there)
    finally:
        torch.cuda.set_sync_debug_mode("default")

    assert batch.images.is_pinned()
    assert_close(images.cpu(), crops.finish(batch)[0])
