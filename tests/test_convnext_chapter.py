"""What the chapter on ConvNeXt says, draws and lets one move."""
import json
import re
from types import SimpleNamespace

import matplotlib.patches
import numpy as np
import pytest
import torch
from drawn import drawn, style  # noqa: F401
from torch import nn

from cvlib import diagrams, plot
from cvlib.analysis import TABLE_10, Levels, Road, Walk
from cvlib.cost import layer_costs
from cvlib.models.convnext_mini import convnext_mini
from cvlib.models.resnet_mini import resnet_mini
from cvlib.models.roadmap import convnext_roadmap
from cvlib.widgets import Steps

COUNTED = {name: (10_000_000 * (i + 1), int(1e9 * row[2])) for i, (name, row) in enumerate(TABLE_10.items())}
NARROW = {"depths": [[2, 2, 2, 2], [2, 2, 3, 2]], "widths": [8, 12], "num_classes": 6}
NAMES = {0: "ResNet-50", 1: "stage ratio", 2: "stem"}


def at(step):
    return convnext_roadmap(step=step, **NARROW)


def record(step, accuracy, **recipe):
    return SimpleNamespace(recipe={"model_options": {"step": step}, **recipe},
                           scores={"test": {"accuracy": accuracy}})


def rectangles(ax):
    return [patch for patch in ax.patches if isinstance(patch, matplotlib.patches.Rectangle)]


def test_the_recipe_s_share_of_the_gain_is_that_of_table_10():
    numbers = Road(COUNTED).numbers()

    assert numbers["recipe"] == pytest.approx(78.82 - 76.13)
    assert numbers["steps"] == pytest.approx(81.97 - 78.82)
    assert numbers["share"] == pytest.approx(100 * 2.69 / 5.84)
    assert numbers["worse"] == 2
    assert sum(Road(COUNTED).gains.values()) == pytest.approx(numbers["whole"])


def test_a_count_that_is_not_the_printed_one_is_named_and_marked():
    other = Road(COUNTED | {"BN → LN": (25_834_984, 4_145_612_928)})

    assert Road(COUNTED).differing == []
    assert other.differing == ["BN → LN"]
    assert (other.numbers()["agree"], other.numbers()["rows"]) == (12, 13)
    assert [line.split()[-1] for line in other.table().splitlines()].count("≠") == 1
    assert other.numbers()["norm"] == pytest.approx(4.1456, abs=1e-4)


def test_what_depthwise_takes_away_and_width_adds_is_in_per_cent_of_the_step_before():
    numbers = Road(COUNTED).numbers()

    assert numbers["depthwise"] == pytest.approx(100 * (1 - 2.35 / 4.42))
    assert numbers["width"] == pytest.approx(100 * (5.27 / 2.35 - 1))


def test_a_road_is_read_off_layer_costs_and_has_the_steps_of_the_table():
    layers = [SimpleNamespace(parameters=2, macs=3), SimpleNamespace(parameters=5, macs=7)]

    assert Road.of(dict.fromkeys(TABLE_10, layers)).counted == dict.fromkeys(TABLE_10, (7, 10))
    with pytest.raises(ValueError, match="Table 10 has the steps ResNet-50, stage ratio"):
        Road({"ResNet-50": (1, 1)})


def test_levels_are_read_from_the_recipe_or_its_network_s_options():
    records = [record(0, 0.5, optimizer="sgd"), record(1, 0.7, optimizer="adamw"), record(9, 0.1)]

    assert Levels.of(records, "step", NAMES).scores == {"ResNet-50": [0.5], "stage ratio": [0.7], "stem": []}
    assert Levels.of(records[:2], "optimizer", {"sgd": "old"}).scores == {"old": [0.5]}


def test_levels_have_rows_and_two_runs_an_interval():
    rows = Levels({"a": [0.5, 0.6, 0.7], "b": [0.9], "c": []}).rows()

    assert rows["names"] == ["a", "b", "c"]
    assert rows["centres"] == pytest.approx([60, 90, np.nan], nan_ok=True)
    assert rows["highs"][0] - 60 == pytest.approx(4.3027 * 10 / 3**0.5, abs=0.01)
    assert np.isnan(rows["lows"][1])
    assert rows["points"] == [pytest.approx([50, 60, 70]), pytest.approx([90]), []]


def test_a_level_that_nobody_has_run_stands_there_and_says_so():
    ax = plot.estimates(**Levels({"a": [0.5, 0.6], "b": [], "c": [0.9]}).rows(), family="convnext", axis="%")

    said = [text.get_text() for text in ax.texts if text.get_text()]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    assert said == ["55.0", "−8.5 to 118.5", "not run yet", "90.0"]


@pytest.mark.parametrize(("scores", "said"), [
    ({"a": [], "b": []}, "Not run yet"), ({"a": [0.5], "b": [0.6, 0.7]}, "Too few runs to compare"),
    ({"a": [0.5, 0.51], "b": [0.9, 0.91]}, r"The last changes the score by \+40\.0 points \(\+37.*\)"),
    ({"a": [0.5, 0.7], "b": [0.6, 0.61]}, r"The last changes .*: we cannot tell"),
])
def test_the_finding_is_about_two_levels_or_says_that_runs_are_missing(scores, said):
    assert re.fullmatch(said, Levels(scores).finding("b", "a", "The last"))


def test_a_change_is_said_with_its_interval_and_with_its_doubt():
    levels = Levels({"a": [0.5, 0.51, 0.52], "b": [0.6, 0.61, 0.62], "c": [0.4, 0.6], "d": [0.5]})

    assert re.fullmatch(r"changes the score by \+10\.0 points \(\+7\.7 to \+12\.3\)", levels.says("b", "a"))
    assert levels.says("c", "a").endswith(": we cannot tell")
    assert levels.says("d", "a") == "has too few runs to compare"
    assert levels.numbers() == {"runs": 9, "levels": 4}


def walk(**scores):
    """Steps of one run or several, by letter; the loss falls as the score rises."""
    losses = {name: [2 - run for run in runs] for name, runs in scores.items()}
    return Walk(scores, losses, {"b": 0.5, "c": -1.0, "d": 0.1, "e": 2.0})


ENDS = {"a": [0.79, 0.80, 0.81], "e": [0.70, 0.71, 0.72]}  # a standard deviation of 1 point at both


def test_a_step_must_differ_by_more_than_seeds_do_where_there_are_several():
    there = walk(**{"a": ENDS["a"], "b": [0.805], "c": [0.74], "d": [0.78], "e": ENDS["e"]})

    assert there.margin() == pytest.approx(2.7764 * 2**0.5, abs=1e-3)  # Student's, 4 degrees of freedom
    assert there.margin(3, 1) == pytest.approx(2.7764 * (4 / 3) ** 0.5, abs=1e-3)
    assert there.margin(together=True) == pytest.approx(4.3147 * 2**0.5, abs=1e-3)  # at 0.05 / 4
    assert there.changes == pytest.approx({"b": 0.5, "c": -6.5, "d": 4, "e": -7})
    assert list(there.apart()) == ["c", "d", "e"]
    assert list(there.apart(together=True)) == ["c", "e"]


def test_a_walk_says_which_steps_stand_out_and_which_go_the_printed_way():
    there = walk(**{"a": ENDS["a"], "b": [0.805], "c": [0.74], "d": [0.78], "e": ENDS["e"]})

    assert there.says() == (
        "Two single runs must differ by 3.9 points to be told apart. Of 4 steps 3 do: c (−6.5), d (+4.0), "
        "e (−7.0). So that all of them together give a false alarm once in twenty roads, it takes 6.1 "
        "points: 2 reach that")
    assert there.directions() == ("Of 4 steps 2 gain, and 3 have the sign of table 10; of the 3 that can be "
                                  "told from seeds, 2")
    assert there.learned() == ("Laid over 5 steps: steps that score less have also learned their training "
                               "pictures less well (Spearman −1.00)")


def test_a_walk_without_its_runs_says_what_is_missing():
    begun, single = walk(a=ENDS["a"], b=[], c=[]), walk(a=[0.8], b=[0.7], c=[])

    assert begun.says() == "No two neighbours have been run yet"
    assert begun.directions() == "No step can be laid beside table 10 yet"
    assert begun.learned().startswith("Too few steps")
    assert single.says() == "No step has the several runs that would show what seeds do"
    assert (single.margin(), single.apart()) == (None, {})
    assert single.directions() == "Of 1 steps 0 gain, and 0 have the sign of table 10"


def test_a_walk_is_read_off_records_and_a_loss_may_tell_nothing():
    records = [SimpleNamespace(**vars(record(step, 0.5 + step / 10)), history=[{"train_loss": 9.0},
                                                                             {"train_loss": loss}])
               for step, loss in enumerate([1.0, 3.0, 2.0, 1.5, 2.5])]
    names = dict(enumerate("abcde"))

    there = Walk.of(records, names, {})

    assert there.scores["c"] == [0.7]
    assert there.losses["c"] == [2.0]
    assert "does not tell which steps score less (Spearman +0.30)" in there.learned()


def test_nothing_run_yet_is_drawn_as_such():
    ax = plot.estimates(**Levels({"a": []}).rows(), family="convnext", axis="accuracy, %")

    assert [label.get_text() for label in ax.get_yticklabels()] == ["not run yet"]
    assert drawn(ax) == []
    assert list(ax.get_xticks()) == []


def test_chips_are_read_off_the_live_block():
    chips, after = diagrams.chips_of(at(4).stages.res2.blocks[1])
    last, nothing = diagrams.chips_of(convnext_mini().stages.res4.blocks[1])

    assert [chip.says for chip in chips] == ["1×1, 48→12", "d3×3, 12", "1×1, 12→48"]
    assert [chip.then for chip in chips] == [("BN", "ReLU"), ("BN", "ReLU"), ("BN",)]
    assert after == ("ReLU",)
    assert [(chip.says, *chip.then) for chip in last] == [
        ("d7×7, 96", "LN"), ("1×1, 96→384", "GELU"), ("1×1, 384→96", "scale")]
    assert nothing == ()
    with pytest.raises(ValueError, match="has a branch in a row, unlike Linear"):
        diagrams.chips_of(nn.Linear(2, 2))


def test_a_residual_block_of_another_file_is_read_too():
    chips, after = diagrams.chips_of(resnet_mini().stages[0][0])

    assert chips[0].says.startswith("3×3")
    assert after == ("ReLU",)


def test_chips_are_as_wide_as_their_maps_and_depthwise_ones_have_hairlines():
    ax = diagrams.blocks({"(b)": at(5).stages.res2.blocks[1], "(c)": at(6).stages.res2.blocks[1]})

    widths = [patch.get_width() for patch in rectangles(ax)]
    assert [width / min(widths) for width in widths] == pytest.approx([4, 4, 1, 1, 4, 1])
    assert len(ax.collections) == 2  # of hairlines
    texts = drawn(ax)
    assert {"(b)", "(c)", "d3×3, 48", "d3×3, 12", "BN, ReLU"} <= set(texts)
    assert texts.count("1×1") == 0
    assert "1×1" in drawn(diagrams.blocks({"first": at(5).stages.res3.blocks[0]}))  # its shortcut projects


def test_two_networks_stand_side_by_side_with_their_counts():
    pair = {"first": at(0), "last": at(12)}
    counted = {name: (model, layer_costs(model, (3, 64, 64))) for name, model in pair.items()}

    texts = drawn(diagrams.beside(counted, families=["resnet", "convnext"]))

    parameters = sum(layer.parameters for layer in counted["first"][1])
    assert f"{parameters / 1e6:.1f} M parameters" in texts
    assert {"first", "last", "stem", "res5", "16²", "2²", "7×7, 8", "4×4, 12", "d7×7, 24", "1×1, 96",
            "then 3×3 max pool, stride 2", "stride 4, no overlap"} <= set(texts)
    assert (texts.count("× 2"), texts.count("× 3")) == (7, 1)


def test_the_whole_network_s_plates_are_to_scale():
    model = convnext_mini(num_classes=6)

    ax = diagrams.pyramid(model, layer_costs(model, (3, 112, 112)), image_size=112, family="convnext")

    plates = rectangles(ax)
    assert plates[1].get_width() / plates[2].get_width() == pytest.approx(0.5)
    assert plates[1].get_height() / plates[2].get_height() == pytest.approx(2)
    texts = drawn(ax)
    assert {"112²\n×3", "28²\n×24", "3²\n×192", "3 blocks", "6", "4×4"} <= set(texts)
    assert texts.count("2×2") == 3


@pytest.mark.parametrize("draw", ["blocks", "beside", "pyramid"])
def test_every_word_is_legible_on_a_phone(draw):
    model = at(12)
    costs = layer_costs(model, (3, 64, 64))
    ax = {"blocks": lambda: diagrams.blocks({"a": model.stages.res2.blocks[1]}),
          "beside": lambda: diagrams.beside(dict.fromkeys("ab", (model, costs)), families=["convnext"] * 2),
          "pyramid": lambda: diagrams.pyramid(model, costs, image_size=64, family="convnext")}[draw]()

    pixels = 328 / ax.figure.get_figwidth() / 72
    assert min(text.get_fontsize() for text in ax.texts if text.get_text()) * pixels >= 8.9


BLOCK = [("1×1, 64", 64, False, "BN"), ("3×3, 64", 64, False, ""), ("1×1, 256", 256, False, "BN")]
WIDGET = Steps("lab-road", "step", "A <road>", ["one", "two & on"],
               [BLOCK, [BLOCK[0], ("d3×3, 64", 64, True, ""), BLOCK[2]]], ["ReLU", ""],
               [("sec 1", "9 M"), ("sec 2", "8 M")], ("section", "size"), [4.0, 2.0], [4.0, 2.5], "GFLOPs")


def test_what_a_step_changes_in_the_block_is_in_colour():
    first, second = WIDGET.state(0), WIDGET.state(1)

    assert [chip["class"] for chip in first["chip"]] == ["chip"] * 3
    assert [chip["class"] for chip in second["chip"]] == ["chip", "chip field", "chip"]
    assert [chip["stroke-dasharray"] for chip in second["chip"]] == ["none", "1.5 1.5", "none"]
    width = [float(chip["x2"]) - float(chip["x1"]) for chip in first["chip"]]
    assert width[2] / width[0] == pytest.approx(4)


def test_both_numbers_of_a_step_are_drawn_to_one_scale():
    first, second = WIDGET.state(0), WIDGET.state(1)

    assert float(first["after"][0]["width"]) == pytest.approx(2 * float(second["after"][0]["width"]), abs=0.2)
    assert float(second["before"][0]["width"]) / float(second["after"][0]["width"]) == pytest.approx(
        1.25, abs=0.01)
    assert [mark["text"] for mark in second["count"]] == ["2.00", "2.50"]


def test_the_script_moves_what_the_drawing_has():
    html = WIDGET._repr_html_()
    svg = html[:html.index("</svg>")]
    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])

    assert states == [WIDGET.state(0), WIDGET.state(1)]
    for kind in WIDGET.marks:
        assert len(re.findall(rf'class="{kind}[" ]', svg)) == len(states[0][kind]), kind
    assert "two &amp; on" in html
    assert repr(WIDGET) == "<widget lab-road: 2 steps>"


def test_the_table_under_the_road_has_all_of_it():
    head, rows = WIDGET.table()

    assert head == ["step", "block", "section", "size", "counted, GFLOPs", "printed, GFLOPs"]
    assert rows[1] == ["1: two & on", "1×1, 64; d3×3, 64; 1×1, 256", "sec 2", "8 M", "2.00", "2.50"]


def test_steps_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="the numbers of steps differ"):
        Steps("x", "step", "x", ["one"], [BLOCK, BLOCK], [""], [("a",)], ("a",), [1.0], [1.0], "G")
    with pytest.raises(ValueError, match="other than three"):
        Steps("x", "step", "x", ["one"], [BLOCK[:2]], [""], [("a",)], ("a",), [1.0], [1.0], "G")


def test_the_road_s_end_is_the_small_network_s_like():
    torch.manual_seed(0)
    narrow = convnext_roadmap(depths=[[1] * 4, [1, 1, 3, 1]], widths=[16, 24], num_classes=6)

    assert list(narrow.state_dict()) == list(convnext_mini(num_classes=6).state_dict())
