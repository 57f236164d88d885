"""Studies that really train: run, stopped, gone on with, read."""
import shutil
import signal
import subprocess
import sys
import time
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from types import SimpleNamespace

import pytest
from safetensors.torch import load_file
from studied import BASE, judged, record

from conftest import make_stripes
from cvlib.results import load_run, save_record
from cvlib.runfolder import RunFolder
from cvlib.studies import StudyPlan, load_study, read_study, replicates
from cvlib.studies.__main__ import main
from cvlib.studies.running import run_study


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
    one, weights = load_run(folder), load_file(folder / "model.safetensors")
    history = [epoch | {"seconds": 0} for epoch in one.history]
    return (one.recipe, one.data, one.seed, one.experiment, history, one.scores, one.measured,
            one.log_probabilities.tobytes(), {name: part.numpy().tobytes() for name, part in weights.items()})


def test_the_command_runs_a_study_a_line_a_run(unbroken):
    study = unbroken.study

    assert unbroken.code == 0
    assert study.missing == []
    *lines, last = unbroken.said.splitlines()
    for number, (run, line) in enumerate(zip(study.plan.runs, lines, strict=True), start=1):
        assert line.startswith(f"{number} of 8  {run.name}  test accuracy ")
    assert last == "tiny: 8 of 8 runs are there"
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
    assert study.returncode == 128 + signal.SIGTERM
    assert error == ("cvlib.studies: SIGTERM: finished runs and the last whole epoch are kept; the same "
                     "command goes on after them\n")
    assert said.startswith("1 of 8  tiny-00-stripes-s0")
    assert 1 <= len(list(tmp_path.glob("tiny/*/record.json"))) < 8
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
    (["tiny", "--only", "tiny-02-scenes-s0"], "no run 'tiny-02-scenes-s0'; did you mean tiny-"),
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


def test_pictures_that_changed_meanwhile_are_refused_before_the_next_run(unbroken, same_cache, tmp_path):
    shutil.copytree(unbroken.data, tmp_path / "stripes")
    arguments = command(tmp_path / "stripes", tmp_path / "out", "--only")
    assert exit_code([*arguments, "tiny-00-*-s0"]) == 0
    (tmp_path / "stripes" / "train" / "flat" / "0.png").unlink()

    said = exit_code([*arguments, "tiny-10-*-s0"])

    assert "the pictures of stripes are not those of the runs that are there" in said
    assert list((tmp_path / "out").glob("tiny/tiny-10*")) == []


def test_a_run_that_another_process_holds_is_left_to_it(unbroken, same_cache, tmp_path, capsys):
    held = unbroken.study.plan.runs[0].name

    with RunFolder(tmp_path / "tiny", held).locked():
        code = exit_code(command(unbroken.data, tmp_path, "--only", "*s0"))

    first, *_, last = capsys.readouterr().out.splitlines()
    assert code == 1
    assert first.startswith(f"1 of 4  {held}  no record: ")
    assert last == f"tiny: 3 of 4 runs are there, not {held}; the same command tries again"


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
    runs = replicates([replace(BASE, epochs=1)], seeds=[0], data=unbroken.data)
    plan = StudyPlan("try", "?", runs, test=False)
    [tuned] = run_study(plan, out=tmp_path)
    assert list(tuned.record.scores) == ["val"]
    assert list(run_study(plan, out=tmp_path)) == []

    [scored] = run_study(replace(plan, test=True), out=tmp_path)

    assert set(scored.record.scores) == {"val", "test"}
    assert scored.record.history == tuned.record.history
