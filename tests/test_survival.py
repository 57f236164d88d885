"""What a `kill -9` leaves: real processes, killed while they write."""
import signal
import subprocess
import sys
import time

import pytest
from safetensors.torch import load_file
from torch.testing import assert_close

import cvlib
from cvlib.run import main

TRAIN = ["alexnet_quick", "--resume", "--set", "name=tiny", "epochs=4", "batch_size=16"]


def kill_when(seen, *command):
    """Start a process and send it SIGKILL as soon as ``seen()``."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
    while process.poll() is None and not seen():
        time.sleep(0.001)
    process.kill()

    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"


def test_a_run_killed_three_times_ends_as_the_unbroken_one(stripes, tmp_path):
    main([*TRAIN, "--data", str(stripes), "--out", str(tmp_path / "unbroken")])
    command = ["-m", "cvlib.run", *TRAIN[:2], "--data", stripes, "--out", tmp_path / "killed", *TRAIN[2:]]
    folder = tmp_path / "killed" / "tiny-stripes-s0"

    def writing(name):
        return any(folder.glob(f".{name}.*.tmp"))

    kill_when(lambda: writing("checkpoint.safetensors"), *command)
    assert not (folder / "checkpoint.safetensors").exists()
    kill_when(lambda: (folder / "checkpoint.safetensors").exists()
              and writing("checkpoint.safetensors"), *command)
    kill_when(lambda: writing("model.safetensors"), *command)
    assert not (folder / "record.json").exists()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)

    folders = [tmp_path / "unbroken" / folder.name, folder]
    unbroken, killed = map(cvlib.load_run, folders)
    weights = [load_file(path / "model.safetensors") for path in folders]
    assert_close(weights[1], weights[0], rtol=0, atol=0)
    assert (killed.probabilities == unbroken.probabilities).all()
    assert [epoch | {"seconds": 0} for epoch in killed.history] == [
        epoch | {"seconds": 0} for epoch in unbroken.history]
    assert not list(folder.glob(".*"))


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_file_that_cannot_be_decoded_stops_a_run_before_it_trains(stripes, tmp_path, split):
    for name in ("3.png", "5.png"):
        file = stripes / split / "flat" / name
        file.write_bytes(file.read_bytes()[:200])

    with pytest.raises(SystemExit) as stop:
        main([*TRAIN, "--data", str(stripes), "--out", str(tmp_path / "out")])

    assert "2 picture(s) to replace or delete" in str(stop.value)
    assert str(stripes / split / "flat" / "3.png") in str(stop.value)
    assert not list((tmp_path / "out").rglob("*.safetensors"))
