"""The drawn scenes: the same everywhere, six classes in equal parts."""
import hashlib
import subprocess
import sys

import numpy as np

import cvlib
from cvlib.data.intel import CLASSES
from cvlib.data.scenes import EDITION


def test_scenes_are_the_same_in_another_process():
    code = ("import cvlib, hashlib; d = cvlib.load_dataset('scenes', 'test'); "
            "print(hashlib.sha256(b''.join(d.image(i).tobytes() for i in range(12))).hexdigest())")

    digests = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
               for _ in range(2)}

    assert len(digests) == 1


def test_a_change_of_any_brush_is_a_new_edition():
    """Records and cached pictures go by EDITION: raise it, then write the new digest here."""
    dataset = cvlib.load_dataset("scenes", "test")
    pixels = b"".join(dataset.image(i).tobytes() for i in range(18))

    assert (EDITION, hashlib.sha256(pixels).hexdigest()[:12]) == (2, "7c0477be9b3c")


def test_scenes_have_intels_classes_in_equal_parts():
    splits = {split: cvlib.load_dataset("scenes", split) for split in ("train", "val", "test")}

    assert splits["train"].classes == list(CLASSES)
    assert all(len(set(np.bincount(dataset.labels))) == 1 for dataset in splits.values())
    assert splits["val"].image(0).size == (150, 150)
    assert splits["val"].image(0).tobytes() != splits["train"].image(0).tobytes()
