"""The few weights that are committed: small, whole, and the only ones that git takes."""
import shutil
import subprocess
from pathlib import Path

import pytest

import cvlib
from cvlib.results import results_folder

ROOT = Path(__file__).parents[1]
KEPT = sorted((results_folder() / "kept").glob("*/model.safetensors"))
MOST = 10 * 10**6  # bytes of a file


@pytest.mark.skipif(not shutil.which("git"), reason="skipped: no git")
def test_git_takes_kept_weights_and_no_others(tmp_path):
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    files = [f"results/{study}/run-s0/{name}.safetensors" for study in ("kept", "runs")
             for name in ("model", "preprocess", "checkpoint")]

    said = subprocess.run(["git", "-C", str(tmp_path), "check-ignore", *files], capture_output=True,
                          text=True)

    assert said.stdout.split() == ["results/kept/run-s0/checkpoint.safetensors", *files[3:]]


def test_a_network_small_enough_is_meant_for_it():
    recipe = cvlib.get_recipe("alexnet_64px")
    model = cvlib.create_model(recipe.model, num_classes=6, image_size=recipe.image_size)

    assert 4 * sum(parameter.numel() for parameter in model.parameters()) < MOST


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.parent.name)
def test_kept_weights_are_small_and_answer(path):
    run = f"kept/{path.parent.name}"

    predictor = cvlib.load_predictor(run)

    assert path.stat().st_size < MOST
    assert predictor.classes == cvlib.load_run(run).data["classes"]
