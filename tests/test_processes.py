"""Two processes (gloo, on this machine) train the curve of one: the batch size is global."""
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from two_processes import train

import cvlib

LAUNCH = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
SCRIPT = Path(__file__).parent / "two_processes.py"


@pytest.fixture
def both(stripes, tmp_path):
    """The small training, then a whole run, each in two processes."""
    command = [*LAUNCH, SCRIPT, tmp_path / "result.json", "alexnet_quick", "--data", stripes, "--out",
               tmp_path / "out", "--set", "name=tiny", "epochs=2", "batch_size=16"]
    here = str(Path(cvlib.__file__).parents[1])
    environment = os.environ | {"ACCELERATE_USE_CPU": "true", "PYTHONPATH": here}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    return result, cvlib.load_run(tmp_path / "out" / "tiny-stripes-s0")


def test_two_processes_train_the_curve_of_one_and_score_every_picture_once(both, stripes):
    two, record = both

    one = train()

    assert (one["processes"], two["processes"]) == (1, 2)
    assert two["labels"] == one["labels"] == one["expected"]
    for first, second in zip(one["history"], two["history"], strict=True):
        assert second == pytest.approx(first, rel=1e-5)
    for first, second in zip(one["weights"], two["weights"], strict=True):
        assert second == pytest.approx(first, rel=1e-4, abs=1e-6)
    assert record.environments[0]["processes"] == 2
    assert (record.labels == cvlib.load_dataset(str(stripes), "test").labels).all()
