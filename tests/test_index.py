"""The index of a large tree: read once, kept flat, never stale, shared by processes."""
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import cvlib
from cvlib.data import index as index_module
from cvlib.data.index import Index, PathTable, read_index
from cvlib.data.listing import Listing
from cvlib.data.pictures import FilePictures, pictures_from_json
from cvlib.data.tree import read_tree

ODD = os.fsdecode(b"caf\xe9\n")


@pytest.fixture
def keep(tmp_path, monkeypatch):
    """Where indices are kept; from three files on, a tree is large."""
    monkeypatch.setattr(index_module, "LARGE", 3)
    return tmp_path / "index"


@pytest.fixture
def root(tmp_path):
    """Seven files in three classes, last touched long ago."""
    for name, count in (("b", 2), (ODD, 4), ("a", 1)):
        (tmp_path / "tree" / name).mkdir(parents=True)
        for i in range(count):
            (tmp_path / "tree" / name / f"{ODD}{i}.JPG").write_bytes(bytes(i))
    settle(tmp_path / "tree")
    return tmp_path / "tree"


def settle(root):
    for folder in [root, *root.rglob("*/")]:
        if folder.is_dir():
            os.utime(folder, (1e9, 1e9))


def test_a_large_tree_is_kept_and_read_the_same(root, keep):
    plain = Listing(root)
    plain.read()

    first, second = read_index(root, keep), read_index(root, keep)

    for index in (first, second):
        assert isinstance(index.paths, PathTable)
        assert list(index.paths) == index.paths[:] == plain.paths
        assert index.labels.tolist() == plain.labels.tolist() == [0, 1, 1, 2, 2, 2, 2]
        assert index.sizes.tolist() == [0, 0, 1, 0, 1, 2, 3]
        assert index.classes == ["a", "b", ODD]
        assert index.file.parent == keep


def test_paths_are_indexed_like_a_list(root, keep):
    paths = read_index(root, keep).paths

    assert paths[-1] == list(paths)[-1] == f"{ODD}/{ODD}3.JPG"
    assert paths[np.int64(1)] == f"b/{ODD}0.JPG"
    assert paths[1:5:2] == list(paths)[1:5:2]
    with pytest.raises(IndexError):
        paths[7]


def test_a_small_tree_is_not_kept(root, keep, monkeypatch):
    monkeypatch.setattr(index_module, "LARGE", 100)

    files = read_index(root, keep)

    assert isinstance(files.paths, list)
    assert not keep.exists()


def test_a_later_opening_lists_no_folder(root, keep, monkeypatch):
    read_index(root, keep)
    monkeypatch.setattr("os.scandir", lambda place: pytest.fail("it was listed again"))

    assert len(read_index(root, keep).paths) == 7


def test_an_index_made_from_inside_serves_from_everywhere(root, tmp_path, keep, monkeypatch):
    monkeypatch.chdir(root)
    read_index(Path("."), keep)
    monkeypatch.chdir("/")
    monkeypatch.setattr("os.scandir", lambda place: pytest.fail("it was listed again"))

    assert len(read_index(root, keep).paths) == 7


@pytest.mark.parametrize("change", [
    lambda root: (root / "a" / "new.jpg").write_bytes(b"x"),
    lambda root: (root / "b" / f"{ODD}0.JPG").unlink(),
    lambda root: (root / "b" / f"{ODD}0.JPG").rename(root / "b" / "0.jpg"), lambda root: (root / "c").mkdir(),
    lambda root: (root / "a").rename(root / "z"),
])
def test_a_changed_tree_is_read_anew(root, keep, change):
    read_index(root, keep)
    change(root)
    settle(root)  # a clock that was set back hides nothing
    plain = Listing(root)
    plain.read()

    index = read_index(root, keep)

    assert (list(index.paths), index.classes) == (plain.paths, plain.classes)


def test_a_tree_that_is_still_being_written_is_not_kept(root, keep):
    (root / "a" / "new.jpg").write_bytes(b"x")

    assert read_index(root, keep).file is None
    assert not list(keep.glob("*.index"))


@pytest.mark.parametrize("harm", [
    lambda file: file.write_bytes(file.read_bytes()[:-5]), lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(file.read_bytes()[:20]), lambda file: file.write_bytes(b"x" * 500),
    lambda file: (file.unlink(), file.symlink_to("nowhere")),
])
def test_a_harmed_index_is_made_again(root, keep, harm):
    first = read_index(root, keep)
    wanted = list(first.paths)
    harm(first.file)

    index = read_index(root, keep)

    assert list(index.paths) == wanted
    assert list(Index.open(first.file).paths) == wanted


def test_a_folder_that_cannot_be_written_costs_only_time(root, tmp_path, keep):
    (tmp_path / "file").write_bytes(b"x")

    index = read_index(root, tmp_path / "file" / "index")

    assert index.file is None
    assert len(pickle.loads(pickle.dumps(index)).paths) == 7


def test_another_process_maps_the_same_file(root, keep):
    index = read_index(root, keep)
    pictures = FilePictures(root, index.paths)

    pickled = pickle.dumps(pictures)
    again = [pickle.loads(pickled), pictures_from_json(pictures.as_json())]

    assert len(pickled) < 1000
    for other in again:
        assert list(other.paths) == list(index.paths)
        assert other.sizes().tolist() == index.sizes.tolist()
        assert not other.paths.index.sizes.flags.owndata


def test_of_processes_that_start_together_one_makes_the_index(root, keep):
    code = ("import sys, time; from pathlib import Path; from cvlib.data import index; index.LARGE = 3\n"
            "make = index._make\n"
            "index._make = lambda *them: print('made', flush=True) or time.sleep(1) or make(*them)\n"
            "print(len(index.read_index(Path(sys.argv[1]), Path(sys.argv[2])).paths))")
    command = [sys.executable, "-c", code, root, keep]

    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate()[0] for process in both)

    assert said == ["7\n", "made\n7\n"]


def test_what_is_left_out_is_remembered(root, keep):
    (root / "a" / "x.heic").write_bytes(b"x")
    settle(root)
    said = [read_index(root, keep).left_out for _ in range(2)]

    assert said[0] == said[1] == [
        f"{root}: left out 1 file of the class folders with suffixes that are not read (.heic 1)"]


def test_a_data_set_of_a_large_tree_is_used_as_any_other(tree, cache, monkeypatch):
    small = cvlib.data.open_dataset(tree / "train")
    monkeypatch.setattr(index_module, "LARGE", 10)
    settle(tree)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        large = cvlib.data.open_dataset(tree / "train")

    assert isinstance(large["train"].whole.paths, PathTable)
    for split in small:
        assert list(large[split].paths) == small[split].paths
        assert large[split].paths[1:3] == small[split].paths[1:3]
        assert (large[split].labels == small[split].labels).all()
        assert large[split][0][0].tobytes() == small[split][0][0].tobytes()
    assert large["train"].key() == small["train"].key()
    assert large["train"].stamp() == small["train"].stamp()
    assert read_tree("pets", tree / "train").dataset.pictures.sizes().min() > 0
