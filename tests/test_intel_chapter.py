"""The report's table of Intel scenes against its formulas, and the scoreboard of chapter 15."""
from itertools import product
from math import isnan
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex, to_rgba
from sklearn.metrics import f1_score, precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

import cvlib
from cvlib import analysis, plot
from cvlib.analysis import REPORT_INTEL, Printed, ReportTable
from cvlib.analysis.scoreboard import Entry
from cvlib.plot import FAMILY, PAGE

CLASSES = ["buildings", "forest", "glacier", "mountain", "sea", "street"]


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def record(recipe, seed=0, share=0.8, data="intel", n=3000):
    """A record whose answers are right with about that ``share``."""
    draw = np.random.default_rng([seed, *recipe.encode()])
    labels = draw.integers(6, size=n)
    said = np.where(draw.random(n) < share, labels, draw.integers(6, size=n))
    right = int((said == labels).sum())
    return SimpleNamespace(
        recipe={"name": recipe}, seed=seed, labels=labels, predictions=said,
        data={"name": data, "classes": CLASSES}, scores={"test": {
            "accuracy": right / n, "accuracy_interval": list(proportion_confint(right, n, method="wilson"))}})


def test_no_row_of_the_report_prints_what_its_formula_gives():
    """By brute force: whatever lies behind the rounding of precision and recall."""
    for row in REPORT_INTEL.values():
        behind = product(np.linspace(-0.005, 0.005, 11), repeat=2)
        possible = {round(2 / (1 / (row.precision + a) + 1 / (row.recall + b)), 2) for a, b in behind}
        assert row.f1 not in possible
        assert not row.could_be_the_text_s
        assert round(row.f1_of_macros, 2) in possible


def test_alexnet_s_row_gives_88_49_and_prints_88_42():
    row = REPORT_INTEL["alexnet"]

    assert (row.precision, row.recall, row.f1) == (88.57, 88.41, 88.42)
    assert round(row.f1_of_macros, 2) == 88.49
    assert Printed(88.33, 88.57, 88.41, 88.49).could_be_the_text_s


def test_the_mean_of_the_classes_f1_never_is_above_the_other():
    """Opitz and Burst, theorem 1: what the report prints may be scikit-learn's macro F1."""
    draw = np.random.default_rng(0)
    for _ in range(200):
        labels, said = draw.integers(4, size=(2, 30))
        p, r, f1, _ = precision_recall_fscore_support(labels, said, average="macro", zero_division=0)
        assert f1 <= (2 * p * r / (p + r) if p + r else 0) + 1e-12
    assert all(row.f1 < row.f1_of_macros for row in REPORT_INTEL.values())


@pytest.mark.parametrize("family", REPORT_INTEL)
def test_a_printed_accuracy_is_a_whole_number_of_photographs_or_none(family):
    row = REPORT_INTEL[family]
    fitting = [k for k in range(3001) if abs(round(100 * k / 3000, 2) - row.accuracy) < 1e-9]

    assert fitting == ([] if row.right() is None else [row.right()])


def test_convnext_s_accuracy_alone_is_no_share_of_3000():
    assert {family: row.right() for family, row in REPORT_INTEL.items()} == {
        "alexnet": 2650, "vgg": 2705, "resnet": 2677, "convnext": None}


def test_the_table_s_numbers():
    numbers = ReportTable(REPORT_INTEL).numbers()

    assert (numbers["rows"], numbers["text"], numbers["above"]) == (4, 0, 4)
    assert numbers["convnext_right"] == "none"
    assert numbers["least"] == pytest.approx(89.4249 - 89.39, abs=1e-4)
    assert numbers["most"] == pytest.approx(90.5742 - 90.35, abs=1e-4)
    assert numbers["alexnet_right"] == "2,650"


RECORDS = [
    *(record(f"{family}_common", seed, 0.7 + 0.02 * number) for seed in range(3)
      for number, family in enumerate(("convnext", "vgg", "alexnet", "resnet"))),
    record("alexnet_report+image_size=96"), record("vgg_era"), record("resnet_full"),
    record("vgg_full", data="scenes"), record("vgg_commonest"), record("myalexnet_common"),
    record("alexnet_mini"),
]


@pytest.fixture
def board():
    return analysis.Scoreboard(REPORT_INTEL, RECORDS)


def test_a_record_stands_where_its_recipe_s_name_says(board):
    assert {place: len(entry.records) for place, entry in board.places.items()} == {
        ("alexnet", "common", ""): 3, ("alexnet", "report", "image_size=96"): 1,
        ("convnext", "common", ""): 3,
        ("resnet", "common", ""): 3, ("resnet", "full", ""): 1,
        ("vgg", "common", ""): 3, ("vgg", "era", ""): 1}


def test_the_recipes_that_it_knows_are_there_or_planned():
    names = [f"{family}_{kind}" for family in analysis.FAMILIES for kind in ("report", "common", "era")]

    assert all(cvlib.get_recipe(name).model for name in names)


def test_one_run_has_wilson_s_interval_and_several_have_student_s(board):
    several, one = board.entry("vgg", "common"), board.entry("vgg", "era")

    values = [100 * (r.labels == r.predictions).mean() for r in several.records]
    assert several.interval == pytest.approx(DescrStatsW(values).tconfint_mean(0.05))
    right = int((one.records[0].labels == one.records[0].predictions).sum())
    ends = proportion_confint(right, 3000, method="wilson")
    assert one.interval == pytest.approx([100 * end for end in ends])
    assert several.mean() == pytest.approx(np.mean(values))
    assert all(isnan(end) for end in Entry().interval)


def test_scores_are_scikit_learn_s(board):
    one = board.entry("vgg", "era").records[0]

    p, r, f1, _ = precision_recall_fscore_support(one.labels, one.predictions, average="macro")

    entry = board.entry("vgg", "era")
    assert [entry.mean(name) for name in ("macro_precision", "macro_recall", "macro_f1", "f1_of_macros")] == (
        pytest.approx([100 * value for value in (p, r, f1, 2 * p * r / (p + r))]))


def test_a_family_s_rows_say_how_each_is_known(board):
    assert [line[:2] for line in board.lines("alexnet")] == [
        ("the report", "quoted"), ("the report's recipe", "not run"),
        ("the report's recipe, 96 px", "measured"), ("whole network, 64 px", "not run"),
        ("small, one recipe", "measured"), ("small, own recipe", "not run")]
    assert board.lines("alexnet")[0][2] == 88.33
    assert [len(line[5]) for line in board.lines("alexnet")] == [0, 0, 0, 0, 3, 0], "dots for several runs"


def test_the_paper_s_network_by_its_own_recipe_stands_beside_and_is_no_row_to_be_filled(board):
    beside = [record("alexnet_intel"), record("alexnet_intel+epochs=8", 1)]
    more = analysis.Scoreboard(REPORT_INTEL, [*RECORDS, *beside])

    *common, whole, shorter = [line[:2] for line in more.lines("alexnet")]
    assert whole == ("whole, its paper's recipe", "measured")
    assert shorter == ("whole, its paper's recipe, 8 epochs", "measured")
    assert common == [line[:2] for line in board.lines("alexnet")]
    assert len(more.lines("vgg")) == len(board.lines("vgg"))
    ours, before = more.numbers(), board.numbers()
    assert ours.pop("runs") == before.pop("runs") + 2
    assert ours == before


def test_only_what_all_four_have_is_compared(board):
    numbers = board.numbers()

    assert board.shared == "common"
    assert [part.split()[0] for part in numbers["common_order"].split(", ")] == [
        "ResNet", "AlexNet", "VGG", "ConvNeXt"]
    assert (numbers["era_order"], numbers["vgg_full"]) == ("not run yet", "not run yet")
    assert (numbers["planned"], numbers["measured"], numbers["missing"], numbers["runs"]) == (16, 6, 10, 15)
    assert numbers["shared"] == "small, one recipe"
    assert analysis.Scoreboard(REPORT_INTEL, []).numbers()["shared"] == "none"
    often = [record("vgg_era", seed) for seed in range(1, 6)]
    assert analysis.Scoreboard(REPORT_INTEL, [*RECORDS, *often]).shared == "common"


def test_of_two_kinds_that_all_four_have_the_one_with_more_runs_is_compared():
    whole = [record(f"{family}_full") for family in analysis.FAMILIES]

    assert analysis.Scoreboard(REPORT_INTEL, whole).shared == "full"
    assert analysis.Scoreboard(REPORT_INTEL, [*RECORDS, *whole]).shared == "common"


def test_hard_classes_are_told_from_bad_networks():
    labels = np.repeat(np.arange(3), 10)
    said = {"vgg": labels.copy(), "resnet": labels.copy()}
    said["vgg"][:6], said["resnet"][:4], said["resnet"][10:11] = 1, 2, 0
    entries = {family: Entry([SimpleNamespace(labels=labels, predictions=answers, data={"classes": "abc"})])
               for family, answers in said.items()} | {"alexnet": Entry()}

    found = analysis.ByClass(entries, ["a", "b", "c"])

    assert {family: list(values) for family, values in found.recalls.items()} == {
        "vgg": [40, 100, 100], "resnet": [60, 90, 100]}
    assert found.numbers() == {
        "networks": 2, "hardest": "a", "hardest_low": 40, "hardest_high": 60, "easiest": "c",
        "easiest_low": 100, "easiest_high": 100, "hardest_each": "VGG a, ResNet a", "within": 50,
        "between": 10}
    assert analysis.ByClass({"vgg": Entry()}, ["a"]).numbers() == {"networks": 0}


def test_each_network_has_a_hardest_class_of_its_own():
    labels = np.array([0, 0, 1, 1])
    said = {"vgg": [1, 0, 1, 1], "resnet": [0, 0, 1, 0]}
    entries = {family: Entry([SimpleNamespace(labels=labels, predictions=np.array(answers),
                                              data={"classes": ["sea", "street"]})])
               for family, answers in said.items()}

    found = analysis.ByClass(entries, ["sea", "street"])

    assert found.numbers()["hardest_each"] == "VGG sea, ResNet street"


def test_the_scoreboard_draws_solid_hollow_and_dashed(board):
    ax = plot.scoreboard([("AlexNet", "alexnet", board.lines("alexnet"))], axis="%", limits=(50, 100))

    assert [label.get_text() for label in ax.get_yticklabels()] == [
        line[0] for line in board.lines("alexnet")]
    assert sum(line.get_linestyle() == "--" for line in ax.lines) == 3
    dots = [dot for dot in ax.collections if len(dot.get_offsets()) == 1]
    assert [to_hex(dot.get_facecolor()[0]).upper() for dot in dots] == [PAGE, *[FAMILY["alexnet"]] * 2]
    assert dots[0].get_offsets()[0][0] == 88.33
    assert to_rgba(FAMILY["alexnet"]) == tuple(dots[0].get_edgecolor()[0])
    written = [text.get_text() for text in ax.texts]
    assert written.count("not run yet") == 3
    assert written[written.index("88.33") + 1] == "quoted", "as it was printed"


def test_a_panel_a_network_shows_its_values_and_the_mean_of_all():
    values = {"vgg": ("VGG", [80.0, 90.0]), "resnet": ("ResNet", [60.0, 100.0])}

    panels = plot.by_class(values, ["sea", "street"], axis="recall, %", limits=(50, 100))

    for ax, (family, (title, row)) in zip(panels, values.items(), strict=True):
        means, dots = [marks for marks in ax.collections if len(marks.get_offsets()) == 2]
        assert dots.get_offsets()[:, 0].tolist() == row
        assert means.get_offsets()[:, 0].tolist() == [70, 95]
        assert to_hex(dots.get_facecolor()[0]).upper() == FAMILY[family]
        assert title in [text.get_text() for text in ax.texts]
    assert [label.get_text() for label in panels[0].get_yticklabels()] == ["sea", "street"]


def test_the_oracle_of_the_chapter_is_the_mean_of_the_classes():
    labels, said = np.random.default_rng(1).integers(6, size=(2, 300))

    scores = cvlib.metrics.classification_scores(labels, said, 6)

    assert scores.macro_f1 == pytest.approx(f1_score(labels, said, average="macro"))


def test_the_short_recipes_for_drawings_are_the_common_ones_cut():
    for family in analysis.FAMILIES:
        short, whole = (cvlib.get_recipe(f"{family}_{kind}") for kind in ("scenes", "common"))
        kept = {name: value for name, value in short.as_dict().items() if value == whole.as_dict()[name]}
        assert set(short.as_dict()) - set(kept) == {"name", "epochs", "batch_size", "views"}
