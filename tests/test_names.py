"""Names are shown so that a terminal can, compared so that two forms are one, and safe inside other names."""
import os
import unicodedata

import pytest

from cvlib.data.names import BUILT_IN, dataset_name, escaped, ignored, normal, printable
from cvlib.data.opening import DATASETS

LATIN = os.fsdecode(b"caf\xe9")


@pytest.mark.parametrize(("name", "shown"), [
    ("cat 1.png", "cat 1.png"), ("caf\u00e9", "caf\u00e9"), (LATIN, r"caf\xe9"), ("a\nb\tc", r"a\nb\tc"),
    ("\u202egpj.x", r"\u202egpj.x"), ("\ud800", r"\ud800"), ("\x00\x7f", r"\x00\x7f"),
])
def test_what_cannot_be_shown_is_escaped(name, shown):
    assert printable(name) == shown
    assert printable(name).isprintable()
    assert printable(name).encode().decode() == shown


def test_two_forms_of_one_name_are_told_apart_by_their_escapes():
    composed, apart = "caf\u00e9", unicodedata.normalize("NFD", "caf\u00e9")

    assert (escaped(composed), escaped(apart)) == (r"caf\xe9", r"cafe\u0301")
    assert normal(composed) == normal(apart) == composed


@pytest.mark.parametrize("name", [".DS_Store", "._x.jpg", ".ipynb_checkpoints", "__MACOSX", "Thumbs.db",
                                  "thumbs.DB", "desktop.ini", "Desktop.ini"])
def test_what_machines_leave_behind_is_passed_over(name):
    assert ignored(name)


@pytest.mark.parametrize("name", ["cat", "MACOSX", "thumbs", "1.jpg", "-x.jpg", "_"])
def test_what_people_name_is_not(name):
    assert not ignored(name)


@pytest.mark.parametrize(("folder", "name"), [
    ("pets", "pets"), ("", "folder"), ("..", "folder"), ("-rf", "rf"), ("--", "folder"), (".hid", "hid"),
    ("a/b\\c:d", "a_b_c_d"), ("a\nb", "a_b"), (LATIN, "caf_"), ("cafe\u0301", "caf\u00e9"), ("x. ", "x"),
    *((name, f"folder-{name}") for name in BUILT_IN), ("Intel", "folder-Intel"), ("-intel", "folder-intel"),
])
def test_a_data_sets_name_is_safe_inside_a_folders_name(folder, name):
    assert dataset_name(folder) == name


def test_a_data_sets_name_is_short_enough_for_a_folders_name():
    assert 90 < len(dataset_name(255 * "\u00e9").encode()) <= 100


def test_every_built_in_data_set_has_its_name_for_itself():
    assert set(DATASETS) <= set(BUILT_IN)
