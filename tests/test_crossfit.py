"""Each picture is judged by a network that has not seen it; doubted labels are those that were swapped."""
import numpy as np
import pytest
import torch

import cvlib
from cvlib import audit as command
from cvlib.analysis import Audit, Suspects
from cvlib.crossfit import crossfit, folds_of
from cvlib.data import Part, Splits
from cvlib.data.cache import pixel_digests
from cvlib.data.pooled import pool
from cvlib.feed import Feed
from cvlib.recipes import Recipe
from cvlib.results import OutOfFold

RECIPE = Recipe(name="small", model="resnet20_cifar", model_options={"width": 4}, image_size=16,
                augment=("flip",), epochs=2, batch_size=8, optimizer="adam", lr=0.01, views=1)


@pytest.fixture
def striped(stripes):
    """All pictures of stripes, and their splits."""
    return pool(cvlib.open_dataset(str(stripes))).dataset


def test_folds_are_shares_of_the_digests_and_copies_stay_together():
    digests = ["0", "1", "2", "3", "a", "3"]

    assert folds_of(digests, 3).tolist() == [0, 1, 2, 0, 1, 0]


def test_an_answer_is_that_of_a_network_trained_on_the_other_folds(striped, tmp_path):
    said = crossfit(striped, RECIPE, tmp_path, folds=2, seed=3, say=len)

    held = np.flatnonzero(folds_of(pixel_digests(striped), 2) == 1)
    rest = np.setdiff1d(np.arange(len(striped)), held)
    splits = Splits({"train": Part(striped, rest), "val": Part(striped, held)})
    feed = Feed(RECIPE, splits, 4, torch.device("cpu"))
    torch.manual_seed(4)
    model = cvlib.create_model("resnet20_cifar", width=4, num_classes=2)
    list(cvlib.fit(model, feed.loader("train", training=True), feed.loader("val"), RECIPE, seed=4))
    expected = cvlib.evaluate(model, feed.loader("val"))
    assert said.folds[held].tolist() == [1] * len(held)
    assert [said.paths[row] for row in held] == list(expected.paths)
    np.testing.assert_allclose(said.log_probabilities[held], expected.log_probabilities, rtol=2e-3, atol=1e-3)
    assert said.made == {"recipe": RECIPE.as_dict(), "seed": 3, "folds": 2}


def test_a_stopped_crossfit_goes_on_after_the_last_whole_fold(striped, tmp_path):
    lines = []

    def stop(line):
        lines.append(line)
        if line.startswith("network 1"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crossfit(striped, RECIPE, tmp_path / "a", folds=2, say=stop)
    resumed = crossfit(striped, RECIPE, tmp_path / "a", folds=2, say=lines.append)
    whole = crossfit(striped, RECIPE, tmp_path / "b", folds=2, say=len)

    assert [line.split("  ")[0] for line in lines] == ["network 0"] * 2 + ["network 1"] * 3
    np.testing.assert_array_equal(resumed.log_probabilities, whole.log_probabilities)
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.parametrize("folds", [0, 1, 200])
def test_too_few_and_too_many_folds_are_refused(striped, tmp_path, folds):
    with pytest.raises(ValueError, match=f"{folds} folds of 104 pictures"):
        crossfit(striped, RECIPE, tmp_path, folds=folds)


def test_answers_are_kept_whole(tmp_path):
    said = OutOfFold({"folds": 2}, np.array(["cat/caf\u00e9.png", "dog/\udce9.png"]), np.array([0, 999]),
                     np.array([1, 0]), np.log([[0.25, 0.75], [0.5, 0.5]]))

    said.save(tmp_path / "said.npz")
    read = OutOfFold.load(tmp_path / "said.npz")

    assert (read.made, read.paths.tolist()) == (said.made, said.paths.tolist())
    assert (read.labels.tolist(), read.folds.tolist()) == ([0, 999], [1, 0])
    np.testing.assert_allclose(read.log_probabilities, said.log_probabilities, rtol=1e-3)
    assert read.log_probabilities.dtype == np.float16


def test_a_cut_file_of_answers_is_named(tmp_path):
    (tmp_path / "said.npz").write_bytes(b"PK")

    with pytest.raises(ValueError, match=r"said\.npz cannot be read .* run the audit again"):
        OutOfFold.load(tmp_path / "said.npz")


def random_answers(number=300, classes=4, seed=0):
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), random.integers(classes, size=number - classes)])
    logits = random.normal(size=(number, classes)) + 2 * np.eye(classes)[labels]
    return labels, logits - np.log(np.exp(logits).sum(1, keepdims=True))


def test_the_joint_is_the_papers_counted_one_by_one():
    labels, said = random_answers()
    p, joint = np.exp(said), np.zeros((4, 4), int)
    t = [np.mean([p[i, j] for i in range(300) if labels[i] == j]) for j in range(4)]
    for i in range(300):
        above = [j for j in range(4) if p[i, j] >= t[j]]
        if above:
            joint[labels[i], max(above, key=lambda j, i=i: p[i, j])] += 1

    suspects = Suspects(labels, said)

    np.testing.assert_allclose(suspects.thresholds, t)
    np.testing.assert_array_equal(suspects.joint, joint)
    assert len(suspects.ranked) == joint.sum() - np.trace(joint)


def test_a_margin_is_the_labels_probability_less_the_best_others():
    said = np.log([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.25, 0.35, 0.4]])

    np.testing.assert_allclose(Suspects(np.array([0, 1, 2]), said).margins, [0.5, -0.3, 0.05])


def test_swapped_labels_come_first_and_in_order():
    labels, said = random_answers()
    said = np.log(0.9 * np.eye(4)[labels] + 0.025)
    said[7] = np.log(0.99 * np.eye(4)[labels[7]] + 0.0025)
    given = labels.copy()
    given[[5, 7, 9]] = (labels[[5, 7, 9]] + 1) % 4

    suspects = Suspects(given, said)

    assert suspects.ranked.tolist() == [7, 5, 9]
    listed = suspects.listed(suspects.ranked[:1], list("abcd"), [f"{i}.png" for i in range(300)])
    assert listed == [{"path": "7.png", "label": "abcd"[given[7]], "said": "abcd"[labels[7]],
                       "self_confidence": 0.0025, "margin": -0.99}]
    assert suspects.numbers() == {"pictures": 300, "suspects": 3, "share": 1.0, "confident": 300}


def test_labels_of_other_shape_or_a_class_without_any_are_refused():
    with pytest.raises(ValueError, match="every class among the labels"):
        Suspects(np.array([0, 0]), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="one label a row"):
        Suspects(np.array([0, 1, 1]), np.zeros((2, 2)))


def test_the_command_finds_the_labels_that_were_swapped(stripes, tmp_path):
    moved = [stripes / "train" / "flat" / f"wrong{i}.png" for i in range(4)]
    for i, file in enumerate(moved):
        (stripes / "train" / "upright" / f"{i}.png").rename(file)
    settings = ["--folds", "2", "--set", "image_size=16", "--set", "epochs=6", "--set", "batch_size=8",
                "--out", str(tmp_path / "out")]

    command.main([str(stripes), *settings])

    found = Audit.load("stripes", tmp_path / "out").found
    suspects, wrong = found["doubted"]["suspects"], {f"train/flat/{file.name}" for file in moved}
    said = OutOfFold.load(tmp_path / "out" / "stripes-out-of-fold.npz")
    lowest = np.argsort(Suspects(said.labels, said.log_probabilities).margins)[:4]
    assert set(said.paths[lowest]) == wrong
    assert {suspect["said"] for suspect in suspects if suspect["path"] in wrong} == {"upright"}
    assert found["doubted"]["accuracy"] > 0.9
    assert found["doubted"]["recipe"]["epochs"] == 6
    with pytest.raises(SystemExit, match=r"folds 2, now 3\): delete it"):
        command.main([str(stripes), *settings, "--folds", "3"])
    moved[0].unlink()
    with pytest.raises(SystemExit, match=r"was made otherwise \(pictures or labels"):
        command.main([str(stripes), *settings])
