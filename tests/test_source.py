"""Decoded once or on the fly: the same squares and sums, windows as drawn; what tells data apart."""
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.stats import ks_2samp
from torchvision.transforms import RandomErasing, RandomResizedCrop

import cvlib
from cvlib.data import cache as cache_module
from cvlib.data import decode
from cvlib.data import source as source_module
from cvlib.data.content import describe
from cvlib.data.draws import uniform
from cvlib.data.preprocess import Preprocess
from cvlib.data.source import open_source
from cvlib.data.windows import Windows, erased
from cvlib.recipes import Erase, Zoom

PREPROCESS = Preprocess(32, 28)
IMAGENETS = Zoom(area=(0.08, 1.0), ratio=(3 / 4, 4 / 3))


def draw(numbers, slot):
    return uniform(0, 0, numbers, slot)


def windows(zoom, count, **options):
    return Windows(zoom, "bilinear", np.arange(count), draw, **options)


@pytest.fixture
def photographs(tmp_path, cache):
    """Large smooth JPEGs, wide and tall."""
    random = np.random.default_rng(0)
    for split in ("train", "test"):
        for name, size in (("tall", (300, 420)), ("wide", (420, 300))):
            folder = tmp_path / "photographs" / split / name
            folder.mkdir(parents=True)
            for i in range(3):
                coarse = Image.fromarray(random.integers(256, size=(4, 5, 3), dtype=np.uint8))
                coarse.resize(size, Image.Resampling.BICUBIC).save(folder / f"{i}.jpg", quality=95)
    return cvlib.load_dataset(str(tmp_path / "photographs"), "test")


@pytest.fixture
def asked(monkeypatch):
    """The ``least`` of every picture that is opened, in turn."""
    least, open_picture = [], decode.open_picture

    def noted(path, **options):
        least.append(options["least"])
        return open_picture(path, **options)

    monkeypatch.setattr("cvlib.data.pictures.open_picture", noted)
    return least


def test_both_sources_give_the_same_squares_and_the_same_sums(tree):
    dataset = cvlib.load_dataset(str(tree), "train")
    indices = np.array([5, 0, 9])

    decoded, fly = (open_source(dataset, PREPROCESS, kind=kind) for kind in ("decoded", "on the fly"))

    np.testing.assert_array_equal(fly.stored(indices), decoded.stored(indices))
    np.testing.assert_array_equal(fly.statistics.total[1], decoded.statistics.total[1])
    np.testing.assert_array_equal(fly.statistics.counts, decoded.statistics.counts)
    assert fly.statistics.total[0] == decoded.statistics.total[0] == len(dataset) < len(dataset.whole)


def test_the_sums_of_pictures_on_the_fly_are_remembered(tree, monkeypatch):
    dataset = cvlib.load_dataset(str(tree), "train")
    first = open_source(dataset, PREPROCESS, kind="on the fly").statistics.mean_picture
    monkeypatch.setattr("cvlib.data.pictures.open_picture", None)

    again = open_source(dataset, PREPROCESS, kind="on the fly").statistics.mean_picture

    np.testing.assert_array_equal(again, first)


def test_small_sets_are_decoded_and_large_ones_are_not(tree, monkeypatch):
    dataset = cvlib.load_dataset(str(tree), "test")
    small = open_source(dataset, PREPROCESS).kind
    monkeypatch.setattr(source_module, "LARGEST", 10 * 32 * 32 * 3 - 1)

    assert (small, open_source(dataset, PREPROCESS).kind) == ("decoded", "on the fly")


def test_a_disk_without_room_is_said_and_what_is_decoded_already_is_used(tree, monkeypatch):
    dataset = cvlib.load_dataset(str(tree), "test")
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1000))

    with pytest.warns(UserWarning, match="set CVLIB_CACHE to a folder on a larger disk"):
        fly = open_source(dataset, PREPROCESS)
    open_source(dataset, PREPROCESS, kind="decoded")

    assert fly.kind == "on the fly"
    assert open_source(dataset, PREPROCESS).kind == "decoded"


def test_another_kind_is_refused(tree):
    with pytest.raises(ValueError, match="auto, decoded, on the fly"):
        open_source(cvlib.load_dataset(str(tree), "test"), PREPROCESS, kind="streamed")


def test_windows_are_cut_from_the_whole_picture_on_the_fly_and_from_the_square_otherwise(photographs):
    whole = windows(Zoom(area=(1.0, 1.0), ratio=(0.1, 10.0)), 6)
    indices = np.arange(6)

    fly, decoded = (open_source(photographs, PREPROCESS, kind=kind).windows(indices, whole, 28)
                    for kind in ("on the fly", "decoded"))

    assert (fly != decoded).any((1, 2, 3)).all()


def test_a_window_on_the_fly_is_that_of_the_picture_at_full_scale_but_for_the_decoder(photographs):
    zoom, indices = windows(IMAGENETS, 6), np.arange(6)

    cut = open_source(photographs, PREPROCESS, kind="on the fly").windows(indices, zoom, 28)

    full = np.stack([np.asarray(zoom.cut(i, photographs.image(i), 28)) for i in indices])
    assert np.abs(cut.astype(int) - full).mean() < 2


def test_jpegs_are_decoded_at_reduced_scale_for_windows_and_fully_for_squares(photographs, asked):
    source = open_source(photographs, PREPROCESS, kind="on the fly")

    source.windows(np.arange(6), windows(Zoom(area=(1.0, 1.0)), 6), 28)
    source.stored(np.arange(6))

    assert asked == [28] * 6 + [None] * 6


def test_a_window_has_the_pixels_that_it_needs_however_the_picture_is_reduced(photographs, asked):
    zoom, sides, widths = windows(IMAGENETS, 6), [], []

    def noted(place, image, side):
        sides.append(min(zoom.box(place, image.size)[2:]))
        widths.append(image.width)
        return Image.new("RGB", (side, side))

    cutter = SimpleNamespace(least=zoom.least, box=zoom.box, cut=noted)
    open_source(photographs, PREPROCESS, kind="on the fly").windows(np.arange(6), cutter, 56)

    assert min(sides) >= 56
    assert min(widths) < 300
    assert asked.count(None) == 1, "one of these pictures draws a shape that does not fit it"


@pytest.mark.parametrize("size", [(500, 375), (300, 300), (100, 900)], ids=str)
def test_windows_are_distributed_as_torchvisions(size):
    zoom, image = windows(IMAGENETS, 1500), Image.new("RGB", size)

    ours = np.array([zoom.box(i, size) for i in range(1500)])

    theirs = np.array([RandomResizedCrop.get_params(image, IMAGENETS.area, IMAGENETS.ratio)
                       for _ in range(1500)])[:, [1, 0, 3, 2]]
    assert (ours[:, :2] >= 0).all()
    assert (ours[:, :2] + ours[:, 2:] <= np.array(size) + 1e-9).all()
    np.testing.assert_allclose(ours.mean(0), theirs.mean(0), atol=0.025 * max(size))
    if ours[:, 2].std() > 1:
        assert ks_2samp(np.rint(ours[:, 2]), theirs[:, 2]).pvalue > 1e-3
        assert ks_2samp(np.rint(ours[:, 3]), theirs[:, 3]).pvalue > 1e-3


def test_erased_boxes_are_distributed_as_torchvisions():
    value, numbers = Erase(probability=1.0), np.arange(1500)

    boxes = erased(value, 100, numbers, draw)

    image = torch.zeros(3, 100, 100)
    theirs = np.array([RandomErasing.get_params(image, value.area, value.ratio)[:4] for _ in numbers])
    across, down = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    assert boxes.min() >= 0
    assert boxes.max() <= 100
    assert ks_2samp(down, theirs[:, 2]).pvalue > 1e-3
    assert ks_2samp(across, theirs[:, 3]).pvalue > 1e-3
    assert ks_2samp(boxes[:, 0], theirs[:, 1]).pvalue > 1e-3
    assert ks_2samp(boxes[:, 1], theirs[:, 0]).pvalue > 1e-3


def test_only_some_pictures_are_erased():
    boxes = erased(Erase(probability=0.25), 100, np.arange(2000), draw)

    assert 0.2 < boxes.any(1).mean() < 0.3


@pytest.mark.data
def test_intels_hash_is_that_of_the_committed_records(intel_photographs):
    said = describe(cvlib.open_dataset("intel", root=intel_photographs))

    assert said["hash"] == "164f0241e40e6f78"
    assert said["sizes"] == {"train": 12604, "val": 1435, "test": 3000}
    assert said["name"] == "intel"


def test_the_hash_of_a_data_set_is_of_its_pixels_and_labels(tree):
    before = describe(cvlib.open_dataset(str(tree)))
    for path in sorted((tree / "test").rglob("*.png")):
        Image.open(path).save(path.with_suffix(".bmp"))
        path.unlink()
    same = describe(cvlib.open_dataset(str(tree)))
    (tree / "test" / "cat" / "004.bmp").rename(tree / "test" / "dog" / "00.bmp")  # the same order of pictures

    assert same == before
    assert describe(cvlib.open_dataset(str(tree)))["hash"] != before["hash"]


@pytest.fixture
def large(tree, monkeypatch):
    """Files that nobody may open or read, as if there were too many."""
    monkeypatch.setattr(cache_module, "LARGE", 1000)
    monkeypatch.setattr("cvlib.data.pictures.open_picture", None)
    monkeypatch.setattr("cvlib.data.pictures.FilePictures.key", None)
    shutil.copytree(tree / "test", tree / "val")
    return tree


def test_a_large_data_set_is_known_by_paths_sizes_and_labels(large):
    before = describe(cvlib.open_dataset(str(large)))
    again = describe(cvlib.open_dataset(str(large)))
    with open(large / "test" / "cat" / "000.png", "ab") as file:
        file.write(b"more")

    assert again == before
    assert describe(cvlib.open_dataset(str(large)))["hash"] != before["hash"]


def test_the_sums_of_a_large_data_set_are_found_without_reading_it(large, monkeypatch):
    with monkeypatch.context() as allowed:
        allowed.setattr("cvlib.data.pictures.open_picture", decode.open_picture)
        first = open_source(cvlib.load_dataset(str(large), "val"), PREPROCESS, kind="on the fly").statistics

    again = open_source(cvlib.load_dataset(str(large), "val"), PREPROCESS, kind="on the fly").statistics

    np.testing.assert_array_equal(again.counts, first.counts)
