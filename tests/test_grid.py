"""The grid of a convolution's windows, against PyTorch's own convolution and its unfold."""
import base64
import itertools
import re
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from conftest import picture
from cvlib import plot
from cvlib.widgets import Grid, Windows

END = Windows(224, after=3)
GRID = Grid("lab-try", "A picture <under> windows", picture(60, 60), END,
            [("2012", END), ("torchvision & co", Windows(224, before=2, after=2)), ("plain", Windows(224))])
KINDS = [Windows(size, kernel, stride, before, after) for size, kernel, stride, before, after in
         itertools.product((21, 24, 27), (3, 11), (1, 2, 4, 5), (0, 2), (0, 3))]


@pytest.mark.parametrize("windows", KINDS, ids=str)
def test_there_are_as_many_windows_as_pytorch_has_places(windows):
    pad = nn.ZeroPad2d((windows.before, windows.after, windows.before, windows.after))
    convolution = nn.Conv2d(1, 1, windows.kernel, windows.stride)

    maps = convolution(pad(torch.zeros(1, 1, windows.size, windows.size)))

    assert maps.shape[-1] == windows.places


@pytest.mark.parametrize("windows", KINDS, ids=str)
def test_the_last_window_ends_where_the_last_pixel_is_read(windows):
    pads = (windows.before, windows.after)
    numbered = torch.arange(-windows.before, windows.size + windows.after, dtype=torch.float)
    row = numbered.expand(1, 1, windows.kernel, sum(pads) + windows.size)

    read = F.unfold(row, windows.kernel, stride=windows.stride)

    assert read.max() == windows.end - 1


@pytest.mark.parametrize(("windows", "said"), [
    (Windows(224), "54 windows a side; 1 pixel at the end read by none"),
    (END, "55 windows a side; the last reads 3 of 3 zeros"),
    (Windows(227), "55 windows a side; the last ends with the picture"),
    (Windows(224, before=2, after=2),
     "55 windows a side; the first begins with 2 zeros; the last reads 1 of 2 zeros"),
    (Windows(226, kernel=3), "56 windows a side; 3 pixels at the end read by none"),
    (Windows(224, stride=2, before=1), "108 windows a side; the first begins with 1 zero; "
                                       "the last ends with the picture"),
])
def test_it_says_what_the_ends_read(windows, said):
    assert windows.says == said


@pytest.mark.parametrize("numbers", [{"size": 10}, {"size": 224, "stride": 0}, {"size": 224, "kernel": 0}])
def test_a_grid_without_a_window_is_refused(numbers):
    with pytest.raises(ValueError, match="holds no window"):
        Windows(**numbers)


def attributes(html, kind):
    """Of the first mark of that class."""
    mark = re.search(rf'<\w+ class="{kind}"([^>]*)>', html)[1]
    return {name: float(value) for name, value in re.findall(r' (x|y|width|height)="([-\d.]+)"', mark)}


@pytest.mark.parametrize("windows", [END, Windows(224), Windows(224, before=2, after=2), Windows(226)],
                         ids=str)
def test_the_drawing_is_to_scale_in_pixels_of_the_picture(windows):
    html = replace(GRID, windows=windows)._repr_html_()
    last = windows.stride * (windows.places - 1) - windows.before

    wide = windows.size + windows.before + windows.after
    assert attributes(html, "zeros") == {"x": -windows.before, "y": -windows.before, "width": wide,
                                         "height": wide}
    assert attributes(html, "picture") == {"width": windows.size, "height": windows.size}
    assert attributes(html, "at-first") == {"x": -windows.before, "y": -windows.before, "width": 11,
                                            "height": 11}
    assert attributes(html, "at-last") == {"x": last, "y": last, "width": 11, "height": 11}
    assert attributes(html, "near-last")["x"] == last - 4
    assert attributes(html, "near-first")["x"] == 4 - windows.before
    lines = re.search(r'class="lattice" d="([^"]*)"', html)[1]
    assert lines.count("M") == 2 * windows.places


def test_pixels_that_no_window_reads_are_covered_once():
    html = replace(GRID, windows=Windows(226))._repr_html_()
    right, below = attributes(html, "missed-right"), attributes(html, "missed-below")

    cover = np.zeros((226, 226), int)
    for part in (right, below):
        x, y, width, height = (int(part[name]) for name in ("x", "y", "width", "height"))
        cover[y:y + height, x:x + width] += 1

    read = np.zeros((226, 226), bool)
    read[:223, :223] = True
    np.testing.assert_array_equal(cover, ~read)


def test_the_corners_show_the_ends_of_the_picture_enlarged():
    svg = GRID.svg()

    moved = {panel: [float(n) for n in re.findall(r"-?[\d.]+", re.search(
        rf'class="{panel}" transform="([^"]*)"', svg)[1])] for panel in ("whole", "first", "last")}
    for panel, pixel, at in (("whole", 112, 88), ("first", -5, 192), ("first", 16, 368), ("last", 229, 560)):
        place, _, scale, start, _ = moved[panel]
        assert place + scale * (pixel + start) == pytest.approx(at, abs=0.1)


def test_the_picture_is_in_it():
    data = re.search(r'href="data:image/bmp;base64,([^"]*)"', GRID.svg())[1]

    stored = Image.open(BytesIO(base64.b64decode(data)))

    np.testing.assert_array_equal(np.asarray(stored), np.asarray(GRID.picture.resize((56, 56), Image.BOX)))


def test_its_output_is_the_same_each_time_and_text_is_escaped():
    html = GRID._repr_html_()

    assert html == replace(GRID)._repr_html_()
    assert repr(GRID) == "<widget lab-try: 55 windows a side; the last reads 3 of 3 zeros>"
    assert 'aria-label="A picture &lt;under&gt; windows"' in html
    assert "torchvision &amp; co" in html
    ElementTree.fromstring(re.search(r"<svg.*?</svg>", html)[0])


def test_without_a_script_there_is_no_slider_and_the_settings_stand_in_an_open_table():
    html = GRID._repr_html_()
    before = html[:html.index("<script>")]

    assert re.findall(r"<(label|input|output) [^>]*?hidden>", before) == ["label", "input", "output"] * 5
    assert "<details open>" in before
    head, *rows = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in before.split("<tr>")[1:]]
    assert head == ["", "pixels a side", "zeros above and left", "zeros below and right", "windows a side",
                    "at the end"]
    assert rows == [["2012", "224", "0", "3", "55", "the last reads 3 of 3 zeros"],
                    ["torchvision &amp; co", "224", "2", "2", "55", "the last reads 1 of 2 zeros"],
                    ["plain", "224", "0", "0", "54", "1 pixel at the end read by none"]]


def test_every_label_has_its_slider_and_every_id_starts_with_the_widgets_name():
    html = replace(GRID, name="other")._repr_html_()

    assert re.findall(r'<label for="([^"]*)"', html) == re.findall(r'<input id="([^"]*)"', html)
    assert all(name.startswith("other") for name in re.findall(r' id="([^"]*)"', html))
    assert set(re.findall(r'(?:href="|url\()#([\w-]*)', html)) <= set(re.findall(r' id="([^"]*)"', html))


def test_it_wears_its_networks_colour():
    html = replace(GRID, family="resnet")._repr_html_()

    said = re.search(r'class="at-last"[^>]* style="stroke: var\(--family, (#\w+)\)"', html)
    assert said[1] == plot.FAMILY["resnet"]


@pytest.mark.parametrize("size", [64, 240])
def test_numbers_that_no_slider_reaches_are_refused(size):
    with pytest.raises(ValueError, match="pixels a side goes from 217 to 232"):
        replace(GRID, windows=Windows(size))


def test_with_a_kernel_the_sliders_redraw():
    box = GRID.live()
    size, *_, drawing = box.children

    size.value = 227

    now = Windows(227, after=3)
    assert drawing.value.startswith(f"<p>{now.says}</p>")
    assert replace(GRID, windows=now).svg() in drawing.value
