"""Records: they round-trip, and the committed ones are what their predictions say."""
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import cvlib
from cvlib.recipes import RECIPES
from cvlib.results import RunRecord, save_record, score

RESULTS = Path(__file__).parents[1] / "results"
COMMITTED = sorted(path.parent.name for path in RESULTS.glob("*/record.json"))


def toy_record():
    random = np.random.default_rng(0)
    labels = random.integers(3, size=50)
    probabilities = random.dirichlet([1, 1, 1], 50).astype(np.float16)
    scores = score(labels, probabilities)
    return RunRecord(recipe={"name": "toy"}, data={"name": "pets"}, seed=3, environment={},
                     history=[{"seconds": 2.0}], scores=scores, val_scores=scores, lrn_divisors={},
                     labels=labels, probabilities=probabilities)


def test_a_record_comes_back_as_it_was_saved(tmp_path):
    record = toy_record()

    save_record(tmp_path / record.name, record)
    back = cvlib.load_run(tmp_path / "toy-pets-s3")

    assert (back.labels == record.labels).all()
    assert (back.probabilities == record.probabilities).all()
    assert replace(back, labels=None, probabilities=None) == replace(record, labels=None, probabilities=None)
    assert back.seconds == 2.0


def test_an_interrupted_save_keeps_the_old_record(tmp_path, monkeypatch):
    record = toy_record()
    save_record(tmp_path, record)
    before = (tmp_path / "record.json").read_bytes()
    monkeypatch.setattr("cvlib.atomic._flush", lambda path: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        save_record(tmp_path, replace(record, seed=4))

    assert (tmp_path / "record.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["predictions.npz", "record.json"]


def test_an_unknown_run_is_answered_with_the_nearest():
    with pytest.raises(FileNotFoundError, match=COMMITTED[0]):
        cvlib.load_run(COMMITTED[0].replace("intel", "intell"))


@pytest.mark.parametrize("name", COMMITTED)
def test_a_committed_record_is_named_by_its_content(name):
    record = cvlib.load_run(name)

    assert record.name == name
    today = RECIPES[record.recipe["name"]].as_dict()
    assert {key: today[key] for key in record.recipe} == record.recipe
    assert len(record.history) == record.recipe["epochs"]


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_scores_are_those_of_the_stored_predictions(name):
    record = cvlib.load_run(name)

    assert score(record.labels, record.probabilities) == record.scores
    assert record.scores["n"] == record.data["sizes"]["test"]


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_predictions_are_in_the_order_of_the_file_list(name):
    record = cvlib.load_run(name)
    listed = json.loads((RESULTS / "data" / f"{record.data['hash']}.json").read_text())

    classes = [path.split("/")[-2] for path in listed["test"]]

    assert [record.data["classes"].index(name) for name in classes] == record.labels.tolist()


@pytest.mark.parametrize("name", COMMITTED)
def test_committed_lrn_is_alive(name):
    record = cvlib.load_run(name)

    assert all(high / low > 1.02 for low, _, high in record.lrn_divisors.values())


def test_all_records_stay_small():
    ignored = ("model.safetensors", "checkpoint.safetensors")
    committed = [path for path in RESULTS.rglob("*") if path.is_file() and path.name not in ignored]

    assert sum(path.stat().st_size for path in committed) < 60e6
