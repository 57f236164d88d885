"""ImageNet in Kaggle's tree: labels by synset rank, a part only where one says so."""
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import timm
from PIL import Image
from torchvision.models._meta import _IMAGENET_CATEGORIES

import cvlib
from cvlib.data import imagenet, imagenet_tables
from cvlib.data.content import describe
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
    monkeypatch.setattr(imagenet_tables, "synsets", lambda: tuple(SYNSETS))
    monkeypatch.setattr(imagenet_tables, "NUM_VAL", 4)
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

    with pytest.raises(DatasetLayoutError, match=r"3 pictures, not 4: missing are .*_00000003\..*sample"):
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


def val(root):
    return root / imagenet.PICTURES / "val"


def said_of(root):
    """What a person is told."""
    with pytest.raises(DatasetLayoutError) as error:
        cvlib.data.open_dataset("imagenet", root=root)
    return str(error.value)


@pytest.mark.parametrize(("harm", "said"), [
    (lambda root: (root / imagenet.SOLUTION).unlink(), "no LOC_val_solution.csv in it. Expected"),
    (lambda root: (root / imagenet.MAPPING).unlink(), "no LOC_synset_mapping.txt in it"),
    (lambda root: (root / "ILSVRC").rename(root / "x"), "no ILSVRC/Data/CLS-LOC/val in it"),
    (lambda root: [(root / "ILSVRC").rename(root / "x"), (root / "ILSVRC2012_img_val.tar").touch()],
     "ILSVRC2012_img_val.tar is in it: unpack that first"),
    (lambda root: [(root / imagenet.PICTURES / "train").rename(root / "train"),
                   shutil.rmtree(root / "ILSVRC")],
     "Class folders lie in its train, as torchvision's ImageFolder wants them"),
    (lambda root: save(val(root) / "mine.JPEG"), "LOC_val_solution.csv has no row for mine.JPEG."),
    (lambda root: save(val(root) / "ILSVRC2012_test_00000001.JPEG"), "whose labels were never published"),
    (lambda root: [file.rename(root / file.name) for file in val(root).iterdir()],
     "holds no pictures. Its folders are not read: the pictures lie loose"),
    (lambda root: (root / imagenet.PICTURES / "train" / "cats").mkdir(),
     "holds cats, which LOC_synset_mapping.txt does not name. A class folder is called by its synset"),
])
def test_a_tree_that_is_not_whole_is_told_what_is_wrong(root, harm, said):
    harm(root)

    assert said in said_of(root)


def test_pictures_sorted_into_class_folders_are_not_taken_for_missing(root):
    for name, label in VAL.items():
        (val(root) / SYNSETS[label]).mkdir(exist_ok=True)
        (val(root) / f"{name}.JPEG").rename(val(root) / SYNSETS[label] / f"{name}.JPEG")

    assert "Its class folders (3) are not read: Kaggle's val has its pictures loose" in said_of(root)


def test_pictures_a_folder_too_deep_are_told_to_move_up(root):
    val(root).rename(root / "val")
    (val(root)).mkdir()
    (root / "val").rename(val(root) / "images")

    assert "Those in images lie a level too deep: move them up" in said_of(root)


def test_training_folders_a_level_deeper_are_found(root):
    train = root / imagenet.PICTURES / "train"
    train.rename(root / "train")
    train.mkdir()
    (root / "train").rename(train / "train")

    assert "The class folders lie a level deeper, in train: move them up" in said_of(root)


def test_a_flat_training_folder_is_no_class(root):
    train = root / imagenet.PICTURES / "train"
    for file in list(train.rglob("*.JPEG")):
        file.rename(train / file.name)

    assert "has no pictures of 4 of 4 synsets. " in said_of(root)
    assert "left out 8 pictures beside the class folders" in said_of(root)
    with pytest.raises(DatasetLayoutError, match="has no pictures of 4 of 4"):
        cvlib.data.open_dataset("imagenet", root=root, sample=True)


def mapped(change):
    """Lines of the mapping, changed."""
    return lambda root: (root / imagenet.MAPPING).write_text(
        "\n".join(change((root / imagenet.MAPPING).read_text().splitlines())))


def answered(change):
    """Rows of the solution without their header, changed."""
    def harm(root):
        header, *rows = (root / imagenet.SOLUTION).read_text().splitlines()
        (root / imagenet.SOLUTION).write_text("\n".join([header, *change(rows)]))
    return harm


@pytest.mark.parametrize(("harm", "said"), [
    (mapped(lambda lines: lines[:1]), "names 1 synsets, not 4: n01443537, n02037110, n04458633 are missing"),
    (mapped(lambda lines: [*lines, lines[0]]), "has more than one line for n01440764"),
    (mapped(lambda lines: [*lines[1:], "n99999999 unicorn"]), "n99999999 among its 4 first words are no"),
    (mapped(lambda lines: [f"{i} {line}" for i, line in enumerate(lines)]), "Is it of another ImageNet?"),
    (answered(lambda rows: rows[:3]), "has answers for 3 pictures, not 4. For a part of ImageNet say so"),
    (answered(lambda rows: []), "has answers for 0 pictures, not 4. For a part"),
    (answered(lambda rows: [f"{row.split(',')[0]},1 0 0 9 9" for row in rows]),
     "the first of them with '1'. In LOC_sample_submission.csv"),
    (answered(lambda rows: [row.split(",")[0] for row in rows]), "the first of them with ''"),
    (answered(lambda rows: [*rows, "ILSVRC2012_val_00000002,n04458633 1 2 3 4"]),
     "gives ILSVRC2012_val_00000002 two different synsets"),
    (answered(lambda rows: [f"n01440764_{i},n01440764 1 2 3 4" for i in range(9)]),
     "is it LOC_train_solution.csv, renamed?"),
    (lambda root: (root / imagenet.SOLUTION).write_text("ImageId;PredictionString\na;n01440764 1 2 3 4"),
     "starts with 'ImageId;PredictionString': it is separated by semicolons"),
    (lambda root: (root / imagenet.SOLUTION).write_text(""), "starts with '': it is empty"),
    (lambda root: (root / imagenet.SOLUTION).write_text("a,b"), "starts with 'a,b': is it another table?"),
    (lambda root: (root / imagenet.MAPPING).write_text("n01440764 tench", "utf-16"), "is not UTF-8"),
])
def test_a_table_that_says_something_else_is_refused_with_what_it_looks_like(root, harm, said):
    harm(root)

    assert said in said_of(root)


def test_a_picture_with_its_boxes_in_several_rows_is_one_picture(root):
    answered(lambda rows: [*rows, "ILSVRC2012_val_00000002,n01440764 9 9 10 10"])(root)

    assert cvlib.load_dataset("imagenet", "val", root=root).labels.tolist() == [3, 0, 2, 2]


def test_one_split_is_opened_without_the_other(root):
    shutil.rmtree(val(root))
    val(root).mkdir()

    assert len(cvlib.load_dataset("imagenet", "train", root=root)) == 8
    with pytest.raises(DatasetLayoutError, match="holds no pictures"):
        cvlib.load_dataset("imagenet", "val", root=root)


def test_the_data_are_known_by_names_and_sizes_without_decoding_one(root):
    before = describe(cvlib.open_dataset("imagenet", root=root))
    file = next(val(root).iterdir())
    size = file.stat().st_size

    file.write_bytes(b"\0" * size)
    same = describe(cvlib.open_dataset("imagenet", root=root))
    file.write_bytes(b"\0" * (size + 1))
    other = describe(cvlib.open_dataset("imagenet", root=root))

    assert (same["hash"], same["sizes"]) == (before["hash"], {"train": 8, "val": 4})
    assert other["hash"] != before["hash"]


def test_the_thousand_synsets_are_timms_and_gondola_is_576():
    timms = Path(timm.__file__).parent / "data" / "_info" / "imagenet_synsets.txt"

    assert list(imagenet_tables.synsets()) == timms.read_text().split()
    assert imagenet_tables.synsets()[576] == "n03447447"


@pytest.mark.data
def test_torchvisions_categories_are_in_the_order_of_the_mapping(imagenet_mini):
    classes = cvlib.load_dataset("imagenet", "val", root=imagenet_mini, sample=True).classes

    named = [name.split(" ", 1)[1] for name in classes]

    assert [place for place, (ours, theirs) in enumerate(zip(named, _IMAGENET_CATEGORIES, strict=True))
            if ours != theirs] == [134, 639]  # "crane bird" and "maillot tank suit", told from 517 and 638
    assert (_IMAGENET_CATEGORIES[576], named[576]) == ("gondola", "gondola")


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
def test_the_sample_of_imagenet_is_read(imagenet_mini):
    dataset = cvlib.load_dataset("imagenet", "val", root=imagenet_mini, sample=True)

    assert len(dataset) == 100
    assert dataset.classes[576] == "n03447447 gondola"
    assert min(dataset[0][0].size) == 320
    with pytest.raises(DatasetLayoutError, match="has answers for 100 pictures, not 50,000"):
        cvlib.load_dataset("imagenet", "val", root=imagenet_mini)
