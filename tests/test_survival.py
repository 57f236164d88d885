"""What a `kill -9`, a SIGTERM or a full disk leaves: real processes, stopped while they train and write."""
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from safetensors.torch import load_file
from torch.testing import assert_close

import cvlib
from cvlib.run import main

SETTINGS = ["--set", "name=tiny", "epochs=4", "batch_size=16"]


class MissedError(AssertionError):
    """A process ended before the moment at which it was to be stopped: a busy machine sleeps through some."""


def started(*command, **options):
    return subprocess.Popen([sys.executable, *map(str, command)], text=True, **options)


def wait_for(process, seen):
    """Until ``seen()``; the process must live to see it."""
    while process.poll() is None and not seen():
        time.sleep(0.001)
    if process.poll() is not None:
        raise MissedError("it ended before it could be stopped")


def kill_when(seen, *command):
    """Start a process and send it SIGKILL as soon as ``seen()``."""
    process = started(*command, stdout=subprocess.DEVNULL)
    wait_for(process, seen)
    process.kill()

    if process.wait() != -signal.SIGKILL:
        raise MissedError("it ended before it was stopped")


def kill_three_times(folder, *command):
    """At the first checkpoint, while a later one is written, and while the weights are."""

    def writing(name):
        return any(folder.glob(f".{name}.*.tmp"))

    kill_when(lambda: writing("checkpoint.safetensors"), *command)
    assert not (folder / "checkpoint.safetensors").exists()
    kill_when(lambda: (folder / "checkpoint.safetensors").exists()
              and writing("checkpoint.safetensors"), *command)
    kill_when(lambda: writing("model.safetensors"), *command)
    assert not (folder / "record.json").exists()


def test_a_run_killed_three_times_ends_as_the_unbroken_one(stripes, tmp_path):
    command = ["-m", "cvlib.run", "alexnet_quick", "--resume", "--data", stripes, *SETTINGS, "--out"]
    main([*map(str, command[2:]), str(tmp_path / "unbroken")])
    for attempt in range(5):
        folder = tmp_path / f"killed{attempt}" / "tiny-stripes-s0"
        with suppress(MissedError):
            kill_three_times(folder, *command, folder.parent)
            break
    else:
        pytest.fail("the moment was missed five times")
    main([*map(str, command[2:]), str(folder.parent)])

    folders = [tmp_path / "unbroken" / folder.name, folder]
    unbroken, killed = map(cvlib.load_run, folders)
    weights = [load_file(path / "model.safetensors") for path in folders]
    assert_close(weights[1], weights[0], rtol=0, atol=0)
    assert (killed.log_probabilities == unbroken.log_probabilities).all()
    assert [epoch | {"seconds": 0} for epoch in killed.history] == [
        epoch | {"seconds": 0} for epoch in unbroken.history]
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_the_last_whole_epoch_and_says_how_to_go_on(stripes, tmp_path, signum):
    command = ["-m", "cvlib.run", "alexnet_quick", "--data", stripes, "--out", tmp_path / "out", "--set",
               "name=tiny", "epochs=500", "batch_size=16"]
    process = started(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    checkpoint = tmp_path / "out" / "tiny-stripes-s0" / "checkpoint.safetensors"
    wait_for(process, checkpoint.exists)

    process.send_signal(signum)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 128 + signum
    assert "Traceback" not in said
    assert "--resume goes on after it" in said
    assert len(cvlib.checkpoint.read_progress(checkpoint)["history"]) >= 1
    assert [path.name for path in checkpoint.parent.glob(".*")] == []


def test_a_second_resume_does_no_harm_to_a_living_run(stripes, tmp_path):
    command = ["-m", "cvlib.run", "alexnet_quick", "--resume", "--data", stripes, "--out", tmp_path / "out",
               "--set", "name=tiny", "epochs=12", "batch_size=16"]
    living = started(*command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(living, (tmp_path / "out" / "tiny-stripes-s0" / "checkpoint.safetensors").exists)

    with pytest.raises(SystemExit) as second:
        main(list(map(str, command[2:])))

    assert "is being written by another process" in str(second.value)
    assert living.wait() == 0, living.stderr.read()
    assert len(cvlib.load_run(tmp_path / "out" / "tiny-stripes-s0").history) == 12


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_file_that_cannot_be_decoded_stops_a_run_before_it_trains(stripes, tmp_path, split):
    for name in ("3.png", "5.png"):
        file = stripes / split / "flat" / name
        file.write_bytes(file.read_bytes()[:200])

    with pytest.raises(SystemExit) as stop:
        main(["alexnet_quick", "--data", str(stripes), "--out", str(tmp_path / "out"), *SETTINGS])

    assert "2 picture(s)" in str(stop.value)
    assert str(stripes / split / "flat" / "3.png") in str(stop.value)
    assert not list((tmp_path / "out").rglob("*.safetensors"))


def test_a_picture_that_goes_while_training_changes_nothing(stripes, tmp_path):
    run = cvlib.Run(cvlib.recipes.changed(cvlib.get_recipe("alexnet_quick"), SETTINGS[1:]), data=str(stripes),
                    out=tmp_path / "out")
    for stats in run:
        if stats.epoch == 1:
            (stripes / "test" / "flat" / "3.png").unlink()
            (stripes / "train" / "flat" / "3.png").unlink()

    assert run.record.scores["test"]["n"] == run.record.data["sizes"]["test"] == 24


def test_a_disk_that_is_full_is_named_and_the_last_epoch_stays(stripes, tmp_path, monkeypatch):
    run = cvlib.Run(cvlib.recipes.changed(cvlib.get_recipe("alexnet_quick"), SETTINGS[1:]), data=str(stripes),
                    out=tmp_path / "out")
    epochs = iter(run)
    next(epochs)
    before = (run.folder / "checkpoint.safetensors").read_bytes()

    def full(*arguments):
        raise cvlib.tensors.SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("cvlib.tensors.save_file", full)
    with pytest.raises(OSError, match=r"No space left.*is the disk full\?.*checkpoint\.safetensors"):
        next(epochs)

    assert (run.folder / "checkpoint.safetensors").read_bytes() == before


def test_a_closed_output_and_a_plain_terminal_do_not_end_a_training(stripes, tmp_path):
    odd = stripes.rename(stripes.with_name("ströme"))
    command = [sys.executable, "-m", "cvlib.run", "alexnet_quick", "--data", odd, "--out", tmp_path / "out",
               *SETTINGS[:2], "epochs=2", "batch_size=16"]
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, env=environment)

    os.close(write)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "out").glob("*/record.json"))
