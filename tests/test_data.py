"""Data sets: where they lie, how they are split, what a wrong tree is told."""
import shutil

import pytest
from PIL import Image

import cvlib
from conftest import picture
from cvlib.data.cache import pixel_digests
from cvlib.data.folder import HeldOut, read_tree
from cvlib.data.intel import CLASSES


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
