"""What chapter 10 says of four networks, of the paper's numbers, and of what replications have."""
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle
from studied import record
from torch import nn

import cvlib
from cvlib import layers, plot, probe
from cvlib.analysis import (
    LOGS,
    PUBLISHED,
    Ablation,
    Asked,
    Census,
    Departures,
    Lineage,
    Published,
    Recurring,
    Singles,
)
from cvlib.analysis.recurring import RECUR
from cvlib.results import save_record
from cvlib.stats import difference_interval
from cvlib.studies import Study, get_plan, load_study


@pytest.fixture(scope="module")
def lineage():
    torch.manual_seed(0)
    kinds = {"paper": ("alexnet", 64), "source": ("alexnet_2012", 64), "Caffe": ("alexnet_caffe", 64)}
    networks = {who: (cvlib.create_model(name, image_size=size), size) for who, (name, size) in kinds.items()}
    return Lineage.of(networks | {"torchvision": (cvlib.create_model("alexnet_one_tower"), 224)})


@pytest.fixture(scope="module")
def asked():
    return Asked.of(Census.read())


@pytest.mark.parametrize(("row", "cells"), [
    ("zeros around", ["0 and 3", "0 and 3", "0 and 0", "2 and 2"]),
    ("maps 3 to 5", ["384, 384, 256", "384, 384, 256", "384, 384, 256", "384, 256, 256"]),
    ("towers", ["2", "2", "2", "1"]),
    ("after conv1", ["ReLU LRN pool", "LRN pool ReLU", "ReLU LRN pool", "ReLU pool"]),
    ("within a map", ["-", "5×5 places", "-", "-"]),
    ("LRN: k", ["2", "2", "1", "-"]),
    ("alpha", ["1e-04", "2e-05", "2e-05", "-"]),
    ("sums within", ["a tower", "a tower", "all maps", "-"]),
    ("pooling", ["3/2, up", "3/2, up", "3/2, up", "3/2, down"]),
    ("dropped", ["fc6, fc7", "fc6, fc7", "fc6, fc7", "pool5, fc6"]),
    ("std conv3", ["0.01", "0.03", "0.01", "0.01"]),
    ("std fc6", ["0.01", "0.01", "0.005", "0.006"]),
    ("bias conv2", ["1.0", "1.0", "0.1", "0.0"]),
])
def test_the_networks_are_taken_apart_as_their_files_say(lineage, row, cells):
    found = [column[row] for column in lineage.columns.values()]

    assert found == cells


def test_a_table_of_four_fits_a_cell_and_counts_what_differs_from_the_first(lineage):
    assert max(map(len, lineage.table().splitlines())) <= 70
    assert lineage.differing("paper") == []
    assert lineage.differing("Caffe") == ["zeros around", "LRN: k", "alpha", "sums within", "std fc6",
                                          "bias conv2"]
    assert lineage.numbers()["Caffe_differs"] == 6
    assert lineage.numbers()["torchvision_parameters"] == "61,100,840"


def test_what_is_logged_is_what_is_printed_and_a_wrong_digit_would_show():
    logged = {line.net: line for line in LOGS}

    assert all(one.agrees for one in PUBLISHED)
    assert not Published("", "", (37.4, 17.0), (37.4727, 16.9987), "").agrees
    assert not Published("", "", (37.5, 17.1), (37.4727, 16.9987), "").agrees
    norm = next(one for one in PUBLISHED if one.what == "gain of LRN")
    difference = [100 * (getattr(logged["148"], what) - getattr(logged["145"], what)) for what in
                  ("top1", "top5")]
    assert norm.logged == pytest.approx(difference)
    assert max(map(len, Published.table(PUBLISHED).splitlines())) <= 70


def test_no_training_has_all_that_the_paper_describes(asked):
    numbers = asked.numbers()

    assert (numbers["trainings"], numbers["things"], numbers["all"]) == (18, 5, 0)
    assert asked.has["AsteroidHunter/replicatingAlexNet"] == {
        "two towers": True, "LRN acts": True, "the light": False, "the start": True, "ten views": False}
    assert asked.has["longrootchen/alexnet-imagenet-pytorch"]["the start"] is False  # 1 on the output too
    assert asked.has["tensorflow/benchmarks"]["the start"] is None
    assert asked.has["csm-kr/alexnet_pytorch"]["the light"] is False  # values reversed against vectors
    assert sum(row["two towers"] for row in asked.has.values()) == numbers["two_towers"] == 8


def test_those_with_most_come_first(asked):
    counts = [sum(value is True for value in row.values()) for row in asked.has.values()]

    assert counts == sorted(counts, reverse=True)


def test_full_squares_are_what_is_there_and_unread_ones_are_a_question():
    ax = plot.checks({"a": {"x": True, "y": False}, "b": {"x": None, "y": True}}, family="alexnet")

    squares = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    full = [patch for patch in squares if patch.get_facecolor() == patch.get_edgecolor()]
    assert (len(squares), len(full)) == (3, 2)
    assert [text.get_text() for text in ax.texts] == ["?", "x", "y"]


def runs(name, accuracies):
    return [SimpleNamespace(name=f"{name}-s{seed}", recipe={"name": name}, data={"hash": "h"}, seed=seed,
                            split="test", scores={"test": {"accuracy": accuracy}})
            for seed, accuracy in enumerate(accuracies)]


def test_departures_are_welch_s_intervals_the_costliest_first():
    base, worse, same = [0.80, 0.81, 0.805], [0.70, 0.71, 0.72], [0.80, 0.82, 0.79]

    found = Departures.of({"same": (runs("same", same), runs("base", base)),
                           "worse": (runs("worse", worse), runs("base", base))})

    assert found.told == ["worse"]
    assert found.rows()["names"] == ["worse", "same"]
    expected = difference_interval(worse, base)
    assert found.rows()["lows"][0] == pytest.approx(100 * expected.low)
    numbers = found.numbers()
    assert (numbers["rows"], numbers["told"], numbers["untold"]) == (2, 1, 1)
    assert numbers["told_names"] == "worse"


def test_pictures_are_told_apart_by_what_differs_between_them_alone():
    model = nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.Dropout(0.5)).eval()
    images = torch.randn(6, 3, 2, 2)

    found = probe.moved_by_pictures(model, images, ["0", "1"])

    values = images.flatten(1).numpy() @ model[1].weight.detach().numpy().T
    assert found["1"] == pytest.approx(np.sqrt(values.var(0, ddof=1).mean()), rel=1e-5)
    alike = images[:1].expand(4, -1, -1, -1)
    assert probe.moved_by_pictures(model, alike, ["1"])["1"] == pytest.approx(0, abs=1e-6)
    with pytest.raises(ValueError, match="nothing can be told apart"):
        probe.moved_by_pictures(model, images[:1], ["1"])


NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "10_which_alexnet.ipynb"
COSTS = {"towers": -2.0, "lighting": -3.0, "ones": 2.0}  # points of error where the part is there


def test_the_first_column_sums_over_the_layer_and_halves_as_the_text_says():
    names = {"cvlib": cvlib, "torch": torch, "seed": 0}
    exec(cell_with("def paper("), names)

    text, walked = names["paper"](), names["paper"](["std"], window="tower")

    column, other = Lineage.of({"text": (text, 224), "walked": (walked, 224)}).columns.values()
    assert [row for row in column if column[row] != other[row]] == ["sums within", "std conv3"]
    assert (column["sums within"], other["sums within"]) == ("all maps", "a tower")
    assert {type(text.head.drop6), type(text.head.drop7)} == {layers.TestTimeDropout}


@pytest.mark.parametrize(("name", "counts"), [
    ("towers", (62, 80)), ("lighting", (48, 62)), ("alpha_over_n", (41, 55)), ("ones", (22, 47)),
    ("std_of_paper", (20, 47)), ("lrn", (25, 80)), ("eigenvalue_unit", (8, 62)), ("pooling", (2, 37)),
])
def test_each_departure_is_counted_where_it_was_read(recurring, name, counts):
    assert recurring.counts(name) == counts


def test_a_start_is_told_by_what_its_notes_begin_with():
    rows = {"hundredth": ["N(0,.01); bias 1", "conv .01, FC .005, bias .1", "truncated N(0,.01)"],
            "small_biases": ["library default; off", "conv .01, bias .1", "N(0,.01), every bias is 0"]}
    never = ["conv He, FC N(0,.01), fc6 bias 1", "N(0,.1)", "all biases 1", "?"]

    for question, notes in rows.items():
        assert Census(tuple({"init": note} for note in [*notes, *never])).count(question) == len(notes)


def test_a_part_s_cost_is_its_effect_turned_round_and_what_is_missing_is_counted():
    plan, random = get_plan("ablation"), np.random.default_rng(6)
    errors = [0.3 - 0.03 * run.factors["lighting"] + random.normal(0, 0.004) for run in plan.runs]
    parts = Ablation(Study(plan, plan.runs, [SimpleNamespace(
        data={"name": "intel", "hash": "h"}, split="test",
        scores={"one_view": {"accuracy": 1 - error, "n": 3000}}) for error in errors]))

    found = Recurring(Census(()), parts, Singles(Study(get_plan("singles"), (), ())))

    [effect] = [one for one in parts.effects("test", "scarce") if one.name == "lighting"]
    [cost] = [one for one in found.costs("scarce") if one.name == "lighting"]
    assert cost[1:4] == (-effect.estimate, -effect.high, -effect.low)
    assert 2 < cost.low < 3 < cost.high < 4
    assert found.finding("scarce").startswith("The test error is raised by no light")
    assert found.finding("scarce").endswith("; 3 not run yet")


def test_before_there_are_records_the_table_says_so(page):
    said = page.read()

    assert said["recur_finding_scarce"] == said["recur_finding_plenty"] == "Not run yet"
    assert {said[f"recur_{name}_scarce"] for name in RECUR} == {"not run yet"}
    assert said["recur_alpha_over_n_plenty"] == "not asked"
    assert (said["recur_ablation_runs"], said["recur_ablation_planned"]) == (0, 128)


def test_with_records_the_table_has_what_leaving_out_a_part_costs(page):
    made(page.out, "ablation")

    said, effects = page.read(), {one.name: one for one in Ablation(load_study(
        "ablation", out=page.out)).effects("test", "plenty")}

    light = effects["lighting"]
    assert said["recur_lighting_plenty"] == (
        f"{-light.estimate:+.1f} ({-light.high:+.1f} to {-light.low:+.1f})")
    assert said["recur_lighting_scarce"].startswith("+")
    assert said["recur_ones_scarce"].startswith("−")
    assert said["recur_finding_scarce"].endswith("; 3 not run yet")
    assert said["recur_eigenvalue_unit_scarce"] == "not run yet"

    made(page.out, "singles")

    said = page.read()
    assert said["recur_alpha_over_n_scarce"].startswith("+4.")
    assert "α over the window" in said["recur_finding_scarce"]
    assert "no light" in said["recur_finding_plenty"]
    assert [name for name, value in said.items() if "ot run yet" in str(value)] == []
    assert said["recur_common_names"] == "one tower, no light, α over the window"


def cell_with(words):
    cells = ["".join(cell["source"]) for cell in json.loads(NOTEBOOK.read_text())["cells"]]
    return next(text for text in cells if words in text)


def made(out, study):
    """Made-up records of a whole study: errors of thirty per cent, but for COSTS and the source's alpha."""
    random = np.random.default_rng(6)
    for run in get_plan(study).runs:
        error = 30 + random.normal(0, 0.4) + 4.5 * run.factors.get("alpha_over_n", 0)
        error += sum(cost * run.factors.get(name, 0) for name, cost in COSTS.items())
        scores = {split: {"accuracy": 1 - error / 100, "n": 3000} for split in ("one_view", "test")}
        save_record(out / study / run.name, record(
            run, study=study, scores=scores, data={"name": run.data_name, "hash": run.data_name}))


@pytest.fixture(scope="module")
def recurring():
    return Recurring(Census.read(), Ablation(load_study("ablation")), Singles(load_study("singles")))


@pytest.fixture
def page(tmp_path, monkeypatch):
    """What the chapter's cell glues where the two studies have records, with the committed census."""
    def read():
        said = {}
        names = {"cvlib": cvlib, "analysis": cvlib.analysis, "glue": lambda *things, prefix="", **values:
                 said.update({prefix + name: value for thing in things for name, value in
                              thing.numbers().items()} | values)}
        exec(cell_with("analysis.Recurring("), names)
        return said

    monkeypatch.setattr("cvlib.studies.reading.results_folder", lambda: tmp_path)
    return SimpleNamespace(read=read, out=tmp_path)
