"""The learning rates of chapter 08: what is drawn and said is what net 145 learned with."""
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from cvlib.optim import lr_at
from cvlib.recipes.net145 import ALEXNET_AS_RUN, NETS
from cvlib.widgets import Rates
from cvlib.widgets.rates import DECADE, HEAD, LEFT, RIGHT

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "08_training.ipynb"
RATES = Rates("lab-rates", "epoch", "Three <rates>", {
    "biases": [0.02] * 5, "weights": [0.01, 0.001, 0.001, 0.001, 1e-5], "conv1": [0.01, 0.001, 1e-4, 0, 0],
}, {2: "the light & all"}, start=3)


def test_a_rate_stands_where_its_logarithm_says_and_zero_below_all():
    state = RATES.state(2)
    tenth, hundredth, zero = (float(RATES.state(at)["after"][2]["cy"]) for at in (1, 2, 3))

    assert float(state["after"][0]["cy"]) == HEAD
    assert hundredth - tenth == pytest.approx(DECADE, abs=0.11)
    assert zero > float(RATES.state(4)["after"][1]["cy"]) > hundredth
    assert float(state["now"][0]["x1"]) == (LEFT + RIGHT) / 2 == float(state["after"][1]["cx"])


def test_the_stairs_pass_through_every_state_of_the_mark():
    for row, stairs in enumerate(re.findall(r'<path [^>]* d="(M[^"]*V[^"]*)"', RATES.svg(0)), start=1):
        heights = dict(re.findall(r"H([\d.]+)V([\d.]+)", stairs))

        dots = [(mark["cx"], mark["cy"]) for mark in (RATES.state(at)["after"][row] for at in range(5))]

        assert {x: y for (x, y), (_, before) in zip(dots[1:], dots, strict=False) if y != before} == heights


def test_it_says_what_changes_and_how_fast_the_first_learns():
    says = [[mark["text"] for mark in RATES.state(at)["told"]] for at in range(5)]

    assert says[0] == ["no change yet", "", "biases learn 2 times as fast as weights"]
    assert says[1][:2] == ["last change, at epoch 1:", "weights and conv1: rate × 0.1"]
    assert says[2][1:] == ["conv1: rate × 0.1; the light & all", "biases learn 20 times as fast as weights"]
    assert says[3][1] == "conv1: rate 0"
    assert says[4][1:] == ["weights: rate × 0.01", "biases learn 2,000 times as fast as weights"]
    assert RATES.says[4] == "epoch 4: biases 0.02, weights 0.00001, conv1 0"


def test_a_rate_that_comes_back_is_told_as_it_is():
    returned = replace(RATES, rates={**RATES.rates, "conv1": [0, 0, 0, 0.01, 0.01]})

    assert returned.changes[3] == "conv1: rate 0.01"


def test_the_script_moves_what_is_drawn_and_without_it_the_changes_stand_in_a_table():
    html = RATES._repr_html_()
    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])

    assert states == [RATES.state(at) for at in range(5)]
    assert [len(states[0][mark]) for mark in RATES.marks] == [1, 3, 3]
    assert [len(re.findall(rf'class="{mark}\b', html)) for mark in RATES.marks] == [1, 3, 3]
    assert "Three &lt;rates&gt;" in html
    assert RATES.table()[1][2] == ["epoch 2", "0.02", "0.001", "0.0001", "conv1: rate × 0.1; the light & all"]
    assert [row[0] for row in RATES.table()[1]] == ["epoch 0", "epoch 1", "epoch 2", "epoch 3", "epoch 4"]
    assert html == replace(RATES)._repr_html_()
    assert repr(RATES) == "<widget lab-rates: 5 epochs of 3 rates>"


@pytest.mark.parametrize(("rates", "message"), [
    ({"a": [1], "b": [1]}, "three rates"), ({"a": [1, 1], "b": [1, 1], "c": [1]}, "three rates"),
    ({"a": [1], "b": [0], "c": [1]}, "'b' never 0"), ({"a": [1], "b": [1], "c": [-1]}, "0 or more"),
])
def test_rates_that_cannot_be_drawn_are_refused(rates, message):
    with pytest.raises(ValueError, match=message):
        replace(RATES, rates=rates)


def test_the_chapter_shows_the_rates_that_the_recipe_would_set():
    page = NOTEBOOK.read_text()
    cell = next(cell for cell in json.loads(page)["cells"] if "widgets.Rates(" in "".join(cell["source"]))
    html = "".join(cell["outputs"][0]["data"]["text/html"])
    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])
    biases, conv1 = ALEXNET_AS_RUN.groups
    schedules = biases.schedule, ALEXNET_AS_RUN.schedule, conv1.schedule

    for epoch, state in enumerate(states):
        said = [float(rate) for rate in re.findall(r" ([\d.]+)(?:,|$)", state["says"])]
        set_by = [lr_at(ALEXNET_AS_RUN, epoch, 1, schedule) for schedule in schedules]
        assert said == pytest.approx([biases.lr_factor * set_by[0], *set_by[1:]])
    assert len(states) == NETS["145"].epochs
    assert "noise" in states[NETS["145"].unlit]["told"][1]["text"]
