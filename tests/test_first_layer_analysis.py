"""What chapter 02 says of variants, first steps and maps, against SciPy and against counts by hand."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats as scipy_stats

import cvlib
from cvlib.analysis import FirstSteps, Sides, Variants
from cvlib.results import RunRecord

FIRST = np.arange(24.0).reshape(2, 12)
LOSSES = {"base": FIRST, "high": FIRST + np.array([[1], [3]])}


def record(seed, accuracy, name="tiny", hash="ab"):
    return RunRecord(recipe={"name": name}, seed=seed, history=[], labels=np.zeros(10, int),
                     data={"name": "pets", "hash": hash, "classes": ["cat"], "sizes": {}},
                     scores={"test": {"n": 3000, "accuracy": accuracy}},
                     log_probabilities=np.zeros((10, 1), np.float16), environments=[])


BASE = [record(0, 0.80), record(1, 0.82), record(2, 0.81)]
WORSE = [record(0, 0.70, "worse"), record(1, 0.72, "worse"), record(2, 0.715, "worse")]
LIKE = [record(0, 0.805, "like"), record(1, 0.815, "like")]


def test_a_variant_differs_by_welchs_interval():
    numbers = Variants(BASE, {"worse": WORSE, "like": LIKE}, planned=3).numbers()

    welch = scipy_stats.ttest_ind([70, 72, 71.5], [80, 82, 81], equal_var=False).confidence_interval(0.95)
    assert (numbers["worse_low"], numbers["worse_high"]) == pytest.approx((welch.low, welch.high))
    assert numbers["worse_change"] == pytest.approx(np.mean([70, 72, 71.5]) - 81)
    assert numbers["worse_mean"] == pytest.approx(np.mean([70, 72, 71.5]))
    assert (numbers["base"], numbers["n"], numbers["seeds"]) == (pytest.approx(81), "3,000", 3)
    assert (numbers["compared"], numbers["runs"]) == (2, "8 of 9")
    assert numbers["finding"] == "1 of 2 variants can be told from the base"
    assert numbers["by_chance"] == pytest.approx(100 - 95 * 0.95)
    widest = max((numbers[f"{name}_high"] - numbers[f"{name}_low"]) / 2 for name in ("worse", "like"))
    assert numbers["reach"] == f"{widest:.1f} points to each side"
    assert Variants(BASE, {"like": LIKE}, planned=3).finding == "None of 1 variants can be told from the base"


def test_what_it_says_of_a_variant_follows_the_interval():
    variants = Variants(BASE, {"worse": WORSE, "like": LIKE, "none": [], "one": WORSE[:1]}, planned=3)
    better = Variants(WORSE, {"base": BASE}, planned=3)

    assert variants.verdict("worse").startswith("scores 9.8 points less (−")
    assert better.verdict("base").startswith("scores 9.8 points more (+")
    assert variants.verdict("like").startswith("changes the score by +0.0 points (−")
    assert variants.verdict("like").endswith("): we cannot tell")
    assert variants.verdict("none") == "has 0 of 3 runs, too few to say anything"
    assert variants.compared == ["worse", "like"]


def test_runs_are_told_by_how_far_they_lie_from_the_bases_mean():
    variants = Variants(BASE, {"worse": WORSE}, planned=3)

    assert variants.changes("worse") == pytest.approx([-0.11, -0.09, -0.095])
    assert variants.changes() == pytest.approx([-0.01, 0.01, 0.0])


def test_a_study_that_has_just_begun_compares_nothing():
    numbers = Variants(BASE[:1], {"worse": WORSE}, planned=3).numbers()

    assert (numbers["compared"], numbers["runs"], numbers["by_chance"]) == (0, "4 of 6", 0)
    assert (numbers["finding"], numbers["reach"]) == ("There are too few runs to compare", "no interval yet")
    assert "worse_low" not in numbers
    with pytest.raises(ValueError, match="no run yet"):
        Variants([], {"worse": WORSE}, planned=3)


def test_rows_are_what_a_chart_of_estimates_draws():
    variants = Variants(BASE, {"much_worse": WORSE, "none": [], "one": WORSE[:1]}, planned=3)

    rows = variants.rows("the base")

    assert rows["names"] == ["the base", "much worse", "one"]
    assert rows["centres"] == pytest.approx([0, np.mean([70, 72, 71.5]) - 81, -11])
    assert str(rows["centres"][0]) == "0.0"  # a sum's last digits would be written as −0.0
    assert np.isnan([rows[end][row] for end in ("lows", "highs") for row in (0, 2)]).all()
    assert (rows["lows"][1], rows["highs"][1]) == pytest.approx(
        [100 * end for end in variants.change("much_worse")[1:]])
    assert rows["points"][0] == pytest.approx([-1, 1, 0])
    assert rows["points"][1] == pytest.approx([-11, -9, -9.5])


def test_the_recipes_of_a_study_are_a_base_and_its_variants():
    study = cvlib.load_study("padding", out="nowhere")
    ours = study.plan.runs[1::4]
    there = replace(study, planned=[study.plan.runs[0], *ours], runs=[
        record(run.seed, 0.7, run.recipe.name) for run in (study.plan.runs[0], *ours)])

    variants = Variants.of(there)

    assert list(variants.variants) == ["both_sides", "no_zeros", "more_pixels"]
    assert [len(runs) for runs in variants.variants.values()] == [3, 0, 0]
    assert (len(variants.base), variants.planned) == (1, 3)


def test_the_base_may_come_from_another_study():
    study = cvlib.load_study("towers", out="nowhere")
    half = study.plan.runs[0]
    there = replace(study, planned=[half], runs=[record(half.seed, 0.7, half.recipe.name)])
    base = [record(seed, 0.8, "alexnet_64px") for seed in (0, 1)]

    variants = Variants.of(there, base)

    assert [len(runs) for runs in variants.variants.values()] == [1, 0]
    assert (list(variants.variants), variants.planned) == (["half", "one_tower"], 3)
    assert variants.base is base
    with pytest.raises(ValueError, match="the base has no run yet"):
        Variants.of(there, [])


def test_variants_on_other_pictures_are_refused():
    others = [record(seed, 0.7, "worse", hash="cd") for seed in (0, 1)]

    with pytest.raises(ValueError, match="different pictures"):
        Variants(BASE, {"worse": others}, planned=3)


def test_kinds_of_training_are_compared_seed_by_seed():
    steps = FirstSteps(LOSSES, base="base", last=4)

    low, high = scipy_stats.t.interval(0.95, 1, 2, scipy_stats.sem([1, 3]))
    numbers = steps.numbers()
    assert steps.ends("base").tolist() == [9.5, 21.5]
    assert (numbers["base_loss"], numbers["high_loss"], numbers["high_more"]) == (15.5, 17.5, 2)
    assert (numbers["high_more_low"], numbers["high_more_high"]) == pytest.approx((low, high))
    assert numbers["high_more_half"] == pytest.approx((high - low) / 2)
    assert numbers["high_says"] == f"+2.00 ± {(high - low) / 2:.2f}"
    assert FirstSteps(LOSSES, base="high").numbers()["base_says"].startswith("−")
    assert (numbers["seeds"], numbers["steps"], numbers["last"]) == (2, 12, 4)
    assert "base_more" not in numbers


def test_losses_are_averaged_in_blocks_of_steps():
    blocks = FirstSteps(LOSSES, base="base").blocks("base", 5)

    assert blocks.tolist() == [[2, 7], [14, 19]]


@pytest.mark.parametrize("losses", [
    {"base": np.zeros((2, 12)), "high": np.zeros((2, 11))}, {"base": np.zeros((1, 12))},
    {"base": np.zeros(12)}])
def test_losses_that_cannot_be_compared_are_refused(losses):
    with pytest.raises(ValueError, match="two seeds or more and the same of all"):
        FirstSteps(losses, base="base")


def test_a_map_is_stuck_where_its_relu_does_nothing_or_leaves_nothing():
    signs = torch.ones(2, 4, 5, 10)  # 100 places a map
    signs[:, 1] = -1
    signs[:, 2, :, 0::2] = -1
    signs[0, 3, 0, :6] = 0  # not positive: 6 of 100

    sides = Sides({"mixed": signs, "all even": signs[:, [2, 2, 2, 2]]})

    assert sides.shares["mixed"].tolist() == pytest.approx([0, 0.5, 0.94, 1])
    assert sides.numbers() == {"maps": 4, "mixed_stuck": 2, "mixed_low": 0, "mixed_high": 100,
                               "all_even_stuck": 0, "all_even_low": 50, "all_even_high": 50}
    signs[0, 3, 0, 5] = 1
    assert Sides({"mixed": signs}).stuck("mixed") == 3
