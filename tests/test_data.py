"""Data sets, the split, the cache and AlexNet's preprocessing."""
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import functional

import cvlib
from cvlib.data.cache import decoded, pixel_digests
from cvlib.data.folder import HeldOut, read_tree
from cvlib.data.intel import CLASSES
from cvlib.data.transforms import Crops, Normalisation, Shuffle, loader, mean_picture, stored_size

RANDOM = np.random.default_rng(0)
NOTHING = Normalisation(np.zeros(3, np.float32))


def picture(width=40, height=32):
    coarse = RANDOM.integers(256, size=(4, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.fixture
def tree(tmp_path, cache):
    """train/ and test/ with two classes of 60 and 5 pictures."""
    for split, count in (("train", 60), ("test", 5)):
        for name in ("cat", "dog"):
            folder = tmp_path / "pets" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                picture().save(folder / f"{i:03d}.png")
    return tmp_path / "pets"


@pytest.mark.parametrize("nested", [True, False])
def test_the_splits_are_disjoint_and_complete(tree, nested):
    root = tree if nested else tree / "train"
    splits = {split: cvlib.load_dataset(str(root), split) for split in ("train", "val", "test")}

    digests = {split: pixel_digests(dataset) for split, dataset in splits.items()}

    assert sum(map(len, digests.values())) == (130 if nested else 120)
    assert len(set().union(*digests.values())) == (130 if nested else 120)
    assert 4 <= len(splits["val"]) <= 24
    assert splits["train"].classes == ["cat", "dog"]


def test_the_split_follows_the_pixels_not_the_files(tree):
    before = {split: set(pixel_digests(cvlib.load_dataset(str(tree), split))) for split in ("train", "val")}
    for i, path in enumerate(sorted((tree / "train").rglob("*.png"))):
        Image.open(path).save(path.with_name(f"{(7 * i) % 61:03d}.bmp"))
        path.unlink()

    after = {split: set(pixel_digests(cvlib.load_dataset(str(tree), split))) for split in ("train", "val")}

    assert after == before


def test_identical_pictures_stay_on_one_side(tree):
    cats, dogs = tree / "train" / "cat", tree / "train" / "dog"
    for i in range(60):
        shutil.copy(cats / f"{i:03d}.png", dogs / f"copy{(7 * i) % 60:03d}.png")
    train, val = (set(pixel_digests(cvlib.load_dataset(str(tree), split))) for split in ("train", "val"))

    assert not train & val


def test_items_are_pictures_or_what_the_transform_makes_of_them(tree):
    plain = cvlib.load_dataset(str(tree), "test")
    sizes = cvlib.load_dataset(str(tree), "test", transform=lambda image: image.size)

    assert plain[0][0].mode == "RGB"
    assert sizes[0] == ((40, 32), 0)
    assert plain.paths[0] == "cat/000.png"


def test_decoded_pictures_are_centre_squares_resized_once(tree):
    dataset = cvlib.load_dataset(str(tree), "test")

    pixels = decoded(dataset, 32)
    first_time = os.stat(pixels.path).st_mtime_ns
    again = decoded(cvlib.load_dataset(str(tree), "test"), 32)

    assert pixels.shape == (10, 32, 32, 3)
    assert (pixels[3] == np.asarray(dataset.image(3))[:, 4:36]).all()
    assert os.stat(again.path).st_mtime_ns == first_time


def test_a_changed_picture_is_decoded_again(tree):
    before = decoded(cvlib.load_dataset(str(tree), "test"), 16)[0].copy()
    picture().save(tree / "test" / "cat" / "000.png")

    assert (decoded(cvlib.load_dataset(str(tree), "test"), 16)[0] != before).any()


def test_a_build_that_fails_leaves_nothing_behind(tree, cache):
    (tree / "test" / "cat" / "000.png").write_bytes(b"no picture")

    with pytest.raises(OSError, match=r"000\.png"):
        decoded(cvlib.load_dataset(str(tree), "test"), 16)

    assert not list(cache.glob("*"))


def test_the_mean_is_that_of_each_pixel():
    pixels = RANDOM.integers(256, size=(300, 4, 4, 3), dtype=np.uint8)

    np.testing.assert_allclose(mean_picture(pixels), pixels.mean(0, dtype=np.float64), rtol=1e-6)


def test_the_centre_crop_takes_the_mean_off_and_nothing_else(tree):
    dataset = cvlib.load_dataset(str(tree), "test")
    pixels = decoded(dataset, stored_size(28))
    mean = mean_picture(pixels)

    images, labels = next(iter(loader(Crops(dataset, 28, Normalisation(mean)), 10)))

    expected = torch.from_numpy(pixels[:][:, 2:30, 2:30] - mean[2:30, 2:30]).permute(0, 3, 1, 2)
    torch.testing.assert_close(images, expected)
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


def test_ten_views_are_torchvisions_ten_crop(tree):
    dataset = cvlib.load_dataset(str(tree), "test")
    crops = Crops(dataset, 28, NOTHING, views=10)

    images, labels = next(iter(loader(crops, 4)))

    stored = torch.from_numpy(np.array(crops.pixels[:4])).permute(0, 3, 1, 2)
    expected = torch.stack(functional.ten_crop(stored, 28), dim=1).float()
    expected = expected[:, [0, 1, 2, 3, 4, 6, 5, 8, 7, 9]]  # torchvision mirrors first: left is right there
    assert images.shape == (4, 10, 3, 28, 28)
    assert labels.shape == (4,)
    torch.testing.assert_close(images, expected)


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


def test_scenes_are_the_same_in_another_process():
    code = ("import cvlib, hashlib; d = cvlib.load_dataset('scenes', 'test'); "
            "print(hashlib.sha256(b''.join(d.image(i).tobytes() for i in range(12))).hexdigest())")

    digests = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
               for _ in range(2)}

    assert len(digests) == 1


def test_scenes_have_intels_classes_in_equal_parts():
    splits = {split: cvlib.load_dataset("scenes", split) for split in ("train", "val", "test")}

    assert splits["train"].classes == list(CLASSES)
    assert all(len(set(np.bincount(dataset.labels))) == 1 for dataset in splits.values())
    assert splits["val"].image(0).size == (150, 150)
    assert splits["val"].image(0).tobytes() != splits["train"].image(0).tobytes()


def no_network(*arguments, **options):
    raise OSError("no network")


def test_locate_tries_the_places_in_order_and_lists_them(tmp_path, cache, monkeypatch):
    monkeypatch.setenv("CVLIB_DATA", str(tmp_path))
    monkeypatch.setattr("socket.create_connection", no_network)

    with pytest.raises(cvlib.data.DatasetNotFound) as error:
        cvlib.data.locate("intel")
    (cache / "datasets" / "intel").mkdir(parents=True)
    in_cache = cvlib.data.locate("intel")
    (tmp_path / "intel").mkdir()

    tried = str(error.value)
    assert tried.index("/kaggle/input/datasets") < tried.index("/kaggle/input/intel-image")
    assert str(tmp_path / "intel") in tried
    assert "/kaggle/input/datasets/puneet6060" in tried
    assert "set CVLIB_DATA" in tried
    assert "--root" in tried
    assert "downloads it from kaggle.com/datasets/puneet6060/intel-image-classification" in tried
    assert in_cache == cache / "datasets" / "intel"
    assert cvlib.data.locate("intel") == tmp_path / "intel"


def test_a_wrong_root_never_falls_through(tmp_path, cache):
    with pytest.raises(cvlib.data.DatasetNotFound, match="there is no folder"):
        cvlib.load_dataset("intel", "train", root=tmp_path / "nowhere")


@pytest.fixture
def small_intel(tmp_path, cache):
    for part in ("seg_train", "seg_test"):
        for name in CLASSES:
            folder = tmp_path / "intel" / part / part / name
            folder.mkdir(parents=True)
            for i in range(20):
                picture(150, 150).save(folder / f"{i}.jpg")
    return tmp_path / "intel"


def test_intels_tree_is_read_and_validation_held_out(small_intel):
    sizes = {split: len(cvlib.load_dataset("intel", split, root=small_intel))
             for split in ("train", "val", "test")}

    assert sizes["train"] + sizes["val"] == sizes["test"] == 120
    assert 0 < sizes["val"] < 36


@pytest.mark.parametrize(("folder", "hint"), [
    ("intel/seg_train", "name the folder above"), ("intel/seg_train/seg_train", "holds the class folders"),
    (".", "Did you mean"), ("intel/seg_test/seg_test/sea", "Expected seg_train"),
])
def test_a_wrong_tree_is_told_which_mistake_it_looks_like(small_intel, folder, hint):
    with pytest.raises(cvlib.data.DatasetLayoutError, match=hint):
        cvlib.load_dataset("intel", "train", root=small_intel.parent / folder)


def test_unknown_names_are_answered_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'intel'"):
        cvlib.load_dataset("intell", "train")
    with pytest.raises(ValueError, match="train, val, test"):
        cvlib.load_dataset("scenes", "valid")


def test_a_folder_without_classes_is_refused(tmp_path):
    with pytest.raises(cvlib.data.DatasetLayoutError, match="no class folders"):
        read_tree("mine", tmp_path)


def test_a_missing_variable_is_said_to_be_missing(cache, monkeypatch):
    monkeypatch.delenv("CVLIB_DATA", raising=False)
    monkeypatch.setattr("socket.create_connection", no_network)

    with pytest.raises(cvlib.data.DatasetNotFound, match="CVLIB_DATA, which is not set"):
        cvlib.data.locate("intel")


@pytest.mark.parametrize(("change", "hint"), [
    (lambda tree: (tree / "test").rename(tree / "valid"), "only train, valid. Rename one to test"),
    (lambda tree: (tree / "test" / "dog").rename(tree / "test" / "wolf"), "in their classes: dog, wolf"),
    (lambda tree: [f.unlink() for f in (tree / "test" / "dog").iterdir()], "dog holds no pictures"),
    (lambda tree: (tree / "train" / "dog").rename(tree / "train" / "cat" / "dog"), "differ in their classes"),
])
def test_a_folder_of_your_own_is_told_which_mistake_it_looks_like(tree, change, hint):
    change(tree)

    with pytest.raises(cvlib.data.DatasetLayoutError, match=hint):
        cvlib.load_dataset(str(tree), "train")


def test_one_level_too_high_is_told_so(tree):
    (tree / "train").rename(tree / "seen")

    with pytest.raises(cvlib.data.DatasetLayoutError, match=r"but the folders cat, dog: is .*seen the one"):
        cvlib.load_dataset(str(tree), "val")


def test_loose_pictures_are_told_to_go_into_folders(tree):
    with pytest.raises(cvlib.data.DatasetLayoutError, match="its 60 pictures lie loose"):
        cvlib.load_dataset(str(tree / "train" / "cat"), "val")


@pytest.mark.data
def test_the_intel_photographs_split_as_the_records_say(intel_photographs):
    sizes = {split: len(cvlib.load_dataset("intel", split)) for split in ("train", "val", "test")}

    assert sizes["test"] == 3000
    assert sizes["train"] + sizes["val"] in (14034, 14039)
    assert 0.09 < sizes["val"] / 14039 < 0.11


def test_held_out_tenths_partition(tree):
    pictures = read_tree("pets", tree / "train")

    parts = [HeldOut(pictures, (tenth,)) for tenth in range(10)]

    assert sorted(path for part in parts for path in part.paths) == sorted(pictures.paths)
