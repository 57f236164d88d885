"""Folders of pictures as people have them: read as they are meant, or told what to do."""
import os
import unicodedata
import warnings

import numpy as np
import pytest
from PIL import Image

import cvlib
from cvlib.data.cache import pixel_digests
from cvlib.data.folder import open_folder
from cvlib.data.parts import Part
from cvlib.data.places import DatasetLayoutError
from cvlib.data.splits import UnknownSplit
from cvlib.data.tree import read_tree

RANDOM = np.random.default_rng(0)
CAFE = "caf\u00e9"


def fill(root, *folders, count=3, suffix="png"):
    """``count`` small pictures in each of ``folders``; their root."""
    for folder in folders:
        place = root / folder
        place.mkdir(parents=True, exist_ok=True)
        for i in range(count):
            pixels = RANDOM.integers(256, size=(4, 4, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(place / f"{i:03d}.{suffix}")
    return root


def both(*splits):
    """cat and dog in each of ``splits``."""
    return [f"{split}/{name}" for split in splits for name in ("cat", "dog")]


@pytest.fixture
def root(tmp_path, cache):
    """A folder called pets."""
    (tmp_path / "pets").mkdir()
    return tmp_path / "pets"


def sizes(splits):
    return {split: len(part) for split, part in splits.items()}


@pytest.mark.parametrize("name", ["val", "valid", "validation"])
def test_an_own_validation_folder_is_used_and_nothing_held_out(root, name):
    fill(root, *both("train"), count=30)
    fill(root, *both(name), count=5)
    fill(root, *both("test"), count=2)

    splits = cvlib.data.open_dataset(str(root))

    assert sizes(splits) == {"train": 60, "val": 10, "test": 4}
    assert splits["val"].image(0).tobytes() == Image.open(root / name / "cat" / "000.png").tobytes()


def test_without_one_a_tenth_of_train_is_held_out(root):
    fill(root, *both("train"), count=100)
    fill(root, *both("test"))

    splits = open_folder(root)

    assert sizes(splits)["test"] == 6
    assert sizes(splits)["train"] + sizes(splits)["val"] == 200
    assert 8 <= sizes(splits)["val"] <= 35


def test_train_and_val_alone_are_enough(root):
    splits = open_folder(fill(root, *both("train", "val")))

    assert sizes(splits) == {"train": 6, "val": 6}
    with pytest.raises(ValueError, match=r"no split 'test': .*pets has no folder test; there are train, val"):
        splits["test"]


def test_class_folders_alone_are_split_by_hash_80_10_10(root):
    splits = open_folder(fill(root, "cat", "dog", count=200))

    digests = [set(pixel_digests(part)) for part in splits.values()]
    assert list(splits) == ["train", "val", "test"]
    assert len(set.union(*digests)) == sum(map(len, digests)) == 400
    assert 290 < len(digests[0]) < 350
    assert all(20 < len(some) < 62 for some in digests[1:])


@pytest.mark.parametrize(("folders", "said"), [
    (["Train", "Test"], "Rename Train to train and Test to test."),
    (["training_set", "test_set"], "Rename training_set to train and test_set to test."),
    (["train", "Testing"], "Rename Testing to test."),
    (["train", "test", "Val"], "Rename Val to val."),
    (["train", "val_images", "test"], "Rename val_images to val."),
    (["TrainingData", "TestData"], "Rename TrainingData to train and TestData to test."),
    (["train", "dev"], "Rename dev to val."),
    (["train", "test", "testing"], "test, testing, which all look like test: keep one of them, named test"),
    (["train", "val", "validation"], "val, validation, which all look like val: keep one"),
    (["train"], "has a train folder and no val or test beside it, nothing else. Put test/<class>"),
    (["train", "holdout"], "only holdout. Rename one to test (or val), or name"),
    (["test"], "has test and no train folder beside, nothing else. The folder with the training pictures"),
    (["test", "val"], "has val and test and no train folder"),
    (["test", "seen"], "only seen. The folder with the training pictures has to be called train"),
    (["seg_train/seg_train", "seg_test/seg_test"], "looks like Intel's scenes: --data intel --root"),
])
def test_a_tree_of_splits_by_other_names_is_told_what_to_rename(root, folders, said):
    fill(root, *both(*folders))

    with pytest.raises(DatasetLayoutError) as error:
        open_folder(root)

    assert said in str(error.value)
    for folder in folders:
        assert f"is {root / folder} the one" not in str(error.value)
        assert "test" not in folder.casefold() or f"name {root / folder}" not in str(error.value)


def test_the_train_folder_itself_may_be_named(root):
    fill(root, *both("train"))

    assert sum(sizes(open_folder(root / "train")).values()) == 6


def test_a_class_called_train_is_a_class(root):
    splits = open_folder(fill(root, "bus", "car", "train"))

    assert splits.classes == ["bus", "car", "train"]
    assert sum(sizes(splits).values()) == 9


def test_a_class_called_train_may_hold_folders_too(root):
    with pytest.warns(UserWarning, match=r"left out 3 pictures in folders inside .*train/steam 3"):
        splits = cvlib.data.open_dataset(fill(root, "bus", "train", "train/steam"))

    assert splits.classes == ["bus", "train"]


@pytest.mark.parametrize("folders", [
    ["val"], ["train", "val"], ["train", "test"], ["train", "val", "test"], [*both("train"), "val"],
    [*both("train"), "val", "test"], [*both("train", "val"), "test"],
])
def test_splits_of_loose_pictures_are_never_taken_for_classes(root, folders):
    fill(root, *folders)

    with pytest.raises(DatasetLayoutError, match=r"lie loose, .*--data imagenet --root DIR"):
        open_folder(root)


def test_imagenets_tree_is_told_how_to_be_loaded(root):
    fill(root, "ILSVRC/Data/CLS-LOC/val")

    with pytest.raises(DatasetLayoutError, match=f"looks like ImageNet: --data imagenet --root {root}$"):
        open_folder(root)
    with pytest.raises(DatasetLayoutError, match="pictures of val lie loose"):
        open_folder(root / "ILSVRC/Data/CLS-LOC")


@pytest.mark.parametrize(("folders", "named", "said"), [
    (["cat"], "", "pets holds one class folder, cat, and .* two or more: make a folder for each"),
    (["train/cat", "test/cat"], "", "train holds one class folder, cat, and classifying takes two or more"),
    (["a/cat", "a/dog"], "", "a holds no pictures, but the folders cat, dog: is .*pets/a the one to name"),
    (["all", *both("all")], "", "one class folder, all, .*, but the folders cat, dog: is .*pets/all the one"),
    (both("a/train", "a/test"), "", "but the folders test, train: is .*pets/a the one to name"),
    (both("seen", "kept"), "", "kept holds no pictures .*but the folders cat, dog"),
    (["cat", "dog"], "cat", "holds no class folders, .* its 3 pictures lie loose: make a folder for each"),
    ([], "", "pets holds no class folders, expected <class>/<picture> in it$"),
])
def test_fewer_than_two_classes_are_refused(root, folders, named, said):
    fill(root, *folders)

    with pytest.raises(DatasetLayoutError, match=said):
        open_folder(root / named)


def test_an_empty_class_is_refused_and_what_is_in_it_is_said(root):
    fill(root, "cat", "dog", "yak")
    for file in (root / "dog").iterdir():
        file.rename(file.with_suffix(".heic"))

    with pytest.raises(DatasetLayoutError, match=r"dog holds no pictures; \.heic files in it are not read"):
        open_folder(root)


def test_an_empty_validation_folder_is_refused(root):
    fill(root, *both("train", "test"))
    (root / "val").mkdir()

    with pytest.raises(DatasetLayoutError, match="val holds no class folders"):
        open_folder(root)


@pytest.mark.parametrize("split", ["val", "test"])
def test_a_class_that_a_split_lacks_is_named(root, split):
    fill(root, *both("train", "val", "test"), "train/yak", "val/yak", "test/yak")
    for file in (root / split / "yak").iterdir():
        file.unlink()
    (root / split / "yak").rename(root / split / "wolf")
    fill(root, f"{split}/wolf")

    with pytest.raises(DatasetLayoutError, match=rf"train and {split} differ in their classes: "
                                                 rf"wolf \(only in {split}\), yak \(only in train\)"):
        open_folder(root)


@pytest.mark.parametrize("name", ["__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__"])
def test_what_machines_leave_behind_is_passed_over_without_a_word(root, name):
    fill(root, *both("train", "test"), f"train/cat/{name}", f"train/{name}", name, f"{name}/cat")
    for file in (".DS_Store", "Thumbs.db", "desktop.ini", "._000.png", "train/cat/._000.png",
                 "train/cat/.x.txt", "train/cat/Thumbs.db", "test/desktop.ini"):
        (root / file).write_bytes(b"")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        splits = cvlib.data.open_dataset(root)

    assert splits.classes == ["cat", "dog"]
    assert sizes(splits)["test"] == 6
    assert len(splits["train"].whole) == 6


def test_what_is_left_out_is_counted_and_said(root):
    fill(root, *both("train", "test"), "train/cat/more/deep", "train/dog/old", "train")
    for name in ("a.heic", "b.HEIC", "c.txt", "README"):
        (root / "test" / "cat" / name).write_bytes(b"x")
    (root / "test" / "yak").symlink_to("nowhere")

    with pytest.warns(UserWarning, match="left out") as said:
        splits = cvlib.data.open_dataset(root)

    assert [str(warning.message) for warning in said] == splits.left_out
    assert [sentence.removeprefix(f"{root}/") for sentence in splits.left_out] == [
        "train: left out 6 pictures in folders inside the class folders (cat/more 3, dog/old 3): "
        "move them up into the class folder",
        "train: left out 3 pictures beside the class folders",
        "test: left out 4 files of the class folders with suffixes that are not read "
        "(.heic 2, .txt 1, no suffix 1)",
        "test: left out 1 link to nothing (yak 1)",
    ]


def test_what_is_left_out_is_said_once(root):
    fill(root, "cat", "dog", "dog/old")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("default")
        cvlib.load_dataset(root, "train")
        cvlib.load_dataset(root, "val")

    assert len(said) == 1


@pytest.mark.parametrize("suffix", ["JPG", "jfif", "jpe", "tif", "TIFF", "gif", "webp", "bmp", "ppm"])
def test_pictures_of_every_suffix_are_read(root, suffix):
    fill(root, "cat", count=4, suffix=suffix)
    fill(root, "dog")

    dataset = read_tree("pets", root).dataset

    assert list(np.bincount(dataset.labels)) == [4, 3]
    assert dataset[0][0].mode == "RGB"


def test_one_class_in_two_unicode_forms_is_one_class(root):
    fill(root, *both("train", "test"), f"train/{CAFE}", f"test/{unicodedata.normalize('NFD', CAFE)}")

    splits = open_folder(root)

    assert splits.classes == splits["test"].classes == [CAFE, "cat", "dog"]
    assert splits["test"][0][1] == 0


def test_classes_are_in_the_same_order_in_either_form(root):
    names = ["caf\u00e9", "cafz", "cage"]
    fill(root, *(f"train/{name}" for name in names))
    fill(root, *(f"test/{unicodedata.normalize('NFD', name)}" for name in names))

    splits = open_folder(root)

    assert splits["train"].classes == splits["test"].classes
    assert [path.split("/")[0] for path in splits["test"].paths[::3]] == [
        unicodedata.normalize("NFD", name) for name in splits.classes]


def test_two_folders_of_one_name_in_two_forms_are_refused_with_escapes(root):
    fill(root, "dog", CAFE, unicodedata.normalize("NFD", CAFE))

    with pytest.raises(DatasetLayoutError, match=r"'cafe\\u0301' and 'caf\\xe9'"):
        open_folder(root)


@pytest.mark.parametrize("name", [b"caf\xe9", b"a\nb", b"-rf", b" ", b"caf\xe9\n-"])
def test_odd_names_of_classes_and_files_are_read(root, name):
    fill(root, "cat", "dog", count=8)
    odd = os.fsencode(root) + b"/" + name
    os.rename(root / "cat", odd)
    os.rename(odd + b"/000.png", odd + b"/" + name + b".png")
    splits = open_folder(root)

    train = splits["train"]
    again = cvlib.data.pictures.pictures_from_json(train.pictures.as_json())

    assert sum(map(len, splits.values())) == 16
    assert {os.fsencode(path).split(b"/")[0] for path in train.whole.paths} == {name, b"dog"}
    assert train.whole.key() == again.key()
    assert train.whole.stamp() == again.stamp()
    assert all(again.open(i).size == (4, 4) for i in range(16))


def test_messages_about_odd_names_can_be_printed(root):
    odd = os.fsdecode(b"caf\xe9\n")
    fill(root, *both("train", "test"), f"train/{odd}")

    with pytest.raises(DatasetLayoutError) as error:
        open_folder(root)

    assert r"caf\xe9\n (only in train)" in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("name", ["scenes", "intel", "intel_fifth", "imagenet", "cifar10", "Intel"])
def test_an_own_folder_does_not_bear_a_built_in_name(tmp_path, cache, name):
    splits = cvlib.data.open_dataset(fill(tmp_path / name, "cat", "dog"))

    assert splits.name == splits["train"].name == f"folder-{name}"


def test_the_folder_where_one_is_bears_its_own_name(root, monkeypatch):
    fill(root, "cat", "dog")
    monkeypatch.chdir(root)

    assert cvlib.data.open_dataset(".").name == "pets"



@pytest.mark.parametrize(("counts", "said"), [
    (([4, 4, 2], [0, 0, 0], [1, 1, 1]), "val would be empty"),
    (([4, 4, 0], [1, 1, 1], [1, 1, 1]), "yak: 0 train, 1 val, 1 test"),
    (([4, 4, 2], [1, 1, 1], [1, 0, 1]), "dog: 4 train, 1 val, 0 test"),
])
def test_check_refuses_an_empty_split_and_a_class_that_a_split_lacks(root, counts, said):
    fill(root, "cat", "dog", "yak", count=40)
    whole = read_tree("pets", root).dataset
    rows = [np.concatenate([40 * k + 10 * i + np.arange(n) for k, n in enumerate(count)]).astype(int)
            for i, count in enumerate(counts)]
    splits = cvlib.data.Splits({name: Part(whole, some) for name, some in
                                zip(("train", "val", "test"), rows, strict=True)})

    with pytest.raises(DatasetLayoutError) as error:
        splits.check()

    assert said in str(error.value)
    assert "Ways out:" in str(error.value)
    assert "train/, val/ and test/" in str(error.value)


def test_check_finds_nothing_wrong_with_whole_splits(root):
    splits = open_folder(fill(root, *both("train", "val")))

    assert splits.check() is None


def test_opening_refuses_nothing_that_check_would(root):
    splits = open_folder(fill(root, "cat", "dog", count=1))

    with pytest.raises(DatasetLayoutError):
        splits.check()


def test_splits_are_a_mapping(root):
    splits = open_folder(fill(root, *both("train", "val")))

    assert list(splits) == ["train", "val"]
    assert "test" not in splits
    assert splits.get("test") is None
    with pytest.raises(KeyError, match="there are train, val"):
        splits["tset"]
    assert str(UnknownSplit("plain words")) == "plain words"
