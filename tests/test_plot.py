"""Charts draw what they were given, in the book's style, and leave no figure behind that nobody asked for."""
import pkgutil
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from drawn import drawn, style  # noqa: F401
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from PIL import Image

from cvlib import analysis, diagrams, plot, widgets
from cvlib.notebook import PREFIX, glue


def test_the_style_finds_its_own_fonts():
    found = matplotlib.font_manager.findfont("Source Sans 3", fallback_to_default=False)

    assert "cvlib" in found


def test_curves_draw_every_run_thin_and_their_mean_thick():
    runs = [[1.0, 2.0, 4.0], [3.0, 4.0, 4.0]]

    ax = plot.curves(runs, family="alexnet", label="two seeds")

    lines = {line.get_linewidth(): line for line in ax.lines}
    assert [list(line.get_ydata()) for line in ax.lines] == [*runs, [2.0, 3.0, 4.0]]
    assert list(lines[2.4].get_ydata()) == [2.0, 3.0, 4.0]
    assert {to_hex(line.get_color()).upper() for line in ax.lines} == {plot.FAMILY["alexnet"]}
    assert drawn(ax) == ["two seeds"]


def test_a_confusion_matrix_writes_the_diagonal_and_colours_the_errors():
    confusion = np.array([[90, 10], [1, 199]])

    ax = plot.confusion_matrix(confusion, ["cat", "dog"], family="resnet")

    assert {"90", "10", "0.5", "100"} <= set(drawn(ax))
    assert np.allclose(ax.images[0].get_array(), [[0, 10], [0.5, 0]])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]


def test_a_class_without_pictures_leaves_an_empty_row():
    ax = plot.confusion_matrix(np.array([[4, 0], [0, 0]]), ["cat", "dog"], family="vgg")

    assert np.isfinite(ax.images[0].get_array()).all()


def test_paired_shares_put_each_value_on_its_row():
    shares = {"parameters": [0.1, 0.9], "work": [0.6, 0.4]}

    ax = plot.paired_shares(["conv", "fc"], shares, family="alexnet")

    assert [collection.get_offsets().tolist() for collection in ax.collections[1:]] == [
        [[10, 0], [90, 1]], [[60, 0], [40, 1]]]


def test_shares_are_written_on_the_outer_side_of_their_marks():
    ax = plot.paired_shares(["conv", "fc"], {"parameters": [0.012, 0.9], "work": [0.6, 0.4]}, family="vgg")

    beside = [(text.get_text(), text.xyann[0] > 0) for text in ax.texts if text.get_text()[0].isdigit()]
    assert beside == [("1.2", False), ("90", True), ("60", True), ("40", False)]


def test_a_sheet_of_six_is_three_by_two_and_its_names_are_legible_on_a_phone():
    sheet = plot.sheet([np.zeros((2, 2))] * 6, list("abcdef"))

    corners = {tuple(ax.get_position().get_points()[0].round(6)) for ax in sheet.axes}
    assert [len(set(side)) for side in zip(*corners, strict=True)] == [3, 2]
    on_a_phone = 328 / (100 * sheet.get_figwidth()) * 100 / 72  # pixels a point; 16 pixels of margin
    assert sheet.axes[0].texts[0].get_fontsize() * on_a_phone >= 9


def test_a_sheet_is_filled_in_order():
    images = [np.full((2, 2), value) for value in range(4)]

    axes = plot.sheet(images, list("abcd"), columns=3).axes

    assert [ax.images[0].get_array()[0, 0] for ax in axes] == [0, 1, 2, 3]
    assert [ax.texts[0].get_text() for ax in axes] == list("abcd")
    corners = [ax.get_position().get_points()[0].round(6).tolist() for ax in axes]
    assert corners[0][1] == corners[2][1] > corners[3][1]
    assert corners[3][0] == corners[0][0] < corners[1][0]


def test_pictures_are_shown_at_double_resolution_in_a_palette():
    shown = plot.pictures([np.zeros((4, 4, 3), np.uint8)] * 2, ["black", "black\ntoo"], columns=2)

    stored = Image.open(BytesIO(shown.data))
    assert (stored.width, stored.mode, shown.width) == (1120, "P", 560)
    assert not plt.get_fignums()


@pytest.mark.parametrize("package", [analysis, diagrams, plot, widgets], ids=lambda package: package.__name__)
def test_no_public_name_hides_a_module(package):
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}

    assert modules & set(package.__all__) == set()


@pytest.fixture
def shown(monkeypatch):
    """What glue has put into the notebook: name -> text."""
    kept = {}

    def display(data, *, raw, metadata):
        assert raw
        assert metadata["scrapbook"]["mime_prefix"] == PREFIX
        kept[metadata["scrapbook"]["name"]] = data[f"{PREFIX}text/plain"]

    monkeypatch.setattr("cvlib.notebook.display", display)
    return kept


def test_glue_stores_what_the_page_reads(shown):
    glue(accuracy=85.33333333333334, share=np.float64(0.5), name="sea")

    assert shown == {"accuracy": "85.3333", "share": "0.5", "name": "'sea'"}


def test_glue_takes_the_numbers_of_objects_under_a_prefix(shown):
    glue(analysis.Answers(3, 4), prefix="quick_", full=20.0)

    assert list(shown) == ["full", "quick_accuracy", "quick_low", "quick_high", "quick_n",
                           "quick_right"]
    assert (shown["full"], shown["quick_accuracy"], shown["quick_n"]) == ("20.0", "75.0", "'4'")


@pytest.mark.parametrize(("value", "error"), [(np.int64(3), TypeError), (None, TypeError),
                                              (float("nan"), ValueError), (float("inf"), ValueError)])
def test_glue_refuses_what_a_page_cannot_print(shown, value, error):
    with pytest.raises(error, match="odd"):
        glue(odd=value)

    assert shown == {}


def test_glue_refuses_a_name_given_twice(shown):
    with pytest.raises(ValueError, match="twice in one call: n"):
        glue(analysis.Answers(3, 4), n=4)
