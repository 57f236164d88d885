"""CIFAR-10 in its two layouts, and what a wrong or a dangerous folder is told."""
import json
import pickle
import pickletools
import shutil

import numpy as np
import pytest
import torchvision
from PIL import Image

import cvlib
import cvlib.data
from conftest import named_random
from cvlib.data.cache import pixel_digests
from cvlib.data.cifar10 import BATCHES, CLASSES
from cvlib.data.pictures import pictures_from_json

EACH = 40  # pictures in a batch


class Python2Pickler(pickle._Pickler):
    """Writes bytes as Python 2 wrote its strings, which is how CIFAR's own files are written."""

    dispatch = pickle._Pickler.dispatch.copy()

    def save_bytes(self, text):
        self.write(b"T" + len(text).to_bytes(4, "little") + text)
        self.memoize(text)

    dispatch[bytes] = save_bytes


def dump(path, value):
    with open(path, "wb") as file:
        Python2Pickler(file, 2).dump(value)


def batch(name):
    random = named_random(name)
    return {b"batch_label": name.encode(), b"labels": random.permutation(EACH).__mod__(10).tolist(),
            b"data": random.integers(256, size=(EACH, 3072), dtype=np.uint8),
            b"filenames": [b"a_%d.png" % i for i in range(EACH)]}


@pytest.fixture
def batches(tmp_path, cache):
    """The python version, with 40 pictures a batch where there are 10,000."""
    folder = tmp_path / "cifar" / BATCHES
    folder.mkdir(parents=True)
    for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        dump(folder / name, batch(name))
    dump(folder / "batches.meta", {b"label_names": [name.encode() for name in CLASSES]})
    return folder.parent


@pytest.fixture
def pictures(tmp_path, cache):
    """A tree of pictures: 8 and 3 a class."""
    for part, count in (("train", 8), ("test", 3)):
        for name in CLASSES:
            folder = tmp_path / "jpeg" / part / name
            folder.mkdir(parents=True)
            for i in range(count):
                pixels = named_random(part, name, i).integers(256, size=(32, 32, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{i}.png")
    return tmp_path / "jpeg"


@pytest.mark.parametrize("named", ["", BATCHES])
@pytest.mark.parametrize("train", [True, False])
def test_torchvisions_files_give_torchvisions_pictures_and_labels(batches, monkeypatch, train, named):
    monkeypatch.setattr(torchvision.datasets.CIFAR10, "_check_integrity", lambda self: True)
    monkeypatch.setattr(torchvision.datasets.cifar, "check_integrity", lambda *_: True)
    theirs = torchvision.datasets.CIFAR10(batches, train=train)

    ours = cvlib.open_dataset("cifar10", root=batches / named)["train" if train else "test"].whole

    assert ours.classes == theirs.classes
    assert ours.labels.tolist() == theirs.targets
    assert all((np.asarray(ours.image(i)) == theirs.data[i]).all() for i in range(len(theirs)))


@pytest.mark.parametrize("layout", ["batches", "pictures"])
def test_a_tenth_is_validation_and_the_fifth_is_of_all_training_pictures(layout, request):
    root = request.getfixturevalue(layout)
    whole, fifth = (cvlib.open_dataset(name, root=root) for name in ("cifar10", "cifar10_fifth"))

    train = whole["train"].whole

    numbers = [int(digest, 16) // 10 % 5 for digest in pixel_digests(train)]
    assert list(whole) == list(fifth) == ["train", "val", "test"]
    assert sorted([*whole["train"].rows, *whole["val"].rows]) == list(range(len(train)))
    assert fifth["train"].rows.tolist() == [i for i, number in enumerate(numbers) if number == 0]
    assert set(fifth["val"].rows) < set(whole["val"].rows)
    assert not set(fifth["val"].rows) & set(fifth["train"].rows)
    assert (whole.name, fifth.name) == ("cifar10", "cifar10_fifth")
    assert fifth["test"].key() == whole["test"].key()


def test_pictures_of_batches_go_to_another_process_and_into_the_cache(batches):
    dataset = cvlib.load_dataset("cifar10", "test", root=batches)
    dataset.image(0)

    other = pictures_from_json(json.loads(json.dumps(dataset.pictures.as_json())))

    assert np.asarray(other.open(7)).tolist() == np.asarray(dataset.image(7)).tolist()
    assert len(pickle.dumps(dataset.pictures)) < 3000
    assert (cvlib.data.decoded(dataset, 32)[[7]][0] == np.asarray(dataset.image(7))).all()


def test_the_key_of_batches_follows_their_content(batches):
    dataset = cvlib.load_dataset("cifar10", "test", root=batches)
    key, stamp = dataset.key(), dataset.stamp()

    dump(batches / BATCHES / "test_batch", batch("another"))

    assert dataset.key() != key
    assert dataset.stamp() != stamp


def test_what_is_pickled_in_a_batch_is_never_called(batches, tmp_path):
    class Trap:
        def __reduce__(self):
            return (tmp_path / "sprung").write_text, ("",)

    with open(batches / BATCHES / "data_batch_2", "wb") as file:
        pickle.dump(batch("b") | {b"more": Trap()}, file)

    with pytest.raises(cvlib.data.DatasetLayoutError, match=r"data_batch_2 is no batch .* wants to call"):
        cvlib.open_dataset("cifar10", root=batches)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("protocol", [2, 4])
def test_batches_written_by_todays_python_are_read(batches, protocol):
    with open(batches / BATCHES / "test_batch", "wb") as file:
        pickle.dump({key.decode(): value for key, value in batch("t").items()}, file, protocol)

    dataset = cvlib.load_dataset("cifar10", "test", root=batches)

    planes = batch("t")[b"data"][3].reshape(3, 32, 32)
    assert np.asarray(dataset.image(3))[0, 5].tolist() == planes[:, 0, 5].tolist()


def test_the_generated_files_are_as_python_2_wrote_them(batches):
    names = {code.name for code, _, _ in pickletools.genops((batches / BATCHES / "test_batch").read_bytes())}

    assert "BINSTRING" in names
    assert not {"BINBYTES", "SHORT_BINBYTES"} & names


@pytest.mark.parametrize(("damaged", "said"), [
    (b"\x80", "is no batch of CIFAR-10"), ({b"labels": [0]}, "it has no 'data'"),
    ({b"labels": [0], b"data": np.zeros((1, 3072))}, "not \\(1, 3072\\) uint8"),
    ({b"labels": [0, 1], b"data": np.zeros((1, 3072), np.uint8)}, "not \\(2, 3072\\) uint8"),
    ({b"labels": [0.5], b"data": np.zeros((1, 3072), np.uint8)}, "labels are .* float64, not whole numbers"),
    ({b"labels": [[0]], b"data": np.zeros((1, 3072), np.uint8)}, r"labels are \(1, 1\) int64"),
    ({b"labels": [10], b"data": np.zeros((1, 3072), np.uint8)}, "has labels 10 ... 10"),
    ([], "is no batch of CIFAR-10"),
])
def test_a_damaged_batch_is_named(batches, damaged, said):
    path = batches / BATCHES / "test_batch"
    path.write_bytes(damaged) if isinstance(damaged, bytes) else dump(path, damaged)

    with pytest.raises(cvlib.data.DatasetLayoutError, match=said):
        cvlib.open_dataset("cifar10", root=batches)


def test_a_batch_that_is_not_there_is_named(batches):
    (batches / BATCHES / "data_batch_3").unlink()

    with pytest.raises(cvlib.data.DatasetLayoutError, match="is not whole: no data_batch_3 in it"):
        cvlib.open_dataset("cifar10", root=batches)


@pytest.mark.parametrize(("folder", "hint"), [
    ("jpeg/train", "name the folder above"), (".", "Did you mean .*jpeg"),
    ("jpeg/test/frog", "Expected cifar"), ("renamed", "give it that name"),
    ("binary", "the binary version"), ("hundred", "CIFAR-100"),
    ("packed", "cifar-10-python.tar.gz is packed"), ("other", "no test in it"),
])
def test_a_wrong_folder_is_told_which_mistake_it_looks_like(pictures, folder, hint):
    above = pictures.parent
    for name in ("renamed/data_batch_1", "binary/cifar-10-batches-bin/data_batch_1.bin",
                 "hundred/cifar-100-python/train", "packed/cifar-10-python.tar.gz"):
        (above / name).parent.mkdir(parents=True)
        (above / name).touch()
    shutil.copytree(pictures / "train", above / "other" / "train")

    with pytest.raises(cvlib.data.DatasetLayoutError, match=hint):
        cvlib.open_dataset("cifar10", root=above / folder)


def test_a_tree_of_other_classes_is_refused(pictures):
    (pictures / "test" / "frog").rename(pictures / "test" / "toad")

    with pytest.raises(cvlib.data.DatasetLayoutError, match=r"has the classes .*toad.*, not airplane"):
        cvlib.open_dataset("cifar10", root=pictures)


def test_who_has_no_cifar_is_told_where_it_is_published(cache, monkeypatch):
    monkeypatch.delenv("CVLIB_DATA", raising=False)

    with pytest.raises(cvlib.data.DatasetNotFound, match=r"cs\.toronto\.edu/~kriz/cifar") as error:
        cvlib.open_dataset("cifar10_fifth")
    assert "--root DIR" in str(error.value)
