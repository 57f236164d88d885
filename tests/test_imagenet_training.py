"""A training on Kaggle's tree, decoded on the fly: two processes, killed and resumed, and one."""
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from safetensors.torch import load_file
from torch.testing import assert_close

import cvlib
from cvlib.checkpoint import read_progress
from cvlib.data import source
from cvlib.data.stand_in import write_stand_in
from cvlib.run import main

LAUNCH = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
          str(Path(__file__).parent / "on_the_fly.py")]  # what accelerate launch does for several GPUs
SETTINGS = ["--set", "name=small", "model=convnext_mini", "model_options={}", "mix=()", "image_size=32",
            "epochs=3", "batch_size=12", "warmup_epochs=1"]
COMPARED = ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "lr")


def options(tree, out):
    return ["convnext_paper", "--data", "imagenet", "--root", str(tree), "--sample", "--resume", "--out",
            str(out), *SETTINGS]


def kill_after_the_first_epoch(command, checkpoint, environment):
    """All processes at once, as the end of a session does; how many epochs were done."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    while process.poll() is None and not checkpoint.exists():
        time.sleep(0.01)
    assert process.poll() is None, "it ended before its first epoch"
    for each in [*psutil.Process(process.pid).children(recursive=True), process]:
        each.kill()
    assert process.wait() == -signal.SIGKILL
    return len(read_progress(checkpoint)["history"])


@pytest.mark.slow
def test_two_processes_killed_and_resumed_train_on_kaggles_tree_as_one_does(tmp_path, cache, monkeypatch):
    tree = write_stand_in(tmp_path / "tree", train=7, val=3)
    monkeypatch.setattr(source, "LARGEST", 0)
    main(options(tree, tmp_path / "one"))
    folders = [tmp_path / name / "small-imagenet-s0" for name in ("one", "two")]
    two = [*LAUNCH, *options(tree, tmp_path / "two")]
    environment = os.environ | {"ACCELERATE_USE_CPU": "true",
                                "PYTHONPATH": str(Path(cvlib.__file__).parents[1])}

    done = kill_after_the_first_epoch(two, folders[1] / "checkpoint.safetensors", environment)
    resumed = subprocess.run(two, env=environment, capture_output=True, text=True)

    assert resumed.returncode == 0, resumed.stderr
    one, both = map(cvlib.load_run, folders)
    assert 1 <= done < 3 == len(both.history)
    assert [sitting["after_epoch"] for sitting in both.environments] == [0, done]
    assert {sitting["processes"] for sitting in both.environments} == {2}
    assert {sitting["source"] for sitting in one.environments + both.environments} == {"on the fly"}
    for first, second in zip(one.history, both.history, strict=True):
        expected = [first[name] for name in COMPARED]
        assert [second[name] for name in COMPARED] == pytest.approx(expected, rel=1e-4)
    assert_close(*(load_file(folder / "model.safetensors") for folder in folders), rtol=1e-3, atol=1e-5)
    assert one.scores["val"]["n"] == both.scores["val"]["n"] == 18
