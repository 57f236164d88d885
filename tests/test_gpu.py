"""On a GPU: `pytest -m gpu tests`. Nobody has run these yet."""
from dataclasses import replace

import pytest
import torch

import cvlib

RECIPE = replace(cvlib.get_recipe("alexnet_quick"), name="tiny", epochs=3, batch_size=16)


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["float32", "float16"])
def test_a_run_takes_the_card_learns_and_is_resumed(stripes, tmp_path, precision):
    recipe = replace(RECIPE, precision=precision)
    next(iter(cvlib.Run(recipe, data=str(stripes), out=tmp_path)))

    run = cvlib.Run(recipe, data=str(stripes), out=tmp_path, resume=True)
    epochs = [stats.epoch for stats in run]

    assert epochs == [2, 3]
    assert run.record.environments[-1]["device"] == torch.cuda.get_device_name()
    assert run.record.scores["test"]["accuracy"] > 0.8


@pytest.mark.gpu
def test_lrn_on_the_card_is_lrn_on_the_processor():
    norm, x = cvlib.layers.LocalResponseNorm(divide_by_size=True, groups=2), 30 * torch.randn(2, 16, 5, 5)

    torch.testing.assert_close(norm(x.cuda()).cpu(), norm(x), rtol=1e-5, atol=1e-4)
