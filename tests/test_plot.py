"""Charts draw what they were given, in the book's style, and leave no figure behind that nobody asked for."""
import pkgutil
from io import BytesIO

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from PIL import Image

import cvlib
from cvlib import analysis, diagrams, plot, stats, widgets
from cvlib.notebook import PREFIX, glue

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def style():
    with matplotlib.rc_context():
        plot.use_style()
        yield
    plt.close("all")


def drawn(ax):
    ax.figure.draw_without_rendering()
    return [text.get_text() for text in ax.texts if text.get_text()]


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


PROMISED, MADE, COUNTS = [0.1, 0.3, 0.5], [0.02, 0.3, 0.6], [100, 10, 5]


def test_a_calibration_draws_errors_in_per_cent_with_wilsons_intervals_and_areas_that_count():
    ax = plot.calibration([PROMISED], [MADE], [COUNTS], family="alexnet", names=["one view"])

    bars, dots = ax.collections[:2]
    assert np.allclose(dots.get_offsets(), 100 * np.transpose([PROMISED, MADE]))
    assert np.allclose(dots.get_sizes() / dots.get_sizes()[0], np.array(COUNTS) / 100)
    doubt = [stats.wilson_interval(wrong, count) for wrong, count in ((2, 100), (3, 10), (3, 5))]
    assert np.allclose([bar[:, 1] for bar in bars.get_segments()], 100 * np.array(doubt))
    assert np.allclose([bar[:, 0] for bar in bars.get_segments()], 100 * np.array(PROMISED)[:, None])
    assert {"one view", "100 pictures"} <= set(drawn(ax))


def test_on_the_line_of_a_calibration_promises_are_kept():
    ax = plot.calibration([PROMISED], [MADE], [COUNTS], family="alexnet", names=["one view"])

    line = ax.lines[-1]
    assert list(line.get_xdata()) == list(line.get_ydata()) == list(ax.get_xlim()) == list(ax.get_ylim())
    assert to_hex(line.get_color()).upper() == plot.INK


def test_a_bin_without_pictures_is_not_drawn_and_names_of_curves_do_not_cover_each_other():
    ax = plot.calibration([PROMISED] * 2, [[0.02, 0.3, np.nan], [*MADE[:2], 0.31]], [[9, 9, 0], [9, 9, 9]],
                          family="alexnet", names=["ten views", "one view"])

    assert len(ax.collections[1].get_offsets()) == 2
    heights = {text.get_text(): text.xy[1] for text in ax.texts if text.get_text().endswith("view")
               or text.get_text().endswith("views")}
    assert abs(heights["ten views"] - heights["one view"]) >= 0.05 * ax.get_ylim()[1]


def estimated(**options):
    return plot.estimates(["ours", "theirs"], [-1.25, -2], [-3, np.nan], [0.5, np.nan], family="alexnet",
                          axis="points", **options)


def test_estimates_draw_means_intervals_and_runs_on_their_rows():
    ax = estimated(points=[[-2, -0.5], []])

    centre, runs = ax.collections[:2]
    assert centre.get_offsets().tolist() == [[-1.25, 0]]
    assert runs.get_offsets()[:, 0].tolist() == [-2, -0.5]
    assert list(ax.lines[0].get_xdata()) == [-3, 0.5]
    assert ax.get_xlabel() == "points"


def test_a_quoted_estimate_is_hollow():
    ax = estimated(quoted=["theirs"])

    ours, theirs = (to_hex(ax.collections[i].get_facecolor()[0]).upper() for i in (0, 2))
    assert (ours, theirs) == (plot.FAMILY["alexnet"], plot.PAGE)


@pytest.mark.parametrize(("reference", "texts"), [(0, ["−1.2", "−3.0 to +0.5", "−2.0"]),
                                                  (None, ["−1.2", "−3.0 to 0.5", "−2.0"])])
def test_estimates_are_written_with_signs_where_they_are_differences(reference, texts):
    assert drawn(estimated(reference=reference)) == texts


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


def test_the_towers_are_drawn_from_the_network():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini", num_classes=6), (3, 112, 112))

    texts = drawn(diagrams.towers(costs))

    assert texts.count("27²\n×24") == texts.count("6²\n×96") // 2 == 2
    assert {"image", "conv1", "fc8", "GPU 1", "112²\n×3", "6"} <= set(texts)


def test_plates_are_to_the_scale_that_the_caption_names():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs)

    assert "linear" in diagrams.TOWERS_SCALE
    plates = [patch for patch in ax.patches if patch.get_linewidth() == 1.1]
    picture, conv1, conv3, fc6, fc8 = (plates[i] for i in (0, 1, 5, 11, 15))
    assert picture.get_height() / conv1.get_height() == pytest.approx(112 / 27)
    assert conv1.get_height() / conv3.get_height() == pytest.approx(27 / 6)
    assert conv3.get_width() / conv1.get_width() == pytest.approx(96 / 24)
    assert conv1.get_width() / picture.get_width() == pytest.approx(24 / 3)
    assert fc6.get_height() / fc8.get_height() == pytest.approx(512 / 1000)


def test_every_word_of_the_towers_is_legible_on_a_phone():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs)

    pixels = 328 / ax.figure.get_figwidth() / 72  # a point, where the page leaves 328 of 360
    assert min(text.get_fontsize() for text in ax.texts if text.get_text()) * pixels >= 8.9


def test_without_conv3_the_towers_do_not_meet_before_fc6():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs, absent=("conv3",))

    wires = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    assert len(wires) == 2 + 2 + 2 + 2 + 4 + 4 + 2
    assert sum(wire.xy[1] != wire.xyann[1] for wire in wires) == 2 + 2 + 2 + 2
    dashed = [patch for patch in ax.patches if patch.get_linestyle() not in ("-", "solid")]
    assert len({patch.get_x() for patch in dashed}) == len(dashed) - 1 == 1
    assert "left out" in drawn(ax)


def test_a_layer_that_is_not_drawn_cannot_be_left_out_of_the_towers():
    with pytest.raises(ValueError, match="absent lists some of conv1"):
        diagrams.towers([], absent=("conv9",))


def test_towers_cross_only_where_they_meet():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    ax = diagrams.towers(costs)

    wires = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    slanted = [wire for wire in wires if wire.xy[1] != wire.xyann[1]]
    assert len(wires) == 2 + 2 + 4 + 2 + 2 + 4 + 4 + 2
    assert len(slanted) == 2 + 2 + 2 + 2 + 2


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

    assert list(shown) == ["full", "quick_accuracy", "quick_low", "quick_high", "quick_n"]
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
