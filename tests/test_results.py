"""Records: they round-trip, and the committed ones are what their predictions say."""
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss, top_k_accuracy_score

import cvlib
from cvlib.recipes import RECIPES, Recipe
from cvlib.results import RunRecord, TopPredictions, file_list, load_runs, save_record, score, stored
from cvlib.tensors import save_tensors

RESULTS = Path(__file__).parents[1] / "results"
COMMITTED = sorted(f"{path.parents[1].name}/{path.parent.name}" for path in RESULTS.glob("*/*/record.json"))


def predictions(classes, n=60, seed=0):
    random = np.random.default_rng(seed)
    return random.integers(classes, size=n), np.log(random.dirichlet(np.ones(classes), n)).astype(np.float32)


def toy_record(classes=3):
    labels, log_probabilities = predictions(classes)
    said = stored(log_probabilities, labels)
    scores = score(labels, said, classes)
    return RunRecord(recipe={"name": "toy"}, seed=3, history=[{"seconds": 2.0}], labels=labels,
                     data={"name": "pets", "hash": "0", "classes": [*"abcdefghijkl"][:classes]},
                     scores={"val": scores, "test": scores}, log_probabilities=said,
                     others={"val": (labels[::-1], said)} if classes <= 50 else {})


def test_a_record_comes_back_as_it_was_saved(tmp_path):
    record = toy_record()

    save_record(tmp_path / "study" / record.name, record)
    back = cvlib.load_run(tmp_path / "study" / "toy-pets-s3")

    assert (back.labels == record.labels).all()
    assert (back.log_probabilities == record.log_probabilities).all()
    assert (back.others["val"][0] == record.others["val"][0]).all()
    assert (back.study, back.seconds, back.split) == ("study", 2.0, "test")
    plain = {"labels": None, "log_probabilities": None, "others": {}, "study": None}
    assert replace(back, **plain) == replace(record, **plain)


def test_of_many_classes_the_five_best_and_the_true_one_are_kept(tmp_path):
    labels, log_probabilities = predictions(120)
    record = replace(toy_record(), labels=labels, log_probabilities=stored(log_probabilities, labels),
                     scores={"val": {}}, others={})

    save_record(tmp_path / "run", record)
    back = cvlib.load_run(tmp_path / "run")

    assert isinstance(back.log_probabilities, TopPredictions)
    assert (back.predictions == log_probabilities.argmax(1)).all()
    said = score(back.labels, back.log_probabilities, 120)
    assert said["top5"] == top_k_accuracy_score(labels, log_probabilities, k=5, labels=range(120))
    assert said["log_loss"] == pytest.approx(log_loss(labels, np.exp(log_probabilities), labels=range(120)),
                                             rel=1e-3)
    with pytest.raises(ValueError, match="keeps the five best"):
        _ = back.probabilities


@pytest.mark.parametrize("classes", [3, 12])
def test_scores_are_scikit_learns(classes):
    labels, log_probabilities = predictions(classes)

    said = score(labels, stored(log_probabilities, labels), classes)

    assert said["log_loss"] == pytest.approx(log_loss(labels, np.exp(log_probabilities)), rel=1e-3)
    assert ("top5" in said) == (classes > 10)
    assert said["accuracy"] == (log_probabilities.argmax(1) == labels).mean()


def test_what_is_no_number_is_not_stored():
    with pytest.raises(FloatingPointError, match="not a number"):
        stored(np.full((2, 3), np.nan), np.zeros(2, int))


def test_a_probability_of_nothing_stays_finite():
    assert np.isfinite(stored(np.array([[0.0, -np.inf]]), np.zeros(1, int))).all()


def test_an_interrupted_save_keeps_the_old_record(tmp_path, monkeypatch):
    record = toy_record()
    save_record(tmp_path, record)
    before = (tmp_path / "record.json").read_bytes()
    monkeypatch.setattr("cvlib.atomic._flush", lambda path: (_ for _ in ()).throw(OSError(28, "disk full")))

    with pytest.raises(OSError, match=r"disk full.*predictions\.npz"):
        save_record(tmp_path, replace(record, seed=4))

    assert (tmp_path / "record.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["predictions.npz", "record.json"]


def test_what_is_saved_can_be_read_by_whoever_may_read_new_files(tmp_path):
    (tmp_path / "plain").write_text("")
    save_tensors(tmp_path / "some.safetensors", {"weight": torch.zeros(2)})

    assert (tmp_path / "some.safetensors").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_fields_of_tomorrow_are_kept_and_absent_ones_have_defaults(tmp_path):
    save_record(tmp_path, toy_record())
    path = tmp_path / "record.json"
    values = json.loads(path.read_text()) | {"mood": "good"}
    del values["measured"], values["experiment"]
    path.write_text(json.dumps(values))

    record = cvlib.load_run(tmp_path)
    save_record(tmp_path / "again", record)

    assert (record.measured, record.experiment) == ({}, None)
    assert json.loads((tmp_path / "again" / "record.json").read_text())["mood"] == "good"


@pytest.mark.parametrize(("name", "content", "message"), [
    ("record.json", "", "cut or no JSON"), ("record.json", "{}", "of schema None"),
    ("record.json", "[1]", "holds no record"), ("record.json", '{"schema": 2}', "has no recipe, data, seed"),
    ("record.json", '{"schema": 3}', "of schema 3, and schema 2 is read here"),
    ("record.json", "\xff\xfe", "cut or no JSON"),
    ("predictions.npz", "", "cannot be read"), ("predictions.npz", "PK", "cannot be read"),
    ("predictions.npz", None, "cannot be read"),
])
def test_a_file_that_cannot_be_read_is_named_with_what_to_do(tmp_path, name, content, message):
    save_record(tmp_path, toy_record())
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content.encode("latin-1"))

    with pytest.raises(ValueError, match=message) as error:
        cvlib.load_run(tmp_path)

    assert str(tmp_path / name) in str(error.value)


def test_an_unknown_run_is_answered_with_the_nearest():
    name = COMMITTED[0].split("/")[1]

    with pytest.raises(FileNotFoundError, match=name):
        cvlib.load_run(f"{name}0")


def test_runs_are_found_by_what_they_are():
    runs = load_runs(recipe="alexnet_mini", data="intel")

    assert [run.seed for run in runs] == [0, 1, 2]
    assert [run.name for run in load_runs(study="runs", seed=1)] == ["alexnet_mini-intel-s1"]
    assert load_runs(study="no such study") == []


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_record_is_named_by_its_content(name):
    record = cvlib.load_run(name)

    assert name == f"{record.study}/{record.name}"
    assert len(record.history) == record.recipe.get("epochs", 0)
    assert record.environments
    if record.recipe["name"] in RECIPES:
        assert Recipe.from_dict(record.recipe) == RECIPES[record.recipe["name"]]


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_scores_are_those_of_the_stored_predictions(name):
    record = cvlib.load_run(name)
    classes = len(record.data["classes"])

    assert score(record.labels, record.log_probabilities, classes) == record.scores[record.split]
    assert {split: score(*said, classes) for split, said in record.others.items()} == {
        split: record.scores[split] for split in record.others}
    assert {s: record.scores[s]["n"] for s in record.scores} == {
        s: record.data["sizes"][record.split if s == "one_view" else s] for s in record.scores}


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_predictions_are_in_the_order_of_the_file_list(name):
    record = cvlib.load_run(name)

    said = {record.split: record.labels, **{split: labels for split, (labels, _) in record.others.items()}}
    said |= {"extra": record.extra[0]} if record.extra else {}
    for split in record.scores:
        labels = said[split]
        files = file_list(record, split)
        assert len(files) == len(labels)
        if record.data["name"] != "imagenet":  # whose pictures lie loose, and their names do not say
            classes = [path.split("/")[-2] for path in files]
            assert [record.data["classes"].index(name) for name in classes] == labels.tolist()


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_lrn_is_alive(name):
    record = cvlib.load_run(name)

    spreads = [high / low for low, _, high in record.measured.get("lrn_divisors", {}).values()]
    best = max((part["accuracy"] for part in record.scores.values()), default=0)
    learned = best > 1 / len(record.data["classes"]) + 0.1  # two changes of study singles do not
    meant = record.study != "norms" and record.recipe.get("input_scale") == "raw"  # else it hardly acts
    assert all(spread > 1.02 for spread in spreads) or not (meant and learned)
    assert record.measured or record.kind == "floor"


def test_all_records_stay_small():
    ignored = ("model.safetensors", "checkpoint.safetensors", "preprocess.safetensors")
    committed = [path for path in RESULTS.rglob("*") if path.is_file() and path.name not in ignored]

    assert sum(path.stat().st_size for path in committed) < 60e6
