"""Kernels, neighbours and averages are drawn as they are given."""
import base64
import json
import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from drawn import drawn, style  # noqa: F401
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from PIL import Image

from cvlib import plot
from cvlib.widgets import Kernels

KERNELS = np.random.default_rng(0).normal(size=(7, 3, 5, 5))


def shown(ax):
    return np.asarray(ax.images[0].get_array())


def test_banks_hold_their_kernels_row_by_row_and_to_one_scale():
    figure = plot.kernel_banks({"all": KERNELS, "few": KERNELS[:2]}, family="alexnet", columns=4)

    first, second = figure.axes
    assert [ax.texts[0].get_text() for ax in figure.axes] == ["all", "few"]
    tile = shown(first)[6:11, 12:17]
    assert np.allclose((2 * tile - 1) * np.abs(KERNELS[6]).max(), KERNELS[6].transpose(1, 2, 0))
    sides = [np.array([ax.get_position().width * 1120 / shown(ax).shape[1],
                       ax.get_position().height * 200 * figure.get_figheight() / shown(ax).shape[0]])
             for ax in (first, second)]
    assert np.allclose(sides[0], sides[1])
    assert sides[0][0] == pytest.approx(round(sides[0][0]))
    assert first.get_position().y0 > second.get_position().y1


def test_pictures_of_another_class_are_struck_through_and_no_other():
    images = [[np.full((4, 4, 3), 10 * i + j, np.uint8) for j in range(3)] for i in range(2)]
    same = {"near": np.array([[1, 0, 1], [1, 1, 1]]), "far": np.array([[0, 0, 1], [1, 0, 1]])}

    figure = plot.retrievals([row[0] for row in images], {"near": images, "far": images}, same)

    struck = [any(isinstance(patch, Rectangle) for patch in ax.patches) for ax in figure.axes]
    assert [len(ax.lines) for ax in figure.axes] == [int(one) for one in struck]
    assert struck == [False, False, True, False, True, True, False,
                      False, False, False, False, False, True, False]
    assert shown(figure.axes[8])[0, 0, 0] == 10
    assert [text.get_text() for text in figure.texts] == ["near", "far"] * 2


def test_averages_are_lines_of_means_between_the_least_and_the_greatest():
    ax = plot.averages([1, 2], {"one": [np.array([3.0, 5]), np.array([2.0, 3, 4])],
                                "ten": [np.array([1.0]), np.array([0.5])]}, family="alexnet", label="errors")

    assert [line.get_ydata().tolist() for line in ax.lines] == [[4, 3], [1, 0.5]]
    corners = ax.collections[0].get_paths()[0].vertices
    assert {tuple(corner) for corner in corners.round(6).tolist()} == {(1, 3), (1, 5), (2, 2), (2, 4)}
    assert to_hex(ax.lines[0].get_color()).upper() == plot.FAMILY["alexnet"]
    assert "one" in drawn(ax)
    with pytest.raises(ValueError, match="not 3"):
        plot.averages([1], {key: [np.ones(1)] for key in "abc"}, family="alexnet", label="errors")


LAB = Kernels("lab-k", "kernel", "Kernels & more", KERNELS, [(f"what {i}", f"<{i}>") for i in range(7)],
              ("answer", "colour"), start=2, per_row=4)


def pixels(url):
    return np.asarray(Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))), float)


def test_the_large_pictures_are_the_kernel_its_grey_and_the_rest():
    whole, grey, rest = (pixels(mark["href"]) for mark in LAB.state(2)["large"])

    kernel = KERNELS[2].transpose(1, 2, 0)
    most = np.abs(kernel).max()
    assert np.allclose(whole, 127.5 + 127.5 * kernel / most, atol=1)
    assert np.allclose(grey, 127.5 + 127.5 * kernel.mean(2, keepdims=True) / most, atol=1)
    assert np.allclose(whole - 127.5, grey - 127.5 + rest - 127.5, atol=2)


def test_the_frame_stands_on_the_chosen_kernel():
    first, fifth = LAB.state(0)["field"][0], LAB.state(4)["field"][0]

    assert (first["x"], first["y"]) == ("-1", "-1")
    assert (fifth["x"], fifth["y"]) == ("-1", "25")


def test_the_first_state_is_drawn_and_the_script_has_all():
    html = LAB._repr_html_()

    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])
    assert [state["says"] for state in states] == [f"{i + 1} of 7: what {i}" for i in range(7)]
    svg = html[:html.index("<details")]
    assert [svg.count(f'class="{mark}"') for mark in LAB.marks] == [1, 1, 3, 2]
    assert "&lt;2&gt;" in svg
    assert LAB.state(2)["large"][1]["href"] in svg
    assert repr(LAB) == "<widget lab-k: 7 kernels>"
    assert LAB.table()[1][6] == ["7", "what 6", "<6>"]
    assert html == replace(LAB)._repr_html_()


def test_lines_that_do_not_fit_the_kernels_are_refused():
    with pytest.raises(ValueError, match="7 kernels and 2 columns"):
        replace(LAB, lines=LAB.lines[:6])


def test_with_a_kernel_behind_it_the_slider_redraws():
    box = LAB.live()
    slider, drawing = box.children

    slider.value = 5

    assert "6 of 7: what 5" in drawing.value
