"""A training on Kaggle's tree, decoded on the fly: two processes, killed and resumed, and one."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file
from torch.testing import assert_close

import cvlib
from cvlib.checkpoint import read_progress
from cvlib.data.stand_in import write_stand_in

SCRIPT = Path(__file__).parent / "on_the_fly.py"
LAUNCH = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]  # as accelerate launch does
SETTINGS = ["--set", "name=small", "model=convnext_mini", "model_options={}", "mix=()", "image_size=32",
            "epochs=4", "batch_size=12", "warmup_epochs=1"]


def command(tree, out):
    return [SCRIPT, "convnext_paper", "--data", "imagenet", "--root", tree, "--sample", "--resume", "--out",
            out, *SETTINGS]


@pytest.fixture
def environment(tmp_path):
    return os.environ | {"ACCELERATE_USE_CPU": "true", "CVLIB_CACHE": str(tmp_path / "cache"),
                         "PYTHONPATH": str(Path(cvlib.__file__).parents[1])}


def run(environment, *words):
    done = subprocess.run([sys.executable, *map(str, words)], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def kill_after_the_first_epoch(environment, checkpoint, *words):
    """The whole group of processes, as the end of a session does."""
    process = subprocess.Popen([sys.executable, *map(str, words)], env=environment, start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not checkpoint.exists():
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    return len(read_progress(checkpoint)["history"])


@pytest.mark.slow
def test_two_processes_killed_and_resumed_train_on_kaggles_tree_as_one_does(tmp_path, environment):
    tree = write_stand_in(tmp_path / "tree", train=7, val=3)
    run(environment, *command(tree, tmp_path / "one"))
    two = [*LAUNCH, *command(tree, tmp_path / "two")]

    done = kill_after_the_first_epoch(environment, tmp_path / "two" / "small-imagenet-s0" /
                                      "checkpoint.safetensors", *two)
    run(environment, *two)

    folders = [tmp_path / name / "small-imagenet-s0" for name in ("one", "two")]
    one, both = map(cvlib.load_run, folders)
    assert 1 <= done < 4
    assert [len(both.history), both.environments[-1]["after_epoch"]] == [4, done]
    assert {sitting["processes"] for sitting in both.environments} == {2}
    assert {sitting["source"] for sitting in one.environments + both.environments} == {"on the fly"}
    for first, second in zip(one.history, both.history, strict=True):
        assert [second[name] for name in ("train_loss", "train_accuracy", "val_loss", "lr")] == pytest.approx(
            [first[name] for name in ("train_loss", "train_accuracy", "val_loss", "lr")], rel=1e-3)
    assert_close(*(load_file(folder / "model.safetensors") for folder in folders), rtol=1e-2, atol=1e-4)
    assert one.scores["val"]["n"] == both.scores["val"]["n"] == 18
    check_that_two_processes_evaluate_as_one_does(environment, tree, folders[0], tmp_path)


def check_that_two_processes_evaluate_as_one_does(environment, tree, weights, out):
    words = ["-m", "cvlib.validate", "convnext_mini", "--weights", weights, "--root", tree, "--sample",
             "--views", "10", "--batch-size", "4", "--chunk", "7", "--out"]
    run(environment, *words, out / "alone")
    run(environment, *LAUNCH, *words, out / "shared")

    alone, shared = (cvlib.load_run(next((out / name).glob("*/record.json")).parent)
                     for name in ("alone", "shared"))
    assert (shared.environments[0]["processes"], alone.environments[0]["processes"]) == (2, 1)
    assert (shared.labels == alone.labels).all()
    for said, wanted in ((shared.log_probabilities, alone.log_probabilities),
                         (shared.others["one_view"][1], alone.others["one_view"][1])):
        np.testing.assert_allclose(said.true.astype(float), wanted.true.astype(float), rtol=2e-3)
