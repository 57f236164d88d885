"""The drawn scenes: the same everywhere, six classes in equal parts."""
import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cvlib
from cvlib import scenes
from cvlib.data.intel import CLASSES


def test_scenes_are_the_same_in_another_process():
    code = ("import cvlib.scenes as s, hashlib; "
            "print(hashlib.sha256(b''.join(s.draw('test', i).tobytes() for i in range(12))).hexdigest())")
    here = hashlib.sha256(b"".join(scenes.draw("test", i).tobytes() for i in range(12))).hexdigest()

    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert there.strip() == here


def test_a_change_of_any_brush_is_a_new_edition():
    """Records and cached pictures go by EDITION: raise it, then write the new digest here."""
    dataset = cvlib.load_dataset("scenes", "test")
    pixels = b"".join(dataset.image(i).tobytes() for i in range(18))

    assert (scenes.EDITION, hashlib.sha256(pixels).hexdigest()[:12]) == (2, "7c0477be9b3c")


def test_scenes_have_intels_classes_in_equal_parts():
    splits = cvlib.data.open_dataset("scenes")

    assert splits.classes == list(CLASSES) == list(scenes.CLASSES)
    assert {split: len(part) for split, part in splits.items()} == scenes.SIZES
    assert all(len(set(np.bincount(dataset.labels))) == 1 for dataset in splits.values())
    assert splits["val"].image(0).size == (150, 150)
    assert splits["val"].image(0).tobytes() != splits["train"].image(0).tobytes()
    assert splits.check() is None


@pytest.mark.parametrize("index", [-1, 600, 10**9])
def test_there_are_no_drawings_beyond_a_splits_end(index):
    with pytest.raises(IndexError, match=r"0 \.\.\. 599"):
        scenes.draw("test", index)


def test_a_split_ends_where_a_loop_does():
    dataset = cvlib.load_dataset("scenes", "val", transform=lambda image: None)

    assert sum(1 for _ in dataset) == 240
    assert dataset.image(-1).tobytes() == scenes.draw("val", 239).tobytes()


def test_the_painters_know_nothing_else_of_the_course():
    nodes = [node for path in Path(scenes.__file__).parent.glob("*.py")
             for node in ast.walk(ast.parse(path.read_text()))]
    imported = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}

    assert {name.split(".")[0] for name in imported} <= {"cvlib", "numpy", "PIL", "itertools"}
    assert all(name.startswith("cvlib.scenes") for name in imported if name.startswith("cvlib"))
