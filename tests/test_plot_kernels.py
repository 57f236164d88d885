"""Kernels of two towers are drawn as they are, in their order."""
import numpy as np
import pytest
from drawn import drawn, style  # noqa: F401
from matplotlib.colors import to_hex, to_rgb

from cvlib import plot

KERNELS = np.random.default_rng(0).normal(size=(12, 3, 5, 5))
INDEX = np.array([0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.6, 0.4, 0.8, 0.05, 0.25, 0.95])
FIRST, SECOND = [1, 5, 3, 0, 4, 2], [9, 10, 7, 6, 8, 11]


def tile(image, row, column):
    return image[6 * row:6 * row + 5, column:column + 5]


def test_each_tower_is_sorted_from_grey_to_coloured_and_the_first_is_left():
    image = np.asarray(plot.tower_kernels(KERNELS, INDEX, family="alexnet", columns=3).images[0].get_array())

    right = image.shape[1] - 17
    for left, order in ((0, FIRST), (right, SECOND)):
        for place, kernel in enumerate(order):
            row, column = divmod(place, 3)
            shown = tile(image, row, left + 6 * column)
            largest = np.abs(KERNELS[kernel]).max()
            assert np.allclose((2 * shown - 1) * largest, KERNELS[kernel].transpose(1, 2, 0))
    assert np.allclose(image[:, 17:right], to_rgb(plot.PAGE))


def test_a_weight_is_a_whole_number_of_pixels_and_the_towers_are_named():
    ax = plot.tower_kernels(KERNELS.astype(np.float16), INDEX, family="alexnet")

    width = 2 * 560 * ax.get_position().width / ax.images[0].get_array().shape[1]
    assert width == pytest.approx(round(width))
    assert 0.95 < ax.get_position().width <= 1
    assert drawn(ax) == ["GPU 1", "GPU 2"]


def test_a_kernel_of_zeros_is_grey():
    image = plot.tower_kernels(np.zeros((2, 3, 5, 5)), np.zeros(2), family="alexnet").images[0].get_array()

    assert np.allclose(image[:, :5], 0.5)


def test_strips_have_the_first_tower_above_and_bars_at_the_means():
    towers = [(np.array([0.1, 0.3]), np.array([0.5, 0.9])), (np.array([0.2]), np.array([]))]

    ax = plot.tower_strips(["a", "b"], towers, family="alexnet", axis="index", notes=["p = 0.01", "p = 1"])

    dots = [dot.get_offsets().tolist() for dot in ax.collections]
    assert [[x for x, _ in part] for part in dots] == [[0.1, 0.3], [0.5, 0.9], [0.2], []]
    assert [{round(y, 2) for _, y in part} for part in dots] == [{-0.17}, {0.17}, {0.83}, set()]
    bars = [line for line in ax.lines if line.get_linewidth() == 2]
    assert [bar.get_xdata()[0] for bar in bars] == pytest.approx([0.2, 0.7, 0.2])
    assert to_hex(ax.collections[0].get_facecolor()[0]).upper() == plot.FAMILY["alexnet"]
    assert ax.yaxis_inverted()
    assert drawn(ax) == ["GPU 1", "GPU 2", "p = 0.01", "p = 1"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
