"""Data sets: where they lie, how they are split, what a wrong tree or name is told."""
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import cvlib
import cvlib.data
from cvlib.data.cache import pixel_digests
from cvlib.data.parts import Part
from cvlib.data.pictures import DrawnPictures, FilePictures, pictures_from_json
from cvlib.data.tree import read_tree

ROOT = Path(cvlib.data.__file__).parents[1]


@pytest.mark.parametrize("nested", [True, False])
def test_the_splits_are_disjoint_and_complete(tree, nested):
    root = tree if nested else tree / "train"

    splits = cvlib.data.open_dataset(root)

    digests = {split: pixel_digests(dataset) for split, dataset in splits.items()}
    assert list(splits) == ["train", "val", "test"]
    assert sum(map(len, digests.values())) == (130 if nested else 120)
    assert len(set().union(*digests.values())) == (130 if nested else 120)
    assert 4 <= len(splits["val"]) <= 24
    assert splits["train"].classes == splits.classes == ["cat", "dog"]


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


def test_parts_by_hash_partition_the_whole(tree):
    pictures = read_tree("pets", tree / "train").dataset

    parts = [Part(pictures, tenths=(tenth,), fifths=(fifth,)) for tenth in range(10) for fifth in range(5)]

    assert sorted(path for part in parts for path in part.paths) == sorted(pictures.paths)


def test_a_fifth_is_taken_of_each_tenth_alike(tree, monkeypatch):
    digests = [f"{number:x}" for number in range(1000)]
    monkeypatch.setattr("cvlib.data.parts.pixel_digests", lambda whole: digests)
    whole = read_tree("pets", tree / "train").dataset

    rows = Part(whole, tenths=range(1, 10), fifths=(0,)).rows

    assert np.bincount(rows % 10, minlength=10).tolist() == [0, *9 * [20]]


def test_a_part_shows_the_pictures_at_its_rows(tree):
    whole = read_tree("pets", tree / "train").dataset

    part = Part(whole, [70, 3])

    assert (len(part), part.labels.tolist(), part.paths) == (2, [1, 0], ["dog/010.png", "cat/003.png"])
    assert part[0][0].tobytes() == whole.image(70).tobytes() == part.pictures.open(part.rows[0]).tobytes()
    assert len({part.key(), Part(whole, [3, 70]).key(), Part(whole, tenths=(0,)).key(), whole.key()}) == 4


def test_items_are_pictures_or_what_the_transform_makes_of_them(tree):
    plain = cvlib.load_dataset(str(tree), "test")
    sizes = cvlib.load_dataset(str(tree), "test", transform=lambda image: image.size)

    assert plain[0][0].mode == "RGB"
    assert sizes[0] == ((40, 32), 0)
    assert type(sizes[0][1]) is int
    assert plain.paths[0] == "cat/000.png"
    assert [label for _, label in plain] == 5 * [0] + 5 * [1]


def test_a_transform_is_seen_by_nobody_else(tree):
    splits = cvlib.data.open_dataset(tree)

    halved = splits["val"].transformed(lambda image: image.reduce(2))

    assert halved[0][0].size == (20, 16)
    assert splits["val"][0][0].size == (40, 32)


def test_the_tree_is_read_once(tree, monkeypatch):
    opened = []
    real = cvlib.data.listing.os.scandir
    monkeypatch.setattr("os.scandir", lambda place: opened.append(str(place)) or real(place))

    splits = cvlib.data.open_dataset(tree)
    [splits[split].paths for split in splits]

    assert opened.count(str(tree / "train" / "cat")) == 1


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


def test_imagenet_is_looked_for_in_kaggles_mounts_and_never_downloaded(cache, monkeypatch):
    monkeypatch.delenv("CVLIB_DATA", raising=False)
    monkeypatch.setattr("socket.create_connection", lambda *_, **__: pytest.fail("a network was asked"))

    with pytest.raises(cvlib.data.DatasetNotFound) as error:
        cvlib.data.locate("imagenet")

    tried = str(error.value)
    assert (tried.index("/kaggle/input/competitions/imagenet-object-localization-challenge")
            < tried.index("/kaggle/input/imagenet-object-localization-challenge"))
    assert "kaggle competitions download -c imagenet-object-localization-challenge" in tried


@pytest.mark.parametrize("root", ["nowhere", "", "a\nb"])
def test_a_wrong_root_never_falls_through(tmp_path, cache, monkeypatch, root):
    monkeypatch.setenv("CVLIB_DATA", str(tmp_path))
    (tmp_path / "intel").mkdir()
    with pytest.raises(cvlib.data.DatasetNotFound, match="intel: there is no folder") as error:
        cvlib.load_dataset("intel", "train", root=root)

    assert str(error.value).isprintable()


@pytest.mark.parametrize("unset", [True, False])
def test_a_missing_variable_is_said_to_be_missing(cache, monkeypatch, unset):
    monkeypatch.setenv("CVLIB_DATA", "")
    if unset:
        monkeypatch.delenv("CVLIB_DATA")
    monkeypatch.setattr("socket.create_connection", no_network)

    with pytest.raises(cvlib.data.DatasetNotFound, match="CVLIB_DATA, which is not set"):
        cvlib.data.locate("intel")


def test_intels_tree_is_read_and_validation_held_out(small_intel):
    splits = cvlib.data.open_dataset("intel", root=small_intel)

    sizes = {split: len(part) for split, part in splits.items()}
    assert sizes["train"] + sizes["val"] == 240
    assert sizes["test"] == 120
    assert 8 < sizes["val"] < 48
    assert splits.name == "intel"


def test_intel_fifth_has_a_fifth_of_the_training_pictures_and_the_rest_as_extra(small_intel):
    whole = cvlib.data.open_dataset("intel", root=small_intel)

    splits = cvlib.data.open_dataset("intel_fifth", root=small_intel)

    fifth, extra = splits["train"].rows.tolist(), splits["extra"].rows.tolist()
    assert list(splits) == ["train", "val", "test", "extra"]
    assert sorted(fifth + extra) == whole["train"].rows.tolist()
    assert 0.1 < len(fifth) / len(whole["train"]) < 0.3
    assert splits["val"].rows.tolist() == whole["val"].rows.tolist()
    assert splits["test"].key() == whole["test"].key()
    assert splits.name == splits["train"].name == "intel_fifth"


@pytest.mark.parametrize(("folder", "hint"), [
    ("intel/seg_train", "name the folder above"), ("intel/seg_train/seg_train", "holds the class folders"),
    (".", "Did you mean"), ("intel/seg_test/seg_test/sea", "Expected seg_train"),
])
def test_a_wrong_tree_is_told_which_mistake_it_looks_like(small_intel, folder, hint):
    with pytest.raises(cvlib.data.DatasetLayoutError, match=hint):
        cvlib.load_dataset("intel", "train", root=small_intel.parent / folder)


@pytest.mark.parametrize(("arguments", "said"), [
    (["intell"], "did you mean 'intel'"), (["a\0b\n"], r"no folder 'a\\x00b\\n'"),
    ([""], "no data set and no folder"), (["nowhere/at/all"], "no data set and no folder 'nowhere/at/all'"),
])
def test_unknown_names_are_answered_with_the_nearest(arguments, said):
    with pytest.raises(ValueError, match=said):
        cvlib.data.open_dataset(*arguments)


def test_an_unknown_split_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="scenes has no split 'valid'; there are train, val, test"):
        cvlib.load_dataset("scenes", "valid")


@pytest.mark.parametrize(("name", "options", "said"), [
    ("scenes", {"root": "/tmp"}, "drawn, not read"), ("scenes", {"sample": True}, "sample is for imagenet"),
    ("tree", {"root": "/tmp"}, "its own root"), ("tree", {"sample": True}, "sample is for imagenet"),
])
def test_a_setting_that_a_data_set_does_not_have_is_refused(tree, name, options, said):
    with pytest.raises(ValueError, match=said):
        cvlib.data.open_dataset(tree if name == "tree" else name, **options)


@pytest.mark.data
def test_the_intel_photographs_split_as_the_records_say(intel_photographs):
    whole, splits = cvlib.data.open_dataset("intel"), cvlib.data.open_dataset("intel_fifth")

    sizes = {split: len(part) for split, part in whole.items()}
    assert sizes["test"] == 3000
    assert sizes["train"] + sizes["val"] in (14034, 14039)
    assert 0.09 < sizes["val"] / 14039 < 0.11
    assert 0.19 < len(splits["train"]) / sizes["train"] < 0.21
    assert whole.check() is splits.check() is None


@pytest.mark.parametrize("kind", ["files", "drawn"])
def test_pictures_go_to_another_process_as_json(tree, kind):
    pictures = cvlib.load_dataset(str(tree), "test").pictures if kind == "files" else DrawnPictures("test")

    again = pictures_from_json(json.loads(json.dumps(pictures.as_json())))

    assert len(again) == len(pictures) in (10, 600)
    assert again.key() == pictures.key()
    assert again.open(7).tobytes() == pictures.open(7).tobytes()
    assert again.stamp() == pictures.stamp()


def test_the_key_follows_the_content_and_the_stamp_each_touch(tree):
    pictures = read_tree("pets", tree / "test").dataset.pictures
    key, stamp, file = pictures.key(), pictures.stamp(), tree / "test" / "cat" / "000.png"

    content, state = file.read_bytes(), file.stat()
    file.unlink()
    file.write_bytes(content)

    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    touched = pictures.stamp(), pictures.key()
    file.write_bytes(content[:-1] + b"x")

    assert touched[0] != stamp
    assert touched[1] == key
    assert pictures.key() != key


def test_keys_and_stamps_of_broken_files_are_no_hindrance(tree):
    pictures = FilePictures(tree / "test", ["cat/000.png", "cat/nowhere.png", "cat"])

    assert pictures.sizes()[1] == -1
    assert pictures.key() == FilePictures(str(tree / "test"), ("cat/000.png", "cat/nowhere.png", "cat")).key()
    assert pictures.stamp()


def test_data_sets_are_pickled_as_they_are(tree):
    part = cvlib.load_dataset(str(tree), "val")

    again = pickle.loads(pickle.dumps(part))

    assert again.paths == part.paths
    assert again[0][0].tobytes() == part[0][0].tobytes()


@pytest.mark.parametrize("module", ["decode", "names", "pictures", "listing", "index", "scenes"])
def test_modules_that_open_pictures_need_no_torch(module):
    """A worker that only decodes starts in a fraction of the time."""
    name = "cvlib.scenes" if module == "scenes" else f"cvlib.data.{module}"
    code = (f"import sys, types; front = types.ModuleType('cvlib'); front.__path__ = [{str(ROOT)!r}]; "
            f"sys.modules['cvlib'] = front; import {name}; print('torch' in sys.modules)")

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


@pytest.mark.parametrize("name", ["open_dataset", "locate", "Splits", "PictureError", "ImageDataset"])
def test_no_public_name_of_data_hides_a_module(name):
    assert not (ROOT / "data" / f"{name}.py").exists()
    assert name in dir(cvlib.data)
    assert getattr(cvlib.data, name).__module__.startswith("cvlib.data.")


def test_modules_of_data_are_loaded_when_they_are_asked_for():
    assert cvlib.data.listing.__name__ == "cvlib.data.listing"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cvlib.data.nothing  # noqa: B018
