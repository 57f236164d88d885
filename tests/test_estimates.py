"""Charts that show how sure a number is draw what they were given."""
import numpy as np
import pytest
from drawn import drawn, style  # noqa: F401
from matplotlib.colors import to_hex

from cvlib import plot, stats

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
