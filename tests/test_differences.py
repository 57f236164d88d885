"""What chapter 17 says about records, against counts by hand, SciPy and statsmodels; and its figures."""
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from drawn import drawn, style  # noqa: F401
from matplotlib.colors import to_hex
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests

from cvlib import analysis, plot
from cvlib.stats import crossed_difference, mcnemar_bounds, pictures_needed

REPORT = analysis.Reported({"AlexNet": 88.33, "VGG-19": 90.17, "ResNet-152": 89.23, "ConvNeXt": 88.36}, 3000)
LABELS = np.arange(400) % 4


def record(wrong, *, seed=0, labels=LABELS, name="r", answer=1):
    """A record that has these pictures wrong; ``answer`` says by how much it is off."""
    said = labels.copy()
    said[list(wrong)] = (said[list(wrong)] + answer) % 4
    recipe = {"name": name}
    return SimpleNamespace(name=f"{name}-s{seed}", labels=labels, predictions=said, seed=seed, recipe=recipe,
                           data={"hash": "0", "classes": list("abcd")}, split="test",
                           scores={"test": {"accuracy": float((said == labels).mean())}})


def seeds(name, *wrongs):
    return [record(wrong, seed=seed, name=name) for seed, wrong in enumerate(wrongs)]


def test_printed_accuracies_are_counts_of_pictures_or_of_no_pictures():
    assert [REPORT.correct(name) for name in REPORT.accuracies] == [2650, 2705, 2677, 2651]
    assert [REPORT.exists(name) for name in REPORT.accuracies] == [True, True, True, False]
    assert 88.36 not in {round(100 * right / 3000, 2) for right in range(3001)}


def test_the_reports_pairs_are_judged_whatever_the_pictures_were():
    pairs = {(pair.better, pair.worse): pair for pair in REPORT.pairs()}

    assert [pair.ahead for pair in REPORT.pairs()] == [55, 54, 28, 27, 26, 1]
    assert [pair.verdict() for pair in REPORT.pairs()] == ["always"] * 2 + ["depends"] * 3 + ["never"]
    far = pairs["VGG-19", "AlexNet"].bounds
    assert (far.best, far.worst) == pytest.approx(  # 55 to 0, and 350 to 295
        [statsmodels_mcnemar([[0, 55 + k], [k, 0]], exact=True).pvalue for k in (0, 295)])
    assert pairs["ConvNeXt", "AlexNet"].bounds.best == 1


def test_the_reports_numbers_are_those_of_its_pairs():
    numbers = REPORT.numbers()

    assert [numbers[kind] for kind in ("pairs", "always", "depends", "never")] == [6, 2, 3, 1]
    assert numbers["always_of_six"] == 0
    assert numbers["worst"] == max(pair.bounds.worst for pair in REPORT.pairs()[:2])
    most = [100 * mcnemar_bounds(better, worse, 3000).most_alone()
            for better, worse in ((2705, 2677), (2677, 2650), (2677, 2651))]
    assert (numbers["most_low"], numbers["most_high"]) == (min(most), max(most))
    assert (numbers["odd"], numbers["odd_count"]) == ("ConvNeXt", 1)
    assert "worst" not in replace(REPORT, accuracies={"a": 50.0, "b": 50.1}).numbers()


def test_the_reports_reaches_are_its_bounds_in_per_cent():
    reaches = REPORT.reaches()

    assert reaches["names"][0] == "VGG-19 − AlexNet"
    assert (reaches["starts"][0], reaches["ends"][0]) == pytest.approx((100 * 55 / 3000, 100 * 645 / 3000))
    assert reaches["counted"][:2] == pytest.approx(reaches["ends"][:2])
    assert np.isnan(reaches["counted"][-1])
    assert reaches["says"][1:4] == ["always", "up to 6.3 %", "up to 5.8 %"]
    assert reaches["says"][-1] == "never"


def single():
    return analysis.Rivals({"worst": [record(range(32, 80))], "best": [record(range(40, 80))],
                            "near": [record(range(38, 80))]})


def test_single_runs_are_put_to_mcnemar_and_holm():
    rivals = single()

    tables = [[[358, 2], [0, 40]], [[352, 8], [0, 40]], [[352, 6], [0, 42]]]
    p_values = [statsmodels_mcnemar(table, exact=True).pvalue for table in tables]
    assert rivals.ranked == ["best", "near", "worst"]
    assert [(duel.better, duel.worse) for duel in rivals.duels] == [
        ("best", "near"), ("best", "worst"), ("near", "worst")]
    assert [duel.p_value for duel in rivals.duels] == pytest.approx(p_values)
    adjusted = multipletests(p_values, method="holm")[1]
    assert [duel.adjusted for duel in rivals.duels] == pytest.approx(adjusted)
    assert [duel.verdict for duel in rivals.duels] == ["cannot tell", "best is better", "cannot tell"]


def test_single_runs_have_the_paired_bootstraps_interval():
    duel, = analysis.Rivals({"a": [record(range(120))], "b": [record(range(40, 80))]}).duels

    half = 1.96 * np.sqrt(0.2 - 0.2**2) / 20
    assert (duel.better, duel.worse, duel.seeds, len(duel.tests)) == ("b", "a", 1, 1)
    assert duel.interval == pytest.approx((0.2, 0.2 - half, 0.2 + half), abs=0.1 * half)


def test_of_several_seeds_both_sources_of_chance_count():
    ours, theirs = seeds("a", range(40), range(42), range(45)), seeds("b", range(60), range(30, 88))
    rivals = analysis.Rivals({"ours": ours, "theirs": theirs})

    duel, = rivals.duels
    right = [np.array([one.predictions == LABELS for one in runs]) for runs in (ours, theirs)]
    assert duel.interval == crossed_difference(*right).both
    assert duel.p_value == crossed_difference(*right).p_value
    assert (duel.seeds, len(duel.tests)) == (2, 6)
    rows = rivals.rows()
    assert (rows["names"], rows["centres"], rows["lows"], rows["highs"]) == (
        ["ours − theirs"], *([100 * value] for value in duel.interval))
    assert rows["points"][0] == pytest.approx([(x - y) / 4 for x in (360, 358, 355) for y in (340, 342)])
    assert rivals.numbers()["speaks"] == "the recipes"


def test_the_numbers_of_rivals_count_what_is_shown_and_what_cannot_be_told():
    numbers = single().numbers()

    assert {name: numbers[name] for name in ("networks", "duels", "runs", "seeds", "shown", "holm", "cannot")
            } == {"networks": 3, "duels": 3, "runs": 3, "seeds": 1, "shown": 2, "holm": 1, "cannot": 2}
    assert (numbers["alone_low"], numbers["alone_high"]) == pytest.approx((0.5, 2))
    assert (numbers["best"], numbers["last"]) == ("best", "worst")
    assert numbers["untold"] == "best − near and near − worst"
    assert numbers["speaks"] == "these networks, each one run of its recipe"
    assert "   0.008   0.023  differ" in single().table()


@pytest.mark.parametrize("kind", [analysis.Rivals, analysis.Consistency])
def test_networks_that_saw_other_pictures_are_not_compared(kind):
    ours, others = record([1]), record([1], labels=LABELS[::-1].copy(), name="other")
    wrap = (lambda one: [one]) if kind is analysis.Rivals else (lambda one: one)

    with pytest.raises(ValueError, match="other-s0 and r-s0 answered different pictures"):
        kind({"a": wrap(ours), "b": wrap(others)})
    with pytest.raises(ValueError, match="two networks"):
        kind({"a": wrap(ours)})


def test_every_two_networks_have_an_error_consistency():
    shared = analysis.Consistency({"a": record(range(100)), "b": record(range(50, 130)),
                                   "c": record(range(90, 200), answer=2)})

    wrong = [one.predictions == LABELS for one in shared.records.values()]
    expected = [[cohen_kappa_score(one, other) for other in wrong] for one in wrong]
    assert np.allclose(shared.kappas, expected)
    numbers = shared.numbers()
    assert (numbers["closest"], numbers["kappa_high"]) == ("a and b", shared.kappas[0, 1])
    assert numbers["kappa_low"] == shared.kappas.min()


def test_runs_that_differ_in_the_seed_alone_are_put_to_mcnemar():
    repeats = analysis.Repeats([seeds("a", range(40), range(20, 60), range(30)), seeds("b", [1], [2])])

    numbers = repeats.numbers()
    assert len(repeats.p_values) == numbers["pairs"] == 4
    assert numbers["below"] == 1  # 10 pictures more, none fewer
    assert numbers["chance"] == pytest.approx(0.2)
    assert (numbers["alone_low"], numbers["alone_high"]) == (0.5, 12.5)
    assert (numbers["apart"], numbers["apart_names"]) == (1, "a")
    by_recipe = np.array([0, 10, 10]) / 400  # differences of two runs: each is two runs' variance
    assert numbers["apart_spread"] == pytest.approx(100 * np.sqrt((by_recipe**2).mean() / 2))
    assert numbers["apart_coin"] == pytest.approx(100 * np.sqrt(np.mean([40, 10, 50]) / 2) / 400)
    assert numbers["spread"] == 0
    assert numbers["spread_coin"] == pytest.approx(100 * np.sqrt(2 / 2) / 400)
    assert analysis.Repeats([seeds("b", [1], [2])]).numbers()["apart_names"] == "none"


def test_what_single_runs_would_have_said_stands_beside_what_all_say():
    base, changed = seeds("a", range(30), range(34)), seeds("b", range(38), range(50), range(41))
    runs = analysis.SingleRuns(base, changed)

    p_values = [statsmodels_mcnemar([[0, fewer], [0, 0]], exact=True).pvalue
                for fewer in (8, 20, 11, 4, 16, 7)]
    numbers, rows = runs.numbers(), runs.rows()
    assert runs.p_values == pytest.approx(p_values)
    assert (numbers["pairs"], numbers["below"]) == (6, 5)
    assert (numbers["p_low"], numbers["p_high"]) == pytest.approx((min(p_values), max(p_values)))
    assert numbers["mean"] == pytest.approx(100 * (43 - 32) / 400)
    assert rows["names"] == ["other photographs", "other seeds", "both"]
    assert rows["lows"] == pytest.approx([numbers[f"{kind}_low"] for kind in ("pictures", "seeds", "both")])


def test_a_chart_of_estimates_may_give_each_row_its_network():
    ax = plot.estimates(["a", "b"], [1, 2], [0, 1], [2, 3], family=["vgg", "ink"], axis="points")

    colours = [to_hex(line.get_color()).upper() for line in ax.lines]
    assert colours == [plot.FAMILY["vgg"], plot.INK]


def test_reaches_draw_what_counts_over_what_is_possible():
    ax = plot.reaches(["far", "near"], [1, 2], [6, np.nan], [9, 8], axis="%", bands={"ours": (3, 4)},
                      says=["up to 6", "never"])

    drawn_lines = [(line.get_linewidth(), list(line.get_xdata()), line.get_ydata()[0]) for line in ax.lines]
    assert drawn_lines == [(1, [1, 9], 0), (4, [1, 6], 0), (1, [2, 8], 1)]
    assert drawn(ax) == ["ours", "up to 6", "never"]
    band = ax.patches[0].get_bbox()
    assert (band.x0, band.x1) == (3, 4)
    assert 0 < ax.patches[0].get_alpha() < 1, "two bands that overlap are told apart"


def test_a_triangle_writes_every_two_once():
    matrix = np.array([[1, 0.5, 0.25], [0.5, 1, 0], [0.25, 0, 1]])

    ax = plot.triangle(matrix, ["A", "V", "R"], families=["alexnet", "vgg", "resnet"])

    assert drawn(ax) == ["0.50", "0.25", "0.00"]
    fills = [patch.get_facecolor()[0] for patch in ax.patches]
    assert fills == sorted(fills)  # 0.5 is the darkest
    labels = {label.get_text(): to_hex(label.get_color()).upper()
              for label in (*ax.get_xticklabels(), *ax.get_yticklabels())}
    assert labels == {"A": plot.FAMILY["alexnet"], "V": plot.FAMILY["vgg"], "R": plot.FAMILY["resnet"]}


def test_a_chart_of_pictures_needed_is_the_plans():
    ax = plot.needed(pictures_needed, (0.1, 0.15), sizes={"there are": 3000}, marks={"b": 1.84})

    assert ax.lines[-1].get_ydata() == pytest.approx(
        [pictures_needed(0.0184, share) for share in (0.1, 0.15)])
    assert drawn(ax)[:2] == ["there are", "b"]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_shares_without_a_network_are_in_ink():
    ax = plot.paired_shares(["none", "all"], {"seen": [0.6, 0.4], "by chance": [0.9, 0.1]}, family="ink",
                            axis="% of the photographs")

    colours = [to_hex(marks.get_facecolor()[0]).upper() for marks in ax.collections[1:]]
    assert colours == [plot.INK, plot.GREY]
    assert ax.get_xlabel() == "% of the photographs"
