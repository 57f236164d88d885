"""What chapter 14 computes and draws."""
import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from PIL import Image
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from cvlib import plot
from cvlib.analysis import TwicePrinted
from cvlib.plot.hours import _time


@pytest.fixture
def printed():
    return TwicePrinted({"Net-1": 50.0, "Net-2": 78.5}, {"Net-1": 56.5, "Net-2": 80.0}, 50_000)


def test_the_interval_is_statsmodels_wilson(printed):
    low, high = proportion_confint(28_250, 50_000, method="wilson")

    assert printed.interval("Net-1") == pytest.approx((100 * low, 100 * high))
    assert printed.half("Net-1") == pytest.approx(50 * (high - low))


def test_two_that_are_further_apart_are_separated_and_no_nearer_two(printed):
    apart = printed.apart("Net-1") / 100 * 50_000

    ends = [confint_proportions_2indep(28_250 + apart * way, 50_000, 28_250 - apart * way, 50_000,
                                       method="wald")[0] for way in (0.495, 0.505)]

    assert ends[0] < 0 < ends[1]
    assert printed.apart("Net-1", 500) == pytest.approx(10 * printed.apart("Net-1"))


def test_its_numbers_are_gaps_and_their_extremes(printed):
    said = printed.numbers()

    assert (said["net_1_gap"], said["net_2_gap"]) == pytest.approx((6.5, 1.5))
    assert (said["least"], said["most"]) == pytest.approx((1.5, 6.5))
    assert said["half"] == printed.half("Net-1") > printed.half("Net-2")


def test_dumbbells_have_their_marks_where_the_values_are_and_say_how_far_apart():
    ax = plot.dumbbells(["AlexNet", "VGG-19"], ["alexnet", "vgg"], [41.8, 56.3], [56.5, 72.4],
                        ends=("report", "torchvision"), axis="top-1, %")

    marks = list(ax.collections)
    assert [mark.get_offsets()[:, 0].tolist() for mark in marks] == [[41.8, 56.5], [56.3, 72.4]]
    assert to_hex(marks[0].get_edgecolor()[0]).upper() == plot.FAMILY["alexnet"]
    assert to_hex(marks[0].get_facecolor()[0]).upper() == plot.PAGE
    assert [text.get_text() for text in ax.texts] == ["+14.7", "+16.1", "report", "torchvision"]
    plt.close(ax.figure)


def test_a_prediction_is_a_dashed_line_from_the_shortest_to_the_longest():
    ax = plot.spans([("AlexNet", "alexnet", {"T4 x2": (24.0, 240.0), "H100": (5.0, 9.5)})])

    assert [list(line.get_xdata()) for line in ax.lines] == [[24.0, 240.0], [5.0, 9.5]]
    assert all(line.is_dashed() for line in ax.lines)
    assert ax.get_xscale() == "log"
    assert "24 h to 10 d" in [text.get_text() for text in ax.texts]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a day", "a week"]
    plt.close(ax.figure)


@pytest.mark.parametrize(("hours", "said"), [(0.5, "0.5 h"), (9.5, "9.5 h"), (30, "30 h"), (72, "3 d"),
                                             (480, "20 d"), (840, "5 wk"), (17532, "2.0 yr")])
def test_a_time_is_said_in_the_unit_in_which_one_counts(hours, said):
    assert _time(hours) == said


def test_what_a_network_is_shown_is_outlined_in_pixels_of_the_picture():
    ax = plot.centred_squares(Image.new("RGB", (640, 427)), {"AlexNet": ("alexnet", 374.0),
                                                             "ConvNeXt": ("convnext", 405.0)})

    assert [patch.get_bbox().bounds for patch in ax.patches] == [
        (133.0, 26.5, 374.0, 374.0), (117.5, 11.0, 405.0, 405.0)]
    assert [text.get_horizontalalignment() for text in ax.texts] == ["right", "left"]
    assert ax.get_ylim() == (427, 0)
    plt.close(ax.figure)
