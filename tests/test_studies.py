"""Studies: plans, what their records say together, against statsmodels and by hand."""
import signal
import subprocess
import sys
import time
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import numpy as np
import pandas
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from conftest import make_stripes, named_random
from cvlib.recipes import Crop, Flip, get_recipe
from cvlib.results import RunRecord, load_run, save_record, score
from cvlib.runfolder import RunFolder
from cvlib.studies import (
    Design,
    Factor,
    Planned,
    StudyPlan,
    corner,
    estimate_effects,
    factorial_runs,
    get_plan,
    load_study,
    one_at_a_time,
    read_study,
    replicates,
)
from cvlib.studies.__main__ import main
from cvlib.studies.running import run_study

BASE = replace(get_recipe("alexnet_quick"), name="base", augment=())
FACTORS = (Factor("rate", {"lr": 1e-4}, {"lr": 1e-3}), Factor("flips", high={"augment": "flip"}))
PLAN = StudyPlan("try", "?", factorial_runs(BASE, FACTORS, seeds=(0, 1)), FACTORS)
ACCURACIES = (0.60, 0.70, 0.64, 0.80, 0.62, 0.72, 0.66, 0.82)  # of PLAN's runs: rate changes fastest, then flips


def record(run, accuracy=0.5, *, study="try", hash="0123", split="test", **changes):
    """A finished run's record, its predictions right as often as ``accuracy`` says."""
    right = np.arange(200) < round(200 * accuracy)
    said = np.log(np.where(right[:, None], [0.8, 0.2], [0.3, 0.7])).astype(np.float16)
    labels = np.zeros(200, dtype=np.int64)
    return RunRecord(**{
        "recipe": run.recipe.as_dict(), "seed": run.seed, "experiment": run.experiment(study),
        "data": {"name": run.data_name, "hash": hash, "classes": ["a", "b"], "sizes": {"val": 200, "test": 200}},
        "history": [{"epoch": 1, "train_loss": 1 - accuracy, "seconds": 30.0}], "labels": labels,
        "log_probabilities": said, "scores": {split: score(labels, said, 2)}} | changes)


def keep(plan, out, accuracies=ACCURACIES, **changes):
    """Records of the first runs of ``plan`` in ``out``."""
    for run, accuracy in zip(plan.runs, accuracies, strict=False):
        save_record(out / plan.name / run.name, record(run, accuracy, study=plan.name, **changes))


def judged(scores, levels, formula):
    """What statsmodels says: the coded coefficients, doubled, with their intervals and p-values."""
    table = pandas.DataFrame({name: 2 * np.asarray(column) - 1 if set(column) <= {0, 1} else column
                              for name, column in levels.items()} | {"score": scores})
    fit = smf.ols(f"score ~ {formula}", table).fit()
    return {name: (2 * fit.params[name], *(2 * fit.conf_int().loc[name]), fit.pvalues[name]) for name in fit.params.index}


def test_effects_of_four_corners_twice_are_those_of_a_hand_s_arithmetic():
    levels = {"rate": [0, 1, 0, 1] * 2, "flips": [0, 0, 1, 1] * 2}

    rate, flips, both = estimate_effects(ACCURACIES, levels, interactions=True)

    assert [effect.name for effect in (rate, flips, both)] == ["rate", "flips", "rate:flips"]
    assert rate.estimate == pytest.approx(0.76 - 0.63)
    assert flips.estimate == pytest.approx(0.73 - 0.66)
    assert both.estimate == pytest.approx((0.16 - 0.10) / 2)
    half = 2.7764451 * 2 * (0.0002 / 8)**0.5  # each pair is 0.01 from its mean: 8 * 0.01**2 by 4 degrees of freedom
    assert (both.low, both.high) == pytest.approx((0.03 - half, 0.03 + half))
    assert both.is_clear
    assert both.p_value == pytest.approx(2 * stats.t.sf(3, 4))


def test_the_ablation_s_main_effects_are_statsmodels():
    design = Design("abcdefghj", "F=BCDE G=ACDE H=ABDE J=ABCE")
    levels = dict(zip(design.names, design.levels.T, strict=True))
    scores = named_random("ablation").normal(size=32) + design.levels @ np.arange(9)

    found = estimate_effects(scores, levels)

    want = judged(scores, levels, " + ".join(design.names))
    assert {e.name: e[1:] for e in found} == {name: pytest.approx(want[name]) for name in design.names}


def test_interactions_are_statsmodels_and_confounded_ones_share_a_name():
    design = Design("abcd", "D=ABC")
    levels = {name: np.tile(column, 2) for name, column in zip(design.names, design.levels.T, strict=True)}
    scores = named_random("pairs").normal(size=16)

    found = estimate_effects(scores, levels, interactions=True)

    want = judged(scores, levels, "a + b + c + d + a:b + a:c + a:d")
    assert [e.name for e in found[4:]] == ["a:b + c:d", "a:c + b:d", "a:d + b:c"]
    assert [e[1:] for e in found] == [pytest.approx(value) for name, value in want.items() if name != "Intercept"]


def test_an_opposite_column_is_subtracted():
    design = Design("abc", "C=-AB")
    levels = {name: np.tile(column, 2) for name, column in zip(design.names, design.levels.T, strict=True)}

    names = [e.name for e in estimate_effects(named_random("minus").normal(size=8), levels, interactions=True)]

    assert names == ["a - b:c", "b - a:c", "c - a:b"]


@pytest.mark.parametrize("lost", [[], [3], [0, 9]])
def test_blocks_have_means_of_their_own_as_in_statsmodels(lost):
    kept = np.delete(np.arange(16), lost)
    levels = {"a": np.tile([0, 1, 0, 1], 4)[kept], "b": np.tile([0, 0, 1, 1], 4)[kept]}
    regime, seed = np.repeat(["scarce", "plenty"], 8)[kept], np.tile(np.repeat([5, 6], 4), 2)[kept]
    scores = named_random("blocks", lost).normal(size=len(kept)) + 5 * (regime == "plenty")

    found = estimate_effects(scores, levels, interactions=True, blocks=[regime, seed])

    want = judged(scores, levels | {"regime": regime, "seed": seed}, "a + b + a:b + C(regime) + C(seed)")
    assert {e.name: e[1:] for e in found} == {name: pytest.approx(want[name]) for name in ("a", "b", "a:b")}


@pytest.mark.parametrize(("scores", "levels", "options", "message"), [
    ([1, 2, 3, 4], {"a": [0, 1, 0, 1], "b": [0, 0, 1, 1]}, {"interactions": True}, "4 runs for 4 coefficients .* replicates"),
    ([1, 2, 3], {"a": [0, 1, 0], "b": [0, 0, 1]}, {}, "3 runs for 3 coefficients"),
    ([1, 2, 4, 5], {"a": [0, 0, 0, 0]}, {}, "a must be both 0 and 1"),
    ([1, 2, 4, 5], {"a": [0, 1, 0, 2]}, {}, "a must be both 0 and 1"),
    ([1, 2, 4, 5], {"a": [0, 1, 0, 1], "b": [1, 0, 1, 0]}, {}, "a and b are never set apart"),
    ([1, 2, 4, 5], {"a": [0, 1, 0, 1]}, {"blocks": ["xyxy"]}, "cannot tell a from other effects or from a block"),
    ([1, 1, 1, 1], {"a": [0, 1, 0, 1]}, {}, "no noise"),
    ([1, float("nan"), 1, 1], {"a": [0, 1, 0, 1]}, {}, "finite"),
    ([1, 2], {}, {}, "no factors"),
])
def test_effects_that_nothing_can_tell_are_refused(scores, levels, options, message):
    with pytest.raises(ValueError, match=message):
        estimate_effects(scores, levels, **options)


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
    ((other(factors={"a": 0}), Planned(replace(BASE, name="new", lr=0.2), factors={"a": 1})), "train alike: a changes nothing"),
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
    assert study.score(lambda run: run.history[0]["train_loss"]) == pytest.approx(1 - np.array(ACCURACIES[:6]))
    assert {name: list(column) for name, column in study.factors.items()} == {
        "rate": [0, 1, 0, 1, 0, 1], "flips": [0, 0, 1, 1, 0, 0]}
    assert study.column("seed") == [0, 0, 0, 0, 1, 1]
    part = study.where(seed=1, flips=0)
    assert (list(part.scores), part.missing) == (pytest.approx([0.62, 0.72]), [])


def test_a_study_s_effects_are_those_of_its_scores_block_by_block(tmp_path):
    regimes = [run for regime in ("scarce", "plenty") for run in factorial_runs(
        replace(BASE, name=f"base-{regime}"), FACTORS, seeds=(0, 1), blocks={"regime": regime})]
    plan = StudyPlan("try", "?", [run if run.blocks["regime"] == "scarce" else replace(
        run, recipe=replace(run.recipe, epochs=2)) for run in regimes], FACTORS)
    accuracies = named_random("regimes").integers(80, 180, 16) / 200
    keep(plan, tmp_path, accuracies)
    study = read_study(plan, out=tmp_path)
    table = {name: study.column(name) for name in ("rate", "flips", "regime", "seed")}

    found = {"C(regime)": study.effects(interactions=True), "C(seed)": study.effects(interactions=True, blocks=["seed"])}

    for block, effects in found.items():
        want = judged(accuracies, table | {"seed": [f"s{seed}" for seed in table["seed"]]}, f"rate * flips + {block}")
        assert {e.name: e[1:] for e in effects} == {e.name: pytest.approx(want[e.name]) for e in effects}
    errors = [1 - r.scores["test"]["accuracy"] for r in study.runs]
    assert [e[1] for e in study.effects(lambda r: 1 - r.scores["test"]["accuracy"])] == pytest.approx(
        [e[1] for e in estimate_effects(errors, study.factors)])


def test_replicates_have_student_s_intervals_of_the_mean_and_of_one_more(tmp_path):
    plan = StudyPlan("try", "?", replicates([BASE, replace(BASE, name="once")], seeds=(0, 1, 2))[:-1])
    keep(plan, tmp_path, (0.60, 0.40, 0.66, 0.50, 0.63))

    base, once = read_study(plan, out=tmp_path).interval()

    wanted = stats.t.interval(0.95, 2, 0.63, 0.03 / 3**0.5)
    assert (base.recipe, base.data, base.n, base.mean) == ("base", "scenes", 3, pytest.approx(0.63))
    assert (base.low, base.high) == pytest.approx(wanted)
    assert (base.next_low, base.next_high) == pytest.approx(stats.t.interval(0.95, 2, 0.63, 0.03 * (4 / 3)**0.5))
    assert (once.n, once.mean) == (2, pytest.approx(0.45))
    assert read_study(plan, out=tmp_path).where(seed=2).interval() == [("base", "scenes", 1, 0.63, *[None] * 4)]


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


@pytest.mark.parametrize(("changes", "message"), [
    ({"recipe": PLAN.runs[0].recipe.as_dict() | {"lr": 0.5, "epochs": 3}}, r"epochs 3, now 8; lr 0\.5, now 0\.0001"),
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

    with pytest.raises(ValueError, match="other pictures by the one name scenes .hash 0123, now 4567"):
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


def command(data, out, *more):
    """The arguments of the study of four corners, twice, on a folder of pictures."""
    return ["tiny", "--data", str(data), "--out", str(out), *more]


def exit_code(arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return stop.value.code


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    """The tiny study on stripes, run once from end to end by the command line."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("unbroken")
        patch.setenv("CVLIB_CACHE", str(root / "cache"))
        stripes = make_stripes(root)
        with redirect_stdout(StringIO()) as said:
            code = exit_code(command(stripes, root / "out"))
        study = load_study("tiny", out=root / "out", data=str(stripes))
        yield SimpleNamespace(root=root, data=str(stripes), study=study, code=code, said=said.getvalue())


@pytest.fixture
def same_cache(unbroken, monkeypatch):
    """What the unbroken study decoded."""
    monkeypatch.setenv("CVLIB_CACHE", str(unbroken.root / "cache"))


def essence(folder):
    """All of a run that does not hang on when and where it ran."""
    one = load_run(folder)
    history = [epoch | {"seconds": 0} for epoch in one.history]
    return (one.recipe, one.data, one.seed, one.experiment, history, one.scores, one.measured,
            one.log_probabilities.tobytes(), (folder / "model.safetensors").read_bytes())


def test_the_command_runs_a_study_a_line_a_run(unbroken):
    study = unbroken.study

    assert unbroken.code == 0
    assert study.missing == []
    *lines, last = unbroken.said.splitlines()
    for number, (run, line) in enumerate(zip(study.plan.runs, lines, strict=True), start=1):
        assert line.startswith(f"{number} of 8  {run.name}  test accuracy ")
    assert last == "tiny: all 8 runs are there"
    assert study.runs[1].experiment == {"name": "tiny", "factors": {"rate": 1, "flips": 0}}
    assert (study.runs[1].recipe["lr"], study.runs[2].recipe["augment"][0]["kind"]) == (5e-4, "flip")


def test_a_real_study_s_effects_are_statsmodels(unbroken):
    study = unbroken.study
    table = {name: study.column(name) for name in ("rate", "flips")}

    found = study.effects("log_loss", interactions=True)

    want = judged(study.score("log_loss"), table, "rate * flips")
    assert {e.name: e[1:] for e in found} == {e.name: pytest.approx(want[e.name]) for e in found}
    assert [one.n for one in study.interval()] == [2, 2, 2, 2]


def test_a_study_stopped_by_sigterm_goes_on_to_the_same_records(unbroken, same_cache, tmp_path):
    arguments = command(unbroken.data, tmp_path)
    study = subprocess.Popen([sys.executable, "-m", "cvlib.studies", *arguments], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    begun = tmp_path / "tiny" / unbroken.study.plan.runs[1].name / "checkpoint.safetensors"
    while not begun.exists() and study.poll() is None:
        time.sleep(0.01)
    study.send_signal(signal.SIGTERM)
    said, error = study.communicate(timeout=60)
    done = len(list(tmp_path.glob("tiny/*/record.json")))
    assert (study.returncode, error) == (128 + signal.SIGTERM, "cvlib.studies: SIGTERM: finished runs and the last "
                                         "whole epoch are kept; the same command goes on after them\n")
    assert said.startswith("1 of 8  tiny-00-stripes-s0")
    assert 1 <= done < 8
    first = tmp_path / "tiny" / unbroken.study.plan.runs[0].name / "record.json"
    before = first.stat().st_mtime_ns

    assert exit_code(arguments) == 0

    assert first.stat().st_mtime_ns == before
    for run in unbroken.study.plan.runs:
        assert essence(tmp_path / "tiny" / run.name) == essence(unbroken.root / "out" / "tiny" / run.name)


def test_chosen_runs_alone_are_made_and_listed(unbroken, same_cache, tmp_path, capsys):
    assert exit_code(command(unbroken.data, tmp_path, "--only", "tiny-10-stripes-s1", "tiny-0?-*-s1")) == 0
    capsys.readouterr()

    assert exit_code(command(unbroken.data, tmp_path, "--list")) == 0

    title, *lines = capsys.readouterr().out.splitlines()
    assert title == f"tiny: {unbroken.study.plan.question}"
    assert [line.split()[0] for line in lines if "not run yet" not in line] == [
        "tiny-00-stripes-s1", "tiny-10-stripes-s1", "tiny-01-stripes-s1"]
    assert lines[0] == "tiny-00-stripes-s0  not run yet  rate=0 flips=0"


@pytest.mark.parametrize(("arguments", "message"), [
    (["tinny"], "no study 'tinny'; did you mean tiny"),
    (["tiny", "--only", "tiny-02-scenes-s0"], "no run 'tiny-02-scenes-s0'; did you mean tiny-0"),
    (["tiny", "--data", "sceens"], "no data set and no folder 'sceens'"),
])
def test_what_a_person_must_mend_is_said(tmp_path, arguments, message):
    assert message in exit_code([*arguments, "--out", str(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_a_record_of_another_plan_stops_a_study_before_any_work(unbroken, same_cache, tmp_path):
    plan = unbroken.study.plan
    save_record(tmp_path / "tiny" / plan.runs[3].name, record(plan.runs[3], study="tiny", seed=5))

    assert "is of another plan of 'tiny': seed 5, now 0" in exit_code(command(unbroken.data, tmp_path))

    assert [folder.name for folder in (tmp_path / "tiny").iterdir()] == [plan.runs[3].name]


def test_a_held_and_a_diverging_run_are_passed_over(unbroken, same_cache, tmp_path):
    wild = replace(BASE, name="wild", optimizer="sgd", lr=1e4, epochs=1)
    tame, held = (replace(BASE, name=name, epochs=1) for name in ("tame", "held"))
    plan = StudyPlan("try", "?", replicates([wild, held, tame], seeds=[0])).on(unbroken.data)

    with RunFolder(tmp_path / "try", plan.runs[1].name).locked():
        outcomes = list(run_study(plan, out=tmp_path))

    assert [one.record is not None for one in outcomes] == [False, False, True]
    assert "try a lower lr" in outcomes[0].trouble
    assert "another process" in outcomes[1].trouble
    assert [(one.number, one.of) for one in outcomes] == [(1, 3), (2, 3), (3, 3)]
    assert read_study(plan, out=tmp_path).missing == [plan.runs[0].name, plan.runs[1].name]


def test_a_study_tuned_without_its_test_set_is_scored_on_it_later(unbroken, same_cache, tmp_path):
    plan = StudyPlan("try", "?", replicates([replace(BASE, epochs=1)], seeds=[0]), test=False).on(unbroken.data)
    [tuned] = run_study(plan, out=tmp_path)
    assert list(tuned.record.scores) == ["val"]
    assert list(run_study(plan, out=tmp_path)) == []

    [scored] = run_study(replace(plan, test=True), out=tmp_path)

    assert set(scored.record.scores) == {"val", "test"}
    assert scored.record.history == tuned.record.history
