"""An audit finds each fault that was planted, and none where there is none."""
import json
import shutil
import tracemalloc

import imagehash
import numpy as np
import pytest
from PIL import Image, ImageEnhance
from scipy.spatial.distance import pdist, squareform

import cvlib
from conftest import named_random
from cvlib import audit as command
from cvlib import scenes
from cvlib.analysis import Audit, LabelVerdicts, PairVerdicts
from cvlib.data.audit import THRESHOLD, equal_groups, examine, odd_sizes
from cvlib.data.images import ImageDataset
from cvlib.data.perceptual import BITS, BLOCK, dct_hash, near_pairs
from cvlib.data.pictures import FilePictures
from cvlib.data.pooled import Pool, pool


def differ(a, b):
    return (dct_hash(a) ^ dct_hash(b)).bit_count()


def blobs(width=40, height=32, *, name):
    """Finer than conftest's pictures, whose few blobs make hashes that meet."""
    coarse = named_random(name).integers(256, size=(9, 9, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("size", [(150, 150), (150, 72), (33, 90)])
def test_the_hash_is_imagehashs(size):
    pictures = [scenes.draw("train", index).resize(size) for index in range(12)]

    assert [f"{dct_hash(image):016x}" for image in pictures] == [str(imagehash.phash(i)) for i in pictures]


def test_the_hash_is_the_printed_cosine_transform():
    image = scenes.draw("train", 3)
    grey = np.asarray(image.convert("L").resize((32, 32), Image.Resampling.LANCZOS), float)
    cosines = np.cos(np.pi * np.outer(np.arange(8), 2 * np.arange(32) + 1) / 64)
    low = cosines @ grey @ cosines.T

    bits = "".join("1" if value > np.median(low) else "0" for value in low.ravel())

    assert dct_hash(image) == int(bits, 2)
    assert bits.count("1") == BITS / 2


def test_small_changes_move_the_hash_less_than_the_threshold_and_other_pictures_more():
    image = scenes.draw("train", 5)
    darker = ImageEnhance.Brightness(image).enhance(0.8)
    smaller = image.resize((120, 120), Image.Resampling.BILINEAR)

    assert max(differ(image, darker), differ(image, smaller)) <= THRESHOLD
    assert differ(image, scenes.draw("train", 6)) > THRESHOLD


def test_pairs_are_scipys_whatever_the_block():
    random = np.random.default_rng(0)
    bits = random.integers(2, size=(2 * BLOCK + 7, 64))
    bits[BLOCK] = bits[3]  # one pair across two blocks, one within
    bits[5] = bits[4]
    hashes = [int("".join(map(str, row)), 2) for row in bits]

    pairs = near_pairs(hashes, 20)

    distances = np.rint(64 * squareform(pdist(bits, "hamming"))).astype(int)
    rows, columns = np.nonzero(np.triu(distances <= 20, 1))
    np.testing.assert_array_equal(pairs.a, rows)
    np.testing.assert_array_equal(pairs.b, columns)
    np.testing.assert_array_equal(pairs.distance, distances[rows, columns])
    assert {(3, BLOCK), (4, 5)} <= set(zip(pairs.a.tolist(), pairs.b.tolist(), strict=True))


def test_not_all_pairs_are_held_at_once():
    hashes = np.random.default_rng(0).integers(2**63, size=8_000, dtype=np.uint64)

    tracemalloc.start()
    near_pairs(hashes, 4)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 40e6  # 64 million differences of 8 bytes would be 512 MB


@pytest.mark.parametrize("hashes", [[], [7]])
def test_of_fewer_than_two_there_is_no_pair(hashes):
    assert [len(column) for column in near_pairs(hashes, 64)] == [0, 0, 0]


def test_nobody_is_identical_with_what_could_not_be_read():
    assert equal_groups(["a", None, "b", None, "a", "a"]) == [[0, 4, 5]]
    assert odd_sizes([(2, 1), None, (1, 2), (2, 1)]) == ((2, 1), [2])
    assert odd_sizes([None]) == (None, [])


@pytest.fixture
def clean(tmp_path, cache):
    """train/ and test/ of cats and dogs, all different."""
    for split, count in (("train", 12), ("test", 4)):
        for name in ("cat", "dog"):
            folder = tmp_path / "pets" / split / name
            folder.mkdir(parents=True)
            for i in range(count):
                blobs(name=f"{split} {name} {i}").save(folder / f"{i:02d}.png")
    return tmp_path / "pets"


def examined(root):
    return examine(pool(cvlib.open_dataset(str(root))))


def unseen(found):
    """The audit that nobody's eye has looked at."""
    return Audit(found, PairVerdicts([]), LabelVerdicts([]))


def test_nothing_is_found_where_nothing_is_wrong(clean):
    found = examined(clean)

    assert found["pictures"] == {"train": 24, "test": 8}
    assert found["usual_size"] == (40, 32)
    findings = ("odd_sizes", "broken", "equal_files", "equal_pixels", "involved")
    assert [list(found[finding]) for finding in findings] == [[]] * 5
    assert [pair for pair in found["near"] if pair[2] <= THRESHOLD] == []


def test_a_copied_file_is_found(clean):
    shutil.copy(clean / "train/cat/00.png", clean / "train/cat/copy.png")

    found = examined(clean)

    assert found["equal_files"] == found["equal_pixels"] == [["train/cat/00.png", "train/cat/copy.png"]]
    assert found["involved"]["train/cat/00.png"]["file"] == found["involved"]["train/cat/copy.png"]["file"]
    assert found["near"] == []


def test_equal_pixels_in_other_bytes_are_found_under_another_label_and_in_the_test_set(clean):
    image = Image.open(clean / "train/cat/03.png")
    image.save(clean / "train/dog/other.png", compress_level=0)
    image.save(clean / "test/dog/leak.bmp")

    found = examined(clean)
    audit = unseen(found)

    assert found["equal_files"] == []
    assert found["equal_pixels"] == [["train/cat/03.png", "train/dog/other.png", "test/dog/leak.bmp"]]
    assert (audit.copied, len(audit.two_labels)) == ({"test/dog/leak.bmp"}, 1)
    assert len({found["involved"][path]["file"] for path in found["equal_pixels"][0]}) == 3


def test_a_picture_that_looks_alike_is_found_as_a_leak(clean):
    image = Image.open(clean / "train/cat/03.png")
    ImageEnhance.Color(image).enhance(0.5).save(clean / "test/cat/paler.png")

    found = examined(clean)

    near = [pair[:2] for pair in found["near"] if pair[2] <= THRESHOLD]
    assert [sorted(pair) for pair in near] == [["test/cat/paler.png", "train/cat/03.png"]]
    assert unseen(found).leaked == {"test/cat/paler.png"}
    assert found["equal_pixels"] == []


def test_copies_are_compared_with_others_once(clean):
    image = Image.open(clean / "train/cat/03.png")
    shutil.copy(clean / "train/cat/03.png", clean / "train/cat/copy.png")
    ImageEnhance.Color(image).enhance(0.5).save(clean / "train/cat/paler.png")

    found = examined(clean)

    assert sum(bits <= THRESHOLD for *_, bits in found["near"]) == 1
    assert unseen(found).families == [
        {f"train/cat/{name}.png" for name in ("03", "copy", "paler")}]


def test_an_odd_size_and_a_broken_file_are_named(clean):
    blobs(40, 20, name="low").save(clean / "train/dog/low.png")
    (clean / "test/dog/cut.png").write_bytes((clean / "test/dog/00.png").read_bytes()[:200])

    found = examined(clean)

    assert found["odd_sizes"] == ["train/dog/low.png"]
    assert found["involved"]["train/dog/low.png"]["size"] == (40, 20)
    assert list(found["broken"]) == ["test/dog/cut.png"]
    assert "replace or delete it" in found["broken"]["test/dog/cut.png"]
    assert found["involved"]["test/dog/cut.png"]["pixels"] is None


def test_where_nothing_can_be_decoded_the_reason_is_given(clean):
    for file in clean.rglob("*.png"):
        file.write_bytes(b"no picture")

    with pytest.raises(OSError, match=r"not one of 32 pictures can be decoded.*none of the formats"):
        examined(clean)


def test_a_pool_holds_every_picture_once_and_knows_the_test_set(clean, tmp_path):
    everything, tested = pool(cvlib.open_dataset(str(clean)))

    files = {str(path.relative_to(clean)) for path in clean.rglob("*.png")}
    assert set(everything.paths) == files
    assert len(everything.paths) == len(files)
    assert [path.startswith("test") for path in everything.paths] == tested.tolist()
    assert [everything.classes[label] for label in everything.labels] == [
        path.split("/")[1] for path in everything.paths]
    assert everything.image(0).tobytes() == Image.open(clean / everything.paths[0]).tobytes()


def test_a_pool_of_one_tree_takes_the_test_set_from_the_split(clean):
    splits = cvlib.open_dataset(str(clean / "train"))

    everything, tested = pool(splits)

    assert len(everything) == 24
    assert {path for path, test in zip(everything.paths, tested, strict=True) if test} == set(
        splits["test"].paths)


def test_drawings_have_no_files_to_audit(capsys):
    with pytest.raises(SystemExit, match=r"no file for each picture.*folder of your own"):
        command.main(["scenes", "--no-training"])


def test_the_command_writes_what_it_finds(clean, tmp_path, capsys):
    blobs(10, 10, name="odd").save(clean / "train/cat/odd.png")

    command.main([str(clean), "--no-training", "--out", str(tmp_path / "out")])

    audit = Audit.load("pets", tmp_path / "out")
    assert audit.found["odd_sizes"] == ["train/cat/odd.png"]
    assert audit.found["made"]["pillow"]
    assert "33 pictures, 0 cannot be decoded, 1 of another size than (40, 32)" in capsys.readouterr().out


@pytest.mark.data
def test_intels_findings_are_in_the_photographs(intel_photographs):
    """Every picture that a finding names is looked at again."""
    everything, tested = pool(cvlib.open_dataset("intel", root=intel_photographs))
    found = Audit.load().found
    rows = np.flatnonzero(np.isin(everything.paths, list(found["involved"])))
    files = FilePictures(everything.pictures.root, [everything.paths[row] for row in rows])
    some = Pool(ImageDataset("some", everything.classes, everything.labels[rows], files), tested[rows])

    again = json.loads(json.dumps(examine(some)))

    findings = ("equal_files", "equal_pixels", "odd_sizes", "near", "involved")
    assert {name: again[name] for name in findings} == {name: found[name] for name in findings}
