"""From a recipe to a record, by the class and by the command line."""
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.testing import assert_close

import cvlib
from conftest import make_stripes
from cvlib.probe import lrn_divisors
from cvlib.results import file_list
from cvlib.run import main

ROOT = Path(__file__).parents[1]
RECIPE = replace(cvlib.get_recipe("alexnet_quick"), name="tiny", epochs=3, batch_size=16)


WHOLE = {"record.json", "predictions.npz", "model.safetensors", "preprocess.safetensors", "sittings.json",
         "checkpoint.safetensors"}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run of three epochs on stripes, made once; tests that change it take a copy."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("finished")
        patch.setenv("CVLIB_CACHE", str(root / "cache"))
        stripes = make_stripes(root)
        run = cvlib.Run(RECIPE, data=str(stripes), out=root / "runs")
        history = list(run)
        yield SimpleNamespace(run=run, history=history, data=str(stripes), root=root, folder=run.folder)


@pytest.fixture
def copied(finished, tmp_path, monkeypatch):
    """The finished run's folder, to be spoiled: `Run(RECIPE, data=..., out=copied, resume=True)`."""
    monkeypatch.setenv("CVLIB_CACHE", str(finished.root / "cache"))
    shutil.copytree(finished.root / "runs", tmp_path / "runs")
    return tmp_path / "runs"


def again(finished, out, recipe=RECIPE, **options):
    return cvlib.Run(recipe, **{"data": finished.data, "out": out, "resume": True} | options)


def test_a_run_leaves_a_record_weights_and_a_file_list(finished):
    run, record = finished.run, cvlib.load_run(finished.folder)

    assert [stats.epoch for stats in finished.history] == [1, 2, 3]
    assert [entry["epoch"] for entry in record.history] == [1, 2, 3]
    assert record.scores == run.record.scores
    assert set(record.scores) == {"val", "test"}
    assert record.data["sizes"]["test"] == len(run.predictions) == 24
    assert set(record.measured["lrn_divisors"]) == {"norm1", "norm2"}
    assert record.environments[0]["device"]
    assert record.environments[0]["after_epoch"] == 0
    assert record.environments[0]["source"] == "decoded"
    assert record.preprocess == run.feed.preprocess.as_dict()
    assert {path.name for path in finished.folder.iterdir()} == WHOLE
    first = load_file(finished.root / "runs" / "first_layers.safetensors")["tiny-stripes-s0"]
    assert (first.shape, first.dtype) == ((48, 3, 11, 11), torch.float16)
    for split in ("val", "test"):
        listed = file_list(record, split, out=finished.root / "runs")
        assert listed == list(run.datasets[split].paths)


def test_a_record_s_scores_are_those_of_its_own_split(finished):
    record = finished.run.record

    for split in ("val", "test"):
        said = finished.run.evaluate(split)
        assert record.scores[split]["accuracy"] == said.accuracy
        assert record.scores[split]["n"] == len(finished.run.datasets[split])
        assert record.scores[split]["log_loss"] == pytest.approx(said.loss, rel=2e-3)


def test_the_training_set_too_is_scored_as_it_is(finished):
    said = finished.run.evaluate("train", views=10)

    assert (said.labels == finished.run.datasets["train"].labels).all()


def test_a_finished_run_is_read_not_repeated_and_needs_no_weights(finished, copied):
    before = {path: path.stat().st_mtime_ns for path in copied.rglob("*") if path.is_file()}

    run = again(finished, copied)

    assert list(run) == []
    assert run.record.scores == finished.run.record.scores
    assert run.evaluate("test").accuracy == run.record.scores["test"]["accuracy"]
    assert {path: path.stat().st_mtime_ns for path in before} == before

    (copied / "tiny-stripes-s0" / "model.safetensors").unlink()
    bare = again(finished, copied)
    assert list(bare) == []
    assert bare.record.scores == run.record.scores
    with pytest.raises(FileNotFoundError, match="comes without its weights"):
        bare.evaluate("test")


def test_cut_weights_are_named_with_what_to_do(finished, copied):
    weights = copied / "tiny-stripes-s0" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])

    with pytest.raises(ValueError, match=r"model\.safetensors .*cut.*run it again"):
        again(finished, copied).evaluate("val")


@pytest.mark.parametrize(("change", "options", "message"), [
    ({"lr": 0.5}, {}, r"lr 0\.0005, now 0\.5"), ({"schedule": "linear"}, {}, "schedule .*now .*linear"),
    ({}, {"resume": False}, r"holds record\.json: go on with it by --resume"),
])
def test_another_run_in_the_folder_is_refused_by_what_differs(finished, copied, change, options, message):
    with pytest.raises((ValueError, FileExistsError), match=message):
        again(finished, copied, replace(RECIPE, **change), **options)


def test_other_pictures_in_a_folder_of_the_same_name_are_another_run(finished, copied, tmp_path):
    other = make_stripes(tmp_path / "elsewhere", noise=40)

    with pytest.raises(ValueError, match="holds another run: data: hash"):
        again(finished, copied, data=str(other))


def test_a_run_begun_on_other_pictures_is_not_gone_on_with(finished, copied, tmp_path):
    (copied / "tiny-stripes-s0" / "record.json").unlink()
    other = make_stripes(tmp_path / "elsewhere", names=("high", "wide"))

    with pytest.raises(ValueError, match="data: classes flat, upright, now high, wide; data: hash"):
        list(again(finished, copied, data=str(other)))


def test_a_run_without_the_test_set_never_reads_it_and_is_scored_on_it_later(stripes, tmp_path):
    run = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path / "runs", test=False)
    looked_at = watch(run.feed)
    list(run)
    assert set(run.record.scores) == {"val"}
    assert run.record.split == "val"
    assert looked_at == {"train", "val"}

    (run.folder / "sittings.json").unlink()
    scored = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path / "runs", resume=True)
    assert list(scored) == []

    assert set(cvlib.load_run(run.folder).scores) == {"val", "test"}
    assert scored.record.history == run.record.history
    assert scored.record.environments == run.record.environments != []


def test_a_data_set_without_a_test_set_is_scored_on_validation(stripes, tmp_path):
    (stripes / "test").rename(stripes / "val")
    run = cvlib.Run(replace(RECIPE, epochs=1), data=str(stripes), out=tmp_path)
    list(run)

    record = cvlib.load_run(run.folder)

    assert (record.split, set(record.scores)) == ("val", {"val"})
    assert len(run.predictions) == record.data["sizes"]["val"] == 24


def watch(feed):
    """The splits of which loaders are made, as they are made."""
    seen, make = set(), feed.loader
    feed.loader = lambda split, **options: (seen.add(split), make(split, **options))[1]
    return seen


def test_the_views_of_the_recipe_are_those_of_the_scores(stripes, tmp_path):
    run = cvlib.Run(replace(RECIPE, views=10), data=str(stripes), out=tmp_path)
    list(run)

    stored = run.record.log_probabilities.astype(np.float32)

    assert np.abs(stored - run.evaluate("test", views=10).log_probabilities).max() < 5e-3
    assert np.abs(stored - run.evaluate("test", views=1).log_probabilities).max() > 5e-2


def test_a_record_of_several_views_keeps_the_centre_alone_too(stripes, tmp_path):
    run = cvlib.Run(replace(RECIPE, views=10), data=str(stripes), out=tmp_path)
    list(run)
    alone = run.evaluate("test", views=1)

    kept = cvlib.load_run(run.folder)

    np.testing.assert_allclose(kept.one_view, alone.probabilities, atol=2e-3)
    assert kept.scores["one_view"]["accuracy"] == alone.accuracy
    assert np.abs(kept.one_view - kept.probabilities).max() > 1e-3


def test_a_record_of_one_view_says_that_it_has_no_other(finished):
    with pytest.raises(ValueError, match="kept no answers to a single view"):
        assert finished.run.record.one_view.size


def test_the_input_scale_reaches_the_network(stripes, tmp_path):
    run = cvlib.Run(replace(RECIPE, input_scale="unit"), data=str(stripes), out=tmp_path)
    loader = run.loader("train")

    images, _ = loader.dataset.finish(next(iter(loader)))

    assert 0.5 < images.std() < 2, "unit variance, not grey levels"
    assert run.feed.preprocess.as_dict()["std"] == "channel"


def test_training_crops_are_the_seed_s_own_and_validation_s_are_not(stripes, tmp_path):
    def pictures(seed, split):
        run = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path, seed=seed)
        loader = run.loader(split)
        order = torch.cat([loader.dataset.finish(batch)[0] for batch in loader])
        return order, list(loader.batch_sampler)

    (first, order), (again_, _), (_, others) = (pictures(seed, "train") for seed in (0, 0, 1))

    assert torch.equal(first, again_)
    assert order != others
    crops = [cvlib.Run(RECIPE, data=str(stripes), out=tmp_path, seed=seed).loader("train").dataset
             for seed in (0, 1)]
    images = [one.finish(one.__getitems__([0, 1, 2]))[0] for one in crops]
    assert not torch.equal(*images), "another seed, other crops"
    assert torch.equal(pictures(0, "val")[0], pictures(1, "val")[0])


def test_training_is_augmented_and_in_another_order_each_epoch(stripes, tmp_path):
    loader = cvlib.Run(RECIPE, data=str(stripes), out=tmp_path).loader("train")
    epochs = []
    for epoch in (1, 2):
        loader.sampler.set_epoch(epoch)
        loader.dataset.set_epoch(epoch)
        order = [index for batch in loader.batch_sampler for index in batch]
        images = loader.dataset.finish(loader.dataset.__getitems__([0]))[0]
        epochs.append((order, images))

    assert epochs[0][0] != epochs[1][0]
    assert sorted(epochs[0][0]) == sorted(epochs[1][0])
    assert not torch.equal(epochs[0][1], epochs[1][1])


def test_lrn_is_looked_at_on_validation(finished):
    run = finished.run
    said = {split: lrn_divisors(run.model, run.loader(split)) for split in ("val", "test")}

    assert run.record.measured["lrn_divisors"] == said["val"] != said["test"]


def test_a_loop_stopped_in_its_first_epoch_starts_again_from_the_seed(finished, tmp_path, monkeypatch):
    monkeypatch.setenv("CVLIB_CACHE", str(finished.root / "cache"))
    run = cvlib.Run(RECIPE, data=finished.data, out=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("cvlib.train.evaluate", stop)
        with pytest.raises(KeyboardInterrupt):
            next(iter(run))

    history = list(run)

    assert [(s.train_loss, s.val_loss) for s in history] == [
        (s.train_loss, s.val_loss) for s in finished.history]


def stop(*arguments, **options):
    raise KeyboardInterrupt


def test_a_resumed_run_leaves_the_record_of_an_unbroken_one(finished, tmp_path, monkeypatch):
    monkeypatch.setenv("CVLIB_CACHE", str(finished.root / "cache"))
    for _ in cvlib.Run(RECIPE, data=finished.data, out=tmp_path):
        break
    resumed = cvlib.Run(RECIPE, data=finished.data, out=tmp_path, resume=True)
    assert [stats.epoch for stats in resumed] == [2, 3]

    weights = [load_file(folder / "model.safetensors") for folder in (finished.folder, resumed.folder)]

    assert_close(weights[1], weights[0], rtol=0, atol=0)
    assert resumed.record.scores == finished.run.record.scores
    assert [e["after_epoch"] for e in resumed.record.environments] == [0, 1]
    for first, second in zip(finished.run.record.history, resumed.record.history, strict=True):
        assert first | {"seconds": 0} == second | {"seconds": 0}


def test_a_list_of_sittings_that_is_cut_is_named_before_anything_is_trained(finished, copied):
    folder = copied / "tiny-stripes-s0"
    (folder / "record.json").unlink()
    (folder / "sittings.json").write_text("[{")

    with pytest.raises(ValueError, match=r"sittings\.json is cut .*delete it"):
        list(again(finished, copied))


def test_a_folder_that_another_run_holds_is_left_alone(stripes, tmp_path):
    living = iter(cvlib.Run(RECIPE, data=str(stripes), out=tmp_path))
    next(living)

    with pytest.raises(BlockingIOError, match="being written by another"):
        next(iter(cvlib.Run(RECIPE, data=str(stripes), out=tmp_path, resume=True)))

    assert [stats.epoch for stats in living] == [2, 3]


def test_the_command_line_does_the_same(finished, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CVLIB_CACHE", str(finished.root / "cache"))
    main(["alexnet_quick", "--data", finished.data, "--out", str(tmp_path), "--set", "name=tiny", "--set",
          "epochs=3", "batch_size=16"])

    record = cvlib.load_run(tmp_path / "tiny-stripes-s0")

    assert record.scores == finished.run.record.scores
    assert "epoch   3" in capsys.readouterr().out


def test_a_changed_recipe_has_a_folder_of_its_own(finished, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CVLIB_CACHE", str(finished.root / "cache"))
    common = ["alexnet_quick", "--data", finished.data, "--out", str(tmp_path), "--no-test", "--resume",
              "--set"]
    main([*common, "epochs=1", "batch_size=16"])

    main([*common, "epochs=1", "batch_size=16", "lr=0.001"])

    folders = sorted(path.name for path in tmp_path.glob("*-s0"))
    assert folders == ["alexnet_quick+epochs=1,batch_size=16,lr=0.001-stripes-s0",
                       "alexnet_quick+epochs=1,batch_size=16-stripes-s0"]
    assert "nothing is resumed" in (said := capsys.readouterr().err)
    assert "lr 0.0005, now 0.001" in said


def test_the_module_runs_without_a_warning():
    command = [sys.executable, "-m", "cvlib.run", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True)

    assert said.stderr == ""
    assert "--resume" in said.stdout


@pytest.mark.parametrize(("arguments", "message"), [
    (["alexnet_mimi"], "did you mean alexnet_mini"),
    (["alexnet_mini", "--data", "sceens"], "did you mean 'scenes'"),
    (["alexnet_mini", "--data", "intel", "--root", "nowhere"], "there is no folder nowhere"),
    (["alexnet_mini", "--set", "lr=-1"], "lr must be a number above 0, at most 10000, not -1"),
    (["alexnet_mini", "--set", "epochs=many"], "epochs must be a whole number above 0, not 'many'"),
    (["alexnet_mini", "--set", "precision=float16"], "float16 needs a GPU"),
    (["alexnet_mini", "--seed", "-1"], "a seed is a whole number in 0 ... 2**63 - 1, not -1"),
    (["alexnet_mini", "--seed", str(2**64)], "a seed is a whole number"),
    (["alexnet_mini", "--set", "name=../x"], "name must begin with a letter or digit"),
    (["alexnet_mini", "--set", "lr=1", "--set", "lr=2"], "--set gives lr twice"),
    (["alexnet_mini", "--set", "model_options={'in_channels': 1}"], "3 channels"),
    (["alexnet_mini", "--set", "model=alexnet_one_tower", "image_size=32"], "32 pixels"),
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


def test_a_place_that_cannot_be_written_in_is_answered_before_any_work(tmp_path, cache):
    (tmp_path / "file").write_text("not a folder")

    for out in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(SystemExit) as stop:
            main(["alexnet_quick", "--out", str(out)])
        assert "is a file: --out must be a folder" in str(stop.value)

    assert not cache.exists()


def test_the_wheel_carries_records_and_fonts_and_reads_them(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
               "--wheel-dir", tmp_path, ROOT]
    subprocess.run(command, check=True)
    wheel = zipfile.ZipFile(next(tmp_path.glob("*.whl")))
    wheel.extractall(tmp_path / "installed")

    names = wheel.namelist()
    program = ("import cvlib; from cvlib.results import file_list;"
               "r = cvlib.load_run('alexnet_mini-intel-s0');"
               "assert '_records' in cvlib.results.find_run('alexnet_mini-intel-s0').parts;"
               "from cvlib.environment import _commit; assert _commit() is None;"
               "print(r.scores['test']['n'], len(file_list(r)))")
    said = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True,
                          env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")})

    packages = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "cvlib").rglob("*.py")}
    assert {name.rpartition("/")[0] for name in names if name.endswith(".py")} == packages
    assert {"cvlib/fonts/SourceSans3-Regular.ttf", "cvlib/_records/census/replications.csv"} <= set(names)
    weights = [name for name in names if name.endswith(("checkpoint.safetensors", "model.safetensors"))]
    assert weights == [f"cvlib/_records/kept/{path.parent.name}/model.safetensors"
                       for path in (ROOT / "results" / "kept").glob("*/model.safetensors")]
    assert said.stdout.split() == ["3000", "3000"], said.stderr
