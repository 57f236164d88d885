"""The widget of receptive fields, pixels inside a page, and the drawing of epochs needed."""
import io
import json
import re
from base64 import b64decode
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from drawn import drawn, style  # noqa: F401
from matplotlib.colors import to_hex
from PIL import Image

import cvlib
from conftest import named_random
from cvlib import diagrams, plot
from cvlib.models.four_layer import four_layer
from cvlib.receptive import receptive_fields
from cvlib.widgets import Fields
from cvlib.widgets.embedded import data_url

PIXELS = named_random("fields").integers(256, size=(12, 12, 3), dtype=np.uint8)
FIELDS = Fields("f", "layer", "What <one> unit sees", PIXELS, 112, ["conv1", "pool1", "fc6"],
                [(40, 51), (36, 55), (0, 112)], [4, 8, 0],
                [("11 pixels", "a"), ("19 pixels", "b"), ("all < 112", "c")], ("sees", "and"), start=1)


@pytest.mark.parametrize("shape", [(12, 12, 3), (300, 200, 3), (1, 1, 3)])
def test_pixels_in_a_page_are_the_pixels(shape):
    pixels = named_random(shape).integers(256, size=shape, dtype=np.uint8)

    kind, _, text = data_url(pixels).partition(",")

    assert kind == "data:image/png;base64"
    assert (np.asarray(Image.open(io.BytesIO(b64decode(text)))) == pixels).all()


@pytest.mark.parametrize(("shape", "kind"), [((2, 2), "u1"), ((2, 2, 3), "f8"), ((2, 2, 4), "u1")])
def test_pixels_of_another_kind_are_refused(shape, kind):
    with pytest.raises(ValueError, match="pixels are"):
        data_url(np.zeros(shape, kind))


def test_squares_are_to_the_scale_of_the_picture():
    html = FIELDS._repr_html_()

    squares = {kind: tuple(map(float, values)) for kind, *values in re.findall(
        r'<rect class="(\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', html)}

    assert squares["field"] == squares["halo"] == (72, 72, 38, 38)
    assert squares["next"] == (88, 72, 38, 38)
    assert FIELDS.state(2)["next"][0]["visibility"] == "hidden"
    assert FIELDS.state(2)["field"] == [{"x": "0.0", "y": "0.0", "width": "224.0", "height": "224.0"}]


def test_a_window_that_leaves_the_picture_is_cut_at_its_edge():
    state = replace(FIELDS, windows=[(-4, 7), (100, 119), (0, 112)]).state(0)

    assert state["field"] == [{"x": "0.0", "y": "0.0", "width": "14.0", "height": "14.0"}]


def test_the_script_holds_every_layer_and_moves_what_is_drawn():
    html = FIELDS._repr_html_()
    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])
    moved = json.loads(re.search(r"for \(const kind of (\[.*\])\)", html)[1])

    assert states == [FIELDS.state(i) for i in range(3)]
    assert [state["says"] for state in states] == ["conv1: 11 pixels", "pool1: 19 pixels", "fc6: all < 112"]
    assert {kind: html.count(f'class="{kind}"') for kind in moved} == {
        "next": 1, "halo": 1, "field": 1, "told": 3}
    assert html == replace(FIELDS)._repr_html_()
    assert "all &lt; 112" in html
    assert "<" not in re.search(r"states = (\[.*\]), slider", html)[1]
    assert repr(FIELDS) == "<widget f: 3 layers>"


def test_without_a_script_the_layers_stand_in_a_table():
    html = FIELDS._repr_html_()

    rows = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in html.split("<tr>")[1:]]

    assert rows == [["layer", "sees", "and"], ["conv1", "11 pixels", "a"], ["pool1", "19 pixels", "b"],
                    ["fc6", "all &lt; 112", "c"]]


def test_a_network_tells_the_widget_what_its_units_see():
    model = four_layer(width=2)
    fields = [field for field in receptive_fields(model, (3, 32, 32)) if "conv" in field.layer or
              "fc4" in field.layer]

    made = Fields.of("g", PIXELS, 32, fields, {"conv1": 2, "conv2": 2, "conv3": 4, "fc4": 10}, start=2)

    assert made.layers == ["conv1", "conv2", "conv3", "fc4"]
    assert made.windows[1:] == [(8 * 2 - 4 - 2, 8 * 2 - 4 - 2 + 15), fields[2].window(4), (0, 32)]
    assert made.lines[0] == ("sees 5 × 5 pixels", "next unit 1 pixels on", "32² × 2 = 2,048 units")
    assert made.lines[3] == ("sees 32 × 32 pixels", "the whole picture", "10 units")
    assert made.start == 2


@pytest.mark.parametrize("change", [{"strides": [1]}, {"columns": ("one",)}, {"layers": ["conv1"]}])
def test_layers_that_do_not_fit_are_refused(change):
    with pytest.raises(ValueError, match="the numbers of layers differ"):
        replace(FIELDS, **change)


def test_runs_that_did_not_get_there_are_arrows_at_the_cap_and_quoted_ones_hollow():
    ax = plot.epochs_needed({"ReLU": [4, 8, 6], "tanh": [20, inf, inf]}, cap=30, quoted={"the paper": 36})

    dots, hollow = [part.get_offsets().tolist() for part in ax.collections[:2]], ax.collections[-1]
    arrows = [text for text in ax.texts if text.arrow_patch]
    ticks = [line for line in ax.lines if len(set(line.get_xdata())) == 1 and len(line.get_ydata()) == 2]
    assert [x for x, _ in dots[0]] == [4, 6, 8]
    assert [x for x, _ in dots[1]] == [20]
    assert [arrow.xyann[0] for arrow in arrows] == [30, 30]
    assert [line.get_xdata()[0] for line in ticks] == [6, 30], "a median of ReLU, none of tanh, and the cap"
    assert hollow.get_offsets().tolist() == [[36, 2]]
    assert to_hex(ax.collections[0].get_facecolor()[0]) == plot.INK.lower()
    assert to_hex(hollow.get_facecolor()[0]) == plot.PAGE.lower()
    assert "30 epochs: the end" in drawn(ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["ReLU", "tanh", "the paper"]


def test_epochs_of_a_family_have_its_colour():
    ax = plot.epochs_needed({"one": [4]}, cap=30, family="alexnet")

    assert to_hex(ax.collections[0].get_facecolor()[0]) == plot.FAMILY["alexnet"].lower()


def test_nothing_to_draw_is_refused():
    with pytest.raises(ValueError, match="no runs"):
        plot.epochs_needed({}, cap=30)


def test_notes_stand_under_their_layers():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    notes = {"": "field", "conv1": "11", "fc8": "all"}
    plain, noted = diagrams.towers(costs), diagrams.towers(costs, notes=notes)

    words = {text.get_text(): text for text in noted.texts}
    heads = {text.get_text(): text for text in plain.texts}
    assert words["11"].get_position()[0] == heads["conv1"].get_position()[0]
    assert words["all"].get_position()[0] == heads["fc8"].get_position()[0]
    assert words["11"].get_position()[1] < 0 <= min(heads["GPU 2"].get_position()[1], plain.get_ylim()[0])
    height = noted.figure.get_figheight() - plain.figure.get_figheight()
    assert height * 72 == pytest.approx(-noted.get_ylim()[0])


def test_a_note_under_no_layer_is_refused():
    costs = cvlib.cost.layer_costs(cvlib.create_model("alexnet_mini"), (3, 112, 112))

    with pytest.raises(ValueError, match=r"notes stand under conv1, .*, not conv9"):
        diagrams.towers(costs, notes={"conv9": "x"})
