"""Plans of studies, and what their records say together."""
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from studied import ACCURACIES, BASE, FACTORS, PLAN, judged, keep, record

import cvlib
from conftest import named_random
from cvlib.recipes import Crop, Flip
from cvlib.results import save_record
from cvlib.studies import (
    Factor,
    Planned,
    StudyPlan,
    corner,
    factorial_runs,
    get_plan,
    one_at_a_time,
    read_study,
    replicates,
)


def test_a_corner_sets_fields_adds_to_tuples_and_merges_options():
    base = replace(BASE, model="alexnet", model_options={"init": "paper"})
    factors = (Factor("crops", high={"augment": "crop"}), Factor("flips", high={"augment": Flip()}),
               Factor("width", {"model_options": {"in_channels": 3}}, {"model_options": {"in_channels": 1}}),
               Factor("rate", {"lr": 0.1}, {"lr": 0.2}))

    made = corner(base, factors, {"crops": 1, "flips": 1, "width": 0, "rate": 1})

    assert made.name == "base-1101"
    assert made.augment == (Crop(), Flip())
    assert dict(made.model_options) == {"init": "paper", "in_channels": 3}
    assert made.lr == 0.2
    assert replace(made, name="base", augment=(), model_options=base.model_options, lr=base.lr) == base


@pytest.mark.parametrize(("factors", "message"), [
    (lambda: [Factor("a", {"rl": 1}, {"rl": 2})], "no 'rl' .*lr"),
    (lambda: [Factor("a", {"name": "x"}, {"name": "y"})], "no 'name'"),
    (lambda: [Factor("a", {"lr": 1}, {"lr": 1})], "same at both levels"),
    (lambda: [Factor("a b", {"lr": 1})], "a factor's name"),
    (lambda: [Factor("a", {"lr": 1}), Factor("b", {"lr": 2})], "'a' and 'b' both set lr"),
    (lambda: [Factor("a", {"model_options": {"x": 1}}), Factor("b", high={"model_options": {"x": 2}})],
     "both set model_options.x"),
    (lambda: [Factor("a", high={"lr": -1})], "lr must be a number above 0"),
])
def test_factors_that_cannot_be_set_are_refused(factors, message):
    with pytest.raises(ValueError, match=message):
        corner(BASE, made := factors(), {factor.name: 1 for factor in made})


def test_a_factorial_s_runs_are_whole_replicates_one_after_the_other():
    assert [run.name for run in PLAN.runs] == [
        f"base-{digits}-scenes-s{seed}" for seed in (0, 1) for digits in ("00", "10", "01", "11")]
    assert [dict(run.factors) for run in PLAN.runs[:2]] == [{"rate": 0, "flips": 0}, {"rate": 1, "flips": 0}]
    assert PLAN.runs[1].experiment("try") == {"name": "try", "factors": {"rate": 1, "flips": 0}}


def test_nine_factors_in_two_regimes_are_one_plan_whose_pairs_can_be_told(tmp_path):
    factors = [Factor(f"f{i}", high={"model_options": {f"f{i}": True}}) for i in range(9)]
    regimes = {"scarce": (replace(BASE, name="scarce"), (0, 1)),
               "plenty": (replace(BASE, name="plenty", epochs=2), (0,))}
    plan = StudyPlan("nine", "?", [run for regime, (base, seeds) in regimes.items() for run in factorial_runs(
        base, factors, "F=BCDE G=ACDE H=ABDE J=ABCE", seeds=seeds, blocks={"regime": regime})], factors)
    keep(plan, tmp_path, named_random("nine").integers(80, 180, 96) / 200)

    study = read_study(plan, out=tmp_path)

    assert len({run.name for run in plan.runs}) == 96
    pairs = study.where(regime="scarce").effects(interactions=True)[9:]
    assert "f0:f1 + f5:f6" in [pair.name for pair in pairs]
    assert len(pairs) == 21  # the eight with f4 alone, twelve of two, one of four
    assert len(study.effects()) == 9


def test_one_at_a_time_compares_each_with_the_base():
    runs = one_at_a_time(BASE, FACTORS, seeds=(0, 1), blocks={"regime": "scarce"})

    assert [run.recipe.name for run in runs[:3]] == ["base-base", "base-rate", "base-flips"]
    assert [tuple(run.factors.values()) for run in runs[:3]] == [(0, 0), (1, 0), (0, 1)]
    assert runs[1].recipe.lr == 1e-3
    assert runs[2].experiment("x") == {"name": "x", "regime": "scarce", "factors": {"rate": 0, "flips": 1}}


def other(**changes):
    return Planned(replace(BASE, name="other", lr=0.2), **changes)


@pytest.mark.parametrize(("runs", "message"), [
    ((), "no runs"),
    ((other(), other()), "two runs are called other-scenes-s0"),
    ((other(), Planned(replace(BASE, name="other"), seed=1)), "two recipes are called other"),
    ((other(factors={"a": 0}), Planned(replace(BASE, name="new", lr=0.2), factors={"a": 1})),
     "train alike: a changes nothing"),
    ((other(factors={"a": 0}), other(seed=1)), "says .*and the study has"),
    ((other(factors={"a": 2}),), "a level is 0 or 1"), ((other(blocks={"seed": 1}),), "may be called seed"),
    ((other(), Planned(replace(BASE, precision="bfloat16"))), "is in bfloat16, other-scenes-s0 in float32"),
])
def test_a_plan_that_cannot_stand_is_refused(runs, message):
    with pytest.raises(ValueError, match=message):
        StudyPlan("try", "?", runs)


def test_a_plan_on_a_folder_of_one_s_own_has_the_folder_s_name(tmp_path):
    (tmp_path / "intel").mkdir()

    plan = PLAN.on(tmp_path / "intel")

    assert plan.runs[0].name == "base-00-folder-intel-s0"
    assert plan.runs[0].recipe == PLAN.runs[0].recipe


def test_an_unknown_study_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="no study 'tinny'; did you mean tiny"):
        get_plan("tinny")


def test_a_study_says_what_is_there_and_what_is_missing(tmp_path):
    keep(PLAN, tmp_path, ACCURACIES[:6])

    study = read_study(PLAN, out=tmp_path)

    assert study.missing == ["base-01-scenes-s1", "base-11-scenes-s1"]
    assert study.scores == pytest.approx(ACCURACIES[:6])
    assert study.score("log_loss")[0] == pytest.approx(-0.6 * np.log(0.8) - 0.4 * np.log(0.3), abs=1e-3)
    assert study.score(lambda r: r.history[0]["train_loss"]) == pytest.approx(1 - np.array(ACCURACIES[:6]))
    assert {name: list(column) for name, column in study.factors.items()} == {
        "rate": [0, 1, 0, 1, 0, 1], "flips": [0, 0, 1, 1, 0, 0]}
    assert study.column("seed") == [0, 0, 0, 0, 1, 1]
    part = study.where(seed=1, flips=0)
    assert (list(part.scores), part.missing) == (pytest.approx([0.62, 0.72]), [])
    assert list(part.factors) == ["rate"]


@pytest.mark.parametrize(("options", "block"), [({}, "C(regime)"), ({"blocks": ["seed"]}, "C(seed)")])
def test_a_study_s_effects_are_those_of_its_scores_block_by_block(tmp_path, options, block):
    regimes = {"scarce": replace(BASE, name="scarce"), "plenty": replace(BASE, name="plenty", epochs=2)}
    plan = StudyPlan("try", "?", [run for name, base in regimes.items() for run in factorial_runs(
        base, FACTORS, seeds=(0, 1), blocks={"regime": name})], FACTORS)
    accuracies = named_random("regimes").integers(80, 180, 16) / 200
    keep(plan, tmp_path, accuracies)
    study = read_study(plan, out=tmp_path)
    table = {name: study.column(name) for name in ("rate", "flips", "regime")}
    table["seed"] = [f"s{seed}" for seed in study.column("seed")]

    found = study.effects(interactions=True, **options)

    want = judged(accuracies, table, f"rate * flips + {block}")
    assert {e.name: e[1:] for e in found} == {e.name: pytest.approx(want[e.name]) for e in found}


def test_an_effect_on_any_function_of_a_record(tmp_path):
    keep(PLAN, tmp_path)

    rate, _ = read_study(PLAN, out=tmp_path).effects(lambda record: record.history[0]["train_loss"])

    assert rate.estimate == pytest.approx(-0.13)


def test_replicates_have_student_s_intervals_of_the_mean_and_of_one_more(tmp_path):
    plan = StudyPlan("try", "?", replicates([BASE, replace(BASE, name="once")], seeds=(0, 1, 2))[:-1])
    keep(plan, tmp_path, (0.60, 0.40, 0.66, 0.50, 0.63))

    base, once = read_study(plan, out=tmp_path).interval()

    wanted = stats.t.interval(0.95, 2, 0.63, 0.03 / 3**0.5)
    assert (base.recipe, base.data, base.n, base.mean) == ("base", "scenes", 3, pytest.approx(0.63))
    assert (base.low, base.high) == pytest.approx(wanted)
    one_more = stats.t.interval(0.95, 2, 0.63, 0.03 * (4 / 3)**0.5)
    assert (base.next_low, base.next_high) == pytest.approx(one_more)
    assert (once.n, once.mean) == (2, pytest.approx(0.45))
    alone = read_study(plan, out=tmp_path).where(seed=2).interval()
    assert alone == [("base", "scenes", 1, 0.63, None, None, None, None)]


def test_numbers_are_for_a_page_shares_in_per_cent(tmp_path):
    keep(PLAN, tmp_path)
    plain = StudyPlan("plain", "?", replicates([BASE], seeds=(0, 1)))
    keep(plain, tmp_path, (0.60, 0.64))

    factors, one = read_study(PLAN, out=tmp_path).numbers(), read_study(plain, out=tmp_path).numbers()

    assert (factors["runs"], factors["planned"], factors["minutes"]) == (8, 8, 4)
    assert (factors["rate"], factors["flips"]) == pytest.approx((13, 7))
    rate = read_study(PLAN, out=tmp_path).effects()[0]
    assert factors["rate_low"] == 100 * rate.low
    assert factors["rate_p"] == rate.p_value
    assert one["base"] == pytest.approx(62)
    assert one["base_next_high"] > one["base_high"] > 62
    assert read_study(plain, out=tmp_path).numbers("log_loss")["base"] < 1


def test_numbers_of_one_recipe_on_two_data_sets_are_told_apart(tmp_path):
    plan = StudyPlan("try", "?", [Planned(BASE, data=data) for data in ("scenes", "intel")])
    keep(plan, tmp_path, (0.60, 0.64))

    numbers = read_study(plan, out=tmp_path).numbers()

    assert (numbers["base-scenes"], numbers["base-intel"]) == pytest.approx((60, 64))


@pytest.mark.parametrize(("changes", "message"), [
    ({"recipe": PLAN.runs[0].recipe.as_dict() | {"lr": 0.5, "epochs": 3}},
     r"epochs 3, now 8; lr 0\.5, now 0\.0001"),
    ({"seed": 7}, "seed 7, now 0"),
    ({"data": {"name": "intel", "hash": "0", "classes": [], "sizes": {}}}, "data 'intel', now 'scenes'"),
    ({"experiment": {"name": "try", "factors": {"rate": 1, "flips": 0}}}, "factor rate 1, now 0"),
    ({"experiment": {"name": "try", "factors": {"rate": 0}}}, "factor flips None, now 0"),
    ({"experiment": {"name": "old", "regime": "x", "factors": {"rate": 0, "flips": 0}}},
     "experiment name 'old', now 'try'; experiment regime 'x', now None"),
    ({"experiment": None}, "experiment name None, now 'try'"),
])
def test_a_record_of_another_plan_is_refused_by_what_differs(tmp_path, changes, message):
    save_record(tmp_path / "try" / PLAN.runs[0].name, record(PLAN.runs[0], **changes))

    with pytest.raises(ValueError, match=f"base-00-scenes-s0 is of another plan of 'try': .*{message}"):
        read_study(PLAN, out=tmp_path)


def test_runs_on_other_pictures_of_the_same_name_are_no_study(tmp_path):
    save_record(tmp_path / "try" / PLAN.runs[0].name, record(PLAN.runs[0]))
    save_record(tmp_path / "try" / PLAN.runs[1].name, record(PLAN.runs[1], hash="4567"))

    with pytest.raises(ValueError, match=r"other pictures by the one name scenes \(hash 0123, now"):
        read_study(PLAN, out=tmp_path)


@pytest.mark.parametrize(("ask", "message"), [
    (lambda study: study.score("acuracy"), "no score 'acuracy' of test; did you mean accuracy"),
    (lambda study: study.score("accuracy", "extra"), "not scored on 'extra'; it was on test"),
    (lambda study: study.column("regime"), "no 'regime'; it has recipe, data, seed, rate, flips"),
    (lambda study: study.where(seed=9), "plans no run with {'seed': 9}"),
    (lambda study: study.effects(blocks=["rat"]), "no 'rat'"),
])
def test_a_study_asked_for_what_it_has_not_says_what_it_has(tmp_path, ask, message):
    keep(PLAN, tmp_path)

    with pytest.raises(ValueError, match=message):
        ask(read_study(PLAN, out=tmp_path))


def test_scores_of_two_splits_are_not_mixed(tmp_path):
    keep(PLAN, tmp_path)
    save_record(tmp_path / "try" / PLAN.runs[0].name, record(PLAN.runs[0], split="val"))

    with pytest.raises(ValueError, match="some runs were scored on test and others on val alone"):
        _ = read_study(PLAN, out=tmp_path).scores


def test_reading_a_study_needs_no_torch():
    command = "import sys, cvlib.studies; cvlib.studies.load_study('tiny'); sys.exit('torch' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", command]).returncode == 0


@pytest.mark.parametrize(("name", "options"), [
    ("middle_layers", [{"without": ("conv4",)}, {"without": ("conv3",)}]),
    ("smoothing", [{}]),
])
def test_a_study_of_chapter_01_has_all_its_records(name, options):
    study = cvlib.load_study(name)

    whole = cvlib.load_runs(study="runs", recipe="alexnet_mini", data="intel")
    assert study.missing == []
    assert [dict(run.recipe.model_options) for run in study.planned] == options * len(whole)
    assert {run.seed for run in study.runs} == {run.seed for run in whole}
    assert {run.data["hash"] for run in study.runs} == {whole[0].data["hash"]}
    assert {run.recipe["label_smoothing"] for run in study.runs} == {0.0 if name == "smoothing" else 0.1}
