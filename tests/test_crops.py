"""The windows of chapter 06: what the sliders say and show is what is cut."""
import json
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from torch import arange
from torchvision.transforms.v2.functional import five_crop

from conftest import named_random
from cvlib.data.augment import Augment
from cvlib.widgets import Crops
from cvlib.widgets.crops import FUNCTIONS

PIXELS = named_random("crops").integers(256, size=(8, 8, 3), dtype=np.uint8)
CROPS = Crops("lab-crops", "A <window>", PIXELS)
PLACES = [*product((0, 5, 16, 31, 32), (0, 16, 17, 32), (0, 1))]


@pytest.mark.parametrize("at", PLACES)
def test_the_share_is_that_of_the_pixels_counted(at):
    column, row, _ = at
    centre, window = np.zeros((2, 256, 256), bool)
    centre[16:240, 16:240] = window[row:row + 224, column:column + 224] = True

    counted = (centre & window).sum() / 224**2

    assert CROPS.share(column, row) == pytest.approx(counted)
    assert CROPS.told(at).startswith(f"{100 * counted:.0f} % of its pixels")


def test_the_five_places_are_those_of_torchvision_s_five_crops():
    numbers = arange(256 * 256).reshape(1, 256, 256)

    firsts = [divmod(int(crop[0, 0, 0]), 256) for crop in five_crop(numbers, 224)]

    assert {(column, row) for row, column in firsts} == {*CROPS.five.values()}
    assert [name for name, (column, row) in CROPS.five.items() if (row, column) == firsts[1]] == ["top right"]
    assert "ten views" in CROPS.told((0, 32, 1))
    assert "ten views" in CROPS.told((16, 16, 0))
    assert "ten views" not in CROPS.told((0, 16, 0)) + CROPS.told((5, 5, 0))


@pytest.mark.parametrize("at", PLACES)
def test_what_the_network_sees_is_the_window_and_its_mirror_image(at):
    column, row, mirrored = at
    parts = re.findall(r"(\w+)\(([-\d. ]+)\)", CROPS.moved(at))
    (left, top), (across, down), (dx, dy) = (map(float, values.split()) for _, values in parts)
    seen = re.search(r'<clipPath[^>]*><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', CROPS.drawn(at))
    x, y, side = map(float, seen.groups())

    shown = [left + across * (first + dx) for first in (column, column + 224)]

    assert [kind for kind, _ in parts] == ["translate", "scale", "translate"]
    assert shown == pytest.approx([x + side, x] if mirrored else [x, x + side], abs=0.06)
    assert [top + down * (first + dy) for first in (row, row + 224)] == pytest.approx([y, y + side], abs=0.06)


def test_the_script_says_and_moves_what_python_does():
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    states = [*product(range(33), range(33), (0, 1))]
    given = json.loads(re.search(r"given = (\{.*\}), sliders", CROPS._repr_html_())[1])
    program = FUNCTIONS + f"""
    const given = {json.dumps(given)};
    console.log(JSON.stringify({json.dumps(states)}.map(([column, row, mirrored]) => [
      told(column, row, given.crop, given.room), moved(column, row, mirrored, given.seen)])));"""

    said = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True).stdout

    for at, (words, transform) in zip(states, json.loads(said), strict=True):
        assert words == CROPS.told(at)
        assert numbers(transform) == pytest.approx(numbers(CROPS.moved(at)))


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", text)]


def test_the_first_state_is_drawn_without_a_script():
    html = CROPS._repr_html_()
    square = re.search(r'class="field" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', html)
    dot = re.search(r'class="after" cx="(\d+)" cy="(\d+)"', html)

    assert square.groups() == ("27", "6", "224", "224")
    assert dot.groups() == (str(27 + 112), str(6 + 112))
    assert html.count("<circle ") == 6
    assert html.count('href="data:') == 1, "the picture is stored once"
    assert re.findall(r'aria-valuetext="([^"]*)"', html) == ["27", "6", "no"]
    assert "A &lt;window&gt;" in html
    assert set(re.findall(r' id="([^"]*)"', html)) == {
        "lab-crops", *(f"lab-crops-{part}" for part in (0, 1, 2, "picture", "clip"))}
    assert html == replace(CROPS)._repr_html_()
    assert repr(CROPS) == "<widget lab-crops: 1089 windows and their mirror images>"


def test_the_table_has_the_windows_of_test_time():
    _, rows = CROPS.table()

    assert rows[1] == ["top right", "32", "0", "86 %"]
    assert rows[-1] == ["centre", "16", "16", "100 %"]
    assert len(rows) == 5


@pytest.mark.parametrize(("change", "message"), [({"size": 255}, "no room"), ({"crop": 256}, "no room"),
                                                 ({"start": (33, 0, 0)}, "not among 33, 33, 2 choices")])
def test_a_window_that_is_not_there_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(CROPS, **change)


def test_the_sliders_reach_every_window_that_training_draws():
    source = SimpleSource()
    _, plan = Augment(("crop", "flip"))(source, np.arange(4000), np.arange(4000), seed=0, epoch=1)

    drawn = {*zip(plan.left.tolist(), plan.top.tolist(), map(int, plan.flip), strict=True)}

    assert {column for column, _, _ in drawn} == {int(text) for text in CROPS.texts[0]}
    assert {row for _, row, _ in drawn} == {int(text) for text in CROPS.texts[1]}


class SimpleSource:
    """Pictures of 256 pixels a side, of which the network sees 224."""

    class preprocess:  # noqa: N801
        crop = 224

    def stored(self, indices):
        return np.broadcast_to(np.zeros((1, 256, 256, 3), np.uint8), (len(indices), 256, 256, 3))


def test_with_a_kernel_the_sliders_redraw():
    box = CROPS.live()
    *sliders, drawing = box.children

    sliders[0].value, sliders[1].value = 16, 16

    assert "100 % of its pixels" in drawing.value
