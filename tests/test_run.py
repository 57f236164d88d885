"""From a recipe to a record, by the class and by the command line."""
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import cvlib
from cvlib.run import main

ROOT = Path(__file__).parents[1]
RECIPE = replace(cvlib.get_recipe("alexnet_quick"), name="tiny", epochs=3, batch_size=16)
SETTINGS = ["--set", "name=tiny", "epochs=3", "batch_size=16"]


def test_a_run_leaves_a_record_weights_and_a_file_list(stripes, tmp_path):
    run = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path / "runs")

    history = list(run)

    record = cvlib.load_run(tmp_path / "runs" / "tiny-stripes-s0")
    assert [stats.epoch for stats in history] == [entry["epoch"] for entry in record.history] == [1, 2, 3]
    assert record.scores == run.record.scores
    assert record.data["sizes"]["test"] == len(run.predictions) == 24
    assert set(record.lrn_divisors) == {"norm1", "norm2"}
    assert record.environment["device"]
    files = {path.name for path in run.folder.iterdir()}
    assert files == {"record.json", "predictions.npz", "model.safetensors", "conv1.safetensors",
                     "checkpoint.safetensors"}
    assert load_file(run.folder / "conv1.safetensors")["weight"].shape == (48, 3, 11, 11)
    listed = json.loads((tmp_path / "runs" / "data" / f"{record.data['hash']}.json").read_text())
    assert listed["test"] == run.datasets["test"].paths


def test_the_saved_weights_make_the_same_predictions(stripes, tmp_path):
    run = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path)
    list(run)

    model = cvlib.create_model("alexnet_mini", num_classes=2, image_size=64, weights=run.folder)
    said = cvlib.evaluate(model.to(memory_format=torch.channels_last), run.loader("test"))

    assert (said.probabilities.astype(np.float16) == run.record.probabilities).all()


def test_a_finished_or_begun_run_is_never_overwritten(stripes, tmp_path):
    begun = iter(cvlib.Run(RECIPE, data=str(stripes), out=tmp_path))
    next(begun)
    with pytest.raises(FileExistsError, match="--resume"):
        cvlib.Run(RECIPE, data=str(stripes), out=tmp_path)

    list(cvlib.Run(RECIPE, data=str(stripes), out=tmp_path, resume=True))

    with pytest.raises(FileExistsError, match=r"record\.json"):
        cvlib.Run(RECIPE, data=str(stripes), out=tmp_path)
    with pytest.raises(ValueError, match="other settings"):
        cvlib.Run(replace(RECIPE, lr=0.5), data=str(stripes), out=tmp_path, resume=True)


def test_a_finished_run_is_read_not_repeated(stripes, tmp_path):
    first = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path)
    list(first)
    before = {path.name: path.stat().st_mtime_ns for path in first.folder.iterdir()}

    again = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path, resume=True)

    assert list(again) == []
    assert again.record.scores == first.record.scores
    assert cvlib.evaluate(again.model, again.loader("test")).accuracy == first.record.scores["accuracy"]
    assert {path.name: path.stat().st_mtime_ns for path in first.folder.iterdir()} == before


def test_a_resumed_run_leaves_the_record_of_an_unbroken_one(stripes, tmp_path):
    list(cvlib.Run(RECIPE, data=str(stripes), out=tmp_path / "unbroken"))
    next(iter(cvlib.Run(RECIPE, data=str(stripes), out=tmp_path / "broken")))
    list(cvlib.Run(RECIPE, data=str(stripes), out=tmp_path / "broken", resume=True))

    records = [cvlib.load_run(tmp_path / name / "tiny-stripes-s0") for name in ("unbroken", "broken")]
    weights = [(tmp_path / name / "tiny-stripes-s0" / "model.safetensors").read_bytes()
               for name in ("unbroken", "broken")]

    assert weights[0] == weights[1]
    assert records[0].scores == records[1].scores
    for first, second in zip(records[0].history, records[1].history, strict=True):
        assert first | {"seconds": 0} == second | {"seconds": 0}


def test_the_command_line_does_the_same(stripes, tmp_path, capsys):
    list(cvlib.Run(RECIPE, data=str(stripes), seed=1, out=tmp_path / "class"))
    main(["alexnet_quick", "--data", str(stripes), "--seed", "1", "--out", str(tmp_path / "line"), *SETTINGS])

    records = [cvlib.load_run(tmp_path / name / "tiny-stripes-s1") for name in ("class", "line")]
    assert records[0].scores == records[1].scores
    assert "epoch   3" in capsys.readouterr().out


@pytest.mark.slow
def test_two_processes_score_every_picture_once_in_order(stripes, tmp_path):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
               "-m", "cvlib.run", "alexnet_quick", "--data", stripes, "--out", tmp_path, *SETTINGS]
    subprocess.run(command, check=True, env=os.environ | {"ACCELERATE_USE_CPU": "true"})

    record = cvlib.load_run(tmp_path / "tiny-stripes-s0")

    assert record.environment["processes"] == 2
    assert (record.labels == cvlib.load_dataset(str(stripes), "test").labels).all()


def test_the_module_runs_without_a_warning():
    command = [sys.executable, "-m", "cvlib.run", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)

    assert said.stderr == ""
    assert "--resume" in said.stdout


@pytest.mark.parametrize(("arguments", "message"), [
    (["alexnet_mimi"], "did you mean alexnet_mini"),
    (["alexnet_mini", "--data", "sceens"], "did you mean 'scenes'"),
    (["alexnet_mini", "--data", "intel", "--root", "nowhere"], "there is no folder nowhere"),
    (["alexnet_mini", "--set", "lr=-1"], "lr must be a number above 0, not -1"),
    (["alexnet_mini", "--set", "epochs=many"], "epochs must be a whole number above 0, not 'many'"),
    (["alexnet_mini", "--set", "precision=float16"], "float16 needs a graphics card"),
    (["alexnet_mini", "--set", "epoch=3"], "no field 'epoch'; did you mean epochs"),
    (["alexnet_mini", "--set", "epochs"], "takes key=value, not 'epochs'"),
    (["alexnet_mini", "--set", "model=alexnet_nimi"], "no model 'alexnet_nimi'; did you mean alexnet_mini"),
    (["alexnet_mini", "--set", "model_options={'depth': 3}"], "alexnet_mini has no option 'depth'"),
    (["alexnet_mini", "--set", "image_size=30"], "30 pixels shrinks to nothing"),
    (["alexnet_report", "--set", "model_options={'init': 'he'}"], "init is 'paper' or 'kaiming', not 'he'"),
])
def test_a_mistake_is_answered_before_any_work(arguments, message, tmp_path, cache):
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--out", str(tmp_path / "runs")])

    assert message in str(stop.value)
    assert not (tmp_path / "runs").exists()
    assert not cache.exists()


@pytest.mark.network
def test_the_wheel_carries_records_and_fonts(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, ROOT]
    subprocess.run(command, check=True)

    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()

    assert "cvlib/_records/alexnet_mini-intel-s0/record.json" in names
    assert "cvlib/fonts/SourceSans3-Regular.ttf" in names
    assert not [name for name in names if name.endswith("checkpoint.safetensors")]
