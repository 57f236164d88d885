"""Weights go in whole or not at all."""
import re
from pathlib import Path

import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch.testing import assert_close

import cvlib


def test_a_safetensors_file_fills_the_network(tmp_path):
    source = cvlib.create_model("alexnet_mini", num_classes=3)
    save_file(source.state_dict(), tmp_path / "model.safetensors")

    by_file = cvlib.create_model("alexnet_mini", num_classes=3, weights=tmp_path / "model.safetensors")
    by_run = cvlib.create_model("alexnet_mini", num_classes=3, weights=tmp_path)

    assert_close(by_file.state_dict(), source.state_dict())
    assert_close(by_run.state_dict(), source.state_dict())


def test_weights_of_another_shape_are_refused_by_name(tmp_path):
    save_file(cvlib.create_model("alexnet_mini", num_classes=3).state_dict(), tmp_path / "model.safetensors")

    with pytest.raises(ValueError, match=r"head\.fc8\.weight: \(3, 1024\) for \(4, 1024\)"):
        cvlib.create_model("alexnet_mini", num_classes=4, weights=tmp_path)


def test_a_foreign_state_dict_changes_nothing():
    model = cvlib.create_model("alexnet_one_tower")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    state_dict = torchvision.models.alexnet().state_dict()
    del state_dict["classifier.6.bias"]

    with pytest.raises(ValueError, match=r"head\.fc8\.bias: missing"):
        cvlib.load_torchvision(model, state_dict)

    assert_close(model.state_dict(), before)


def test_torchvision_has_no_two_tower_network():
    with pytest.raises(ValueError, match="no AlexNet, only AlexNetOneTower"):
        cvlib.load_torchvision(cvlib.create_model("alexnet_mini"), {})
    with pytest.raises(ValueError, match="no weights for alexnet_mini"):
        cvlib.create_model("alexnet_mini", weights="torchvision")


def test_a_run_without_weights_is_told_how_to_make_them(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"python -m cvlib\.run"):
        cvlib.create_model("alexnet_mini", weights=tmp_path)


def test_nothing_unpickles_what_came_from_outside(monkeypatch):
    asked, theirs = {}, torchvision.models.alexnet().state_dict()
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url",
                        lambda url, **options: asked.update(options) or theirs)

    cvlib.create_model("alexnet_one_tower", weights="torchvision")

    assert asked["weights_only"]
    assert asked["check_hash"]
    code = "".join(path.read_text() for path in Path(cvlib.__file__).parent.rglob("*.py"))
    assert not re.search(r"pickle\.load|torch\.load\(|allow_pickle=True|weights_only=False|joblib", code)


@pytest.mark.network
def test_torchvision_weights_give_torchvision_logits():
    theirs = torchvision.models.alexnet(weights="IMAGENET1K_V1").eval()
    ours = cvlib.create_model("alexnet_one_tower", weights="torchvision").eval()
    images = torch.randn(1, 3, 224, 224)

    assert_close(ours(images), theirs(images))
