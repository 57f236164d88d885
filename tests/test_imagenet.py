"""ImageNet in Kaggle's tree: labels by synset rank, a part only where one says so."""
import os

import numpy as np
import pytest
from PIL import Image

import cvlib
from cvlib.data import imagenet
from cvlib.data.index import PathTable
from cvlib.data.places import DatasetLayoutError

SYNSETS = ["n01440764", "n01443537", "n02037110", "n04458633"]
VAL = {"ILSVRC2012_val_00000003": 2, "ILSVRC2012_val_00000001": 3, "ILSVRC2012_val_00000002": 0,
       "ILSVRC2012_val_00000004": 2}


def save(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 4)).save(path, "JPEG")


@pytest.fixture
def root(tmp_path, cache, monkeypatch):
    """An ImageNet of four classes, with two training pictures each and four for validation."""
    monkeypatch.setattr(imagenet, "NUM_CLASSES", 4)
    monkeypatch.setattr(imagenet, "NUM_VAL", 4)
    root = tmp_path / "ilsvrc"
    for name in VAL:
        save(root / imagenet.PICTURES / "val" / f"{name}.JPEG")
    for synset in SYNSETS:
        for i in range(2):
            save(root / imagenet.PICTURES / "train" / synset / f"{synset}_{i}.JPEG")
    names = ["tench, Tinca tinca", "goldfish", "oystercatcher, oyster catcher", "trifle"]
    lines = [f"{synset} {name}" for synset, name in zip(SYNSETS, names, strict=True)]
    rows = ["ImageId,PredictionString", *(f"{name},{SYNSETS[label]} 1 2 30 40 {SYNSETS[label]} 5 6 7 8 "
                                          for name, label in VAL.items())]
    (root / imagenet.MAPPING).write_text("\n".join(lines) + "\n")
    (root / imagenet.SOLUTION).write_text("\n".join(rows) + "\n")
    return root


def test_labels_are_the_ranks_of_the_synsets(root):
    splits = cvlib.data.open_dataset("imagenet", root=root)

    assert list(splits) == ["train", "val"]
    assert splits.classes[::2] == ["n01440764 tench", "n02037110 oystercatcher"]
    assert splits["val"].labels.tolist() == [3, 0, 2, 2]
    assert splits["val"].paths == [f"{name}.JPEG" for name in sorted(VAL)]
    assert splits["train"].labels.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert splits["train"][7][0].size == (6, 4)
    assert splits.name == "imagenet"


@pytest.mark.parametrize("harm", [
    lambda text: b"\xef\xbb\xbf" + text, lambda text: text.replace(b"\n", b"\r\n"),
    lambda text: text + b"\n\n",
    lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n").rstrip(),
])
def test_tables_that_went_through_windows_are_read(root, harm):
    wanted = cvlib.data.open_dataset("imagenet", root=root)
    for name in (imagenet.MAPPING, imagenet.SOLUTION):
        (root / name).write_bytes(harm((root / name).read_bytes()))

    splits = cvlib.data.open_dataset("imagenet", root=root)

    assert splits.classes == wanted.classes
    assert splits["val"].labels.tolist() == wanted["val"].labels.tolist()


def test_the_order_of_the_mapping_decides_nothing(root):
    wanted = cvlib.load_dataset("imagenet", "val", root=root)
    lines = (root / imagenet.MAPPING).read_text().splitlines()
    (root / imagenet.MAPPING).write_text("\n".join(reversed(lines)))

    dataset = cvlib.load_dataset("imagenet", "val", root=root)

    assert (dataset.classes, dataset.labels.tolist()) == (wanted.classes, wanted.labels.tolist())


def test_the_test_pictures_have_no_labels(root):
    with pytest.raises(ValueError, match=r"no split 'test': the labels .* were never published"):
        cvlib.load_dataset("imagenet", "test", root=root)


def test_without_train_there_is_val_alone(root):
    (root / imagenet.PICTURES / "train").rename(root / "elsewhere")

    splits = cvlib.data.open_dataset("imagenet", root=root)

    assert list(splits) == ["val"]
    with pytest.raises(ValueError, match="there is no ILSVRC/Data/CLS-LOC/train in"):
        splits["train"]
    with pytest.raises(DatasetLayoutError, match="cannot be trained on: no train"):
        splits.check()


def test_a_part_is_accepted_only_where_one_says_so(root):
    (root / imagenet.PICTURES / "val" / "ILSVRC2012_val_00000003.JPEG").unlink()
    for file in (root / imagenet.PICTURES / "train" / SYNSETS[1]).iterdir():
        file.unlink()
    file.parent.rmdir()

    with pytest.raises(DatasetLayoutError, match=r"val holds 3 pictures, not 4\. .*sample=True"):
        cvlib.data.open_dataset("imagenet", root=root)
    splits = cvlib.data.open_dataset("imagenet", root=root, sample=True)

    assert splits["val"].labels.tolist() == [3, 0, 2]
    assert splits["train"].labels.tolist() == [0, 0, 2, 2, 3, 3]
    assert splits.check() is None


def test_a_training_class_that_is_missing_is_noticed(root):
    for file in (root / imagenet.PICTURES / "train" / SYNSETS[1]).iterdir():
        file.unlink()

    with pytest.raises(DatasetLayoutError, match="train has no pictures of 1 of 4 synsets"):
        cvlib.data.open_dataset("imagenet", root=root)


@pytest.mark.parametrize(("harm", "said"), [
    (lambda root: (root / imagenet.SOLUTION).unlink(), "no LOC_val_solution.csv in it. Expected"),
    (lambda root: (root / imagenet.MAPPING).unlink(), "no LOC_synset_mapping.txt in it"),
    (lambda root: (root / "ILSVRC").rename(root / "x"), "no ILSVRC/Data/CLS-LOC/val in it"),
    (lambda root: (root / imagenet.MAPPING).write_text("n01440764 tench\n"), "names 1 synsets, not 4"),
    (lambda root: save(root / imagenet.PICTURES / "val" / "mine.JPEG"), "1 pictures, mine.JPEG among them"),
    (lambda root: (root / imagenet.PICTURES / "train" / "cats").mkdir(), "holds cats, which LOC_synset"),
    (lambda root: [file.rename(root / file.name) for file in (root / imagenet.PICTURES / "val").iterdir()],
     "holds 0 pictures, not 4. Its folders are not read: the pictures lie loose"),
])
def test_a_tree_that_is_not_whole_is_told_what_is_wrong(root, harm, said):
    harm(root)

    with pytest.raises(DatasetLayoutError) as error:
        cvlib.data.open_dataset("imagenet", root=root)

    assert said in str(error.value)


@pytest.mark.parametrize("place", ["..", "ILSVRC", "ILSVRC/Data", imagenet.PICTURES,
                                   f"{imagenet.PICTURES}/val"])
def test_a_folder_above_or_below_is_told_which_one_is_meant(root, place):
    with pytest.raises(DatasetLayoutError, match=f"Did you mean {root}"):
        cvlib.data.open_dataset("imagenet", root=(root / place).resolve())


def test_a_large_training_tree_comes_from_its_index(root, monkeypatch):
    wanted = cvlib.load_dataset("imagenet", "train", root=root)
    monkeypatch.setattr("cvlib.data.index.LARGE", 3)
    for folder in [root / imagenet.PICTURES / "train", *(root / imagenet.PICTURES / "train").iterdir()]:
        os.utime(folder, (1e9, 1e9))

    dataset = [cvlib.load_dataset("imagenet", "train", root=root) for _ in range(2)][-1]

    assert isinstance(dataset.paths, PathTable)
    assert list(dataset.paths) == wanted.paths
    assert (np.asarray(dataset.labels) == wanted.labels).all()
    assert not dataset.labels.flags.owndata


@pytest.mark.data
def test_the_sample_of_imagenet_is_read(intel_photographs):
    root = os.path.join(os.environ["CVLIB_DATA"], "imagenet-mini")

    dataset = cvlib.load_dataset("imagenet", "val", root=root, sample=True)

    assert len(dataset) == 100
    assert dataset.classes[576] == "n03447447 gondola"
    assert min(dataset[0][0].size) == 320
