"""What colours give away, as a record."""
import numpy as np
import pytest

import cvlib
from cvlib import floor
from cvlib.analysis import ColourRule


def test_the_floor_is_the_colour_rules_answer_to_the_test_set(tmp_path):
    record = floor.colour_floor("scenes", out=tmp_path)

    kept = cvlib.load_run(tmp_path / "colours-scenes-s0")
    preprocess = cvlib.data.preprocess_of(cvlib.get_recipe("alexnet_mini"))
    answers = ColourRule(cvlib.load_dataset("scenes", "train"), preprocess).answers(
        cvlib.load_dataset("scenes", "test"))
    assert kept.scores["test"]["accuracy"] == answers.accuracy == record.scores["test"]["accuracy"]
    assert set(kept.scores) == {"val", "test"}
    np.testing.assert_allclose(kept.probabilities.sum(1), 1, atol=0.01)
    assert kept.recipe["name"] == "colours"


def test_a_floor_that_is_there_is_not_overwritten(tmp_path, capsys):
    (tmp_path / "colours-scenes-s0").mkdir()
    (tmp_path / "colours-scenes-s0" / "record.json").write_text("{}")

    with pytest.raises(SystemExit, match="holds a record"):
        floor.main(["--data", "scenes", "--out", str(tmp_path)])

    assert (tmp_path / "colours-scenes-s0" / "record.json").read_text() == "{}"
