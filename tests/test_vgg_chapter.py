"""What chapter 11 draws: the table of columns, and the choice of one."""
import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from drawn import drawn, style  # noqa: F401
from matplotlib.patches import FancyBboxPatch, Polygon

import cvlib
from cvlib import diagrams
from cvlib.models.vgg_mini import vgg_mini
from cvlib.widgets import Variants

COLUMNS = {"A": {"column": "A"}, "A-LRN": {"column": "A", "norm": "lrn"}, "C": {"column": "C"},
           "D": {"column": "D"}, "E": {"column": "E"}}


def on_meta():
    with torch.device("meta"):
        return {title: vgg_mini(10, image_size=64, **options) for title, options in COLUMNS.items()}


def test_the_table_has_a_chip_for_each_layer_and_fills_what_a_column_adds():
    models = on_meta()

    ax = diagrams.columns(models)

    chips = [patch for patch in ax.patches if isinstance(patch, FancyBboxPatch)]
    assert len(chips) == 11 + 12 + 16 + 16 + 19
    new = [chip for chip in chips if chip.get_edgecolor() != chips[0].get_edgecolor()]
    assert len(new) == 1 + 5 + 3 + 3  # LRN; C's five over A; D's three over C; E's three over D
    assert sum(isinstance(patch, Polygon) for patch in ax.patches) == 5 * len(models)


def test_chips_are_to_scale_and_say_what_is_not_3x3():
    ax = diagrams.columns(on_meta())
    texts = drawn(ax)

    widths = [patch.get_width() for patch in ax.patches if isinstance(patch, FancyBboxPatch)][:11]
    assert np.divide(widths[:8], widths[0]) == pytest.approx([1, 2, 4, 4, 8, 8, 8, 8])
    assert widths[8] / widths[10] == pytest.approx(1024 / 10)
    assert texts.count("1×1") == 3
    assert {"A", "A-LRN", "C", "D", "E", "LRN", "8 maps", "64 maps"} <= set(texts)


def test_every_word_of_the_table_is_legible_on_a_phone():
    ax = diagrams.columns(on_meta())

    pixels = 328 / ax.figure.get_figwidth() / 72  # a point, where the page leaves 328 of 360
    assert min(text.get_fontsize() for text in ax.texts if text.get_text()) * pixels >= 8.9


def chosen():
    models = {"A": on_meta()["A"], "D": on_meta()["D"]}
    costs = {title: cvlib.cost.layer_costs(model, (3, 64, 64)) for title, model in models.items()}
    signs = {"A": {"conv1_1": "3"}, "D": {"conv1_1": "3", "conv1_2": "<"}}
    return costs, Variants.of("v", costs, signs, {"A": ("eleven", "a"), "D": ("sixteen", "b")},
                              columns=("depth", "more"), panels=("work", "weights"))


def test_the_bars_of_a_variant_are_its_layers_to_one_scale_and_0_where_it_has_none():
    costs, widget = chosen()
    deep = [cost for cost in costs["D"] if cost.macs]

    bars = widget.state(0)["after"], widget.state(1)["after"]

    assert widget.layers == [cost.short for cost in deep]
    heights = np.array([[float(bar["height"]) for bar in each] for each in bars])
    assert heights.max() == pytest.approx(78)
    assert heights[1] / heights[1].max() == pytest.approx(
        np.array([cost.macs for cost in deep]) / max(cost.macs for cost in deep), abs=2e-3)
    assert (heights[0] > 0).sum() == 11
    weights = [float(bar["height"]) for bar in widget.state(1)["error"]]
    assert widget.layers[int(np.argmax(weights))] == max(deep, key=lambda cost: cost.parameters).short


def test_all_variants_have_one_scale_for_their_bars():
    values = {"a": [1, 2], "b": [4, 0]}
    widget = Variants("v", "l", "d", ["x", "y"], values, values, {"a": "12", "b": "12"},
                      {"a": ("", ), "b": ("", )}, ("c",), ("work", "weights"))

    heights = [[bar["height"] for bar in widget.state(index)["after"]] for index in (0, 1)]

    assert heights == [["19.5", "39.0"], ["78.0", "0.0"]]


def test_the_choice_is_drawn_without_a_script_and_written_in_a_table():
    _, widget = chosen()
    html = replace(widget, start=1)._repr_html_()

    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])

    assert states == [widget.state(0), widget.state(1)]
    assert html.count('<rect class="after"') == html.count('<rect class="error"') == 16
    assert '<text class="sign"' in html
    assert "&lt;</text>" in html
    assert widget.table() == (["", "depth", "more"], [["A", "eleven", "a"], ["D", "sixteen", "b"]])
    assert repr(widget) == "<widget v: 2 variants>"
    assert widget.says == ["A: eleven", "D: sixteen"]


def test_a_variant_with_other_layers_is_refused():
    _, widget = chosen()

    with pytest.raises(ValueError, match="the numbers of layers differ, or of lines"):
        replace(widget, layers=widget.layers[1:])
