"""Weights go in whole or not at all."""
import json
import re
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
import torchvision
from safetensors.torch import load_file, save_file
from torch.testing import assert_close

import cvlib
from cvlib import models, weights

DOWNLOAD = "torchvision.models._api.load_state_dict_from_url"


def small(num_classes=3, **options):
    return cvlib.create_model("alexnet_mini", num_classes=num_classes, image_size=40, **options)


@pytest.fixture
def file(tmp_path):
    """Weights of three classes, as a run leaves them."""
    torch.manual_seed(7)
    said = json.dumps({"name": "alexnet_mini", "options": {"num_classes": 3}})
    trained = {name: tensor + torch.randn_like(tensor) for name, tensor in small().state_dict().items()}
    save_file(trained, tmp_path / "model.safetensors", {"model": said})
    return tmp_path / "model.safetensors"


def test_a_safetensors_file_fills_the_network(tmp_path):
    source = cvlib.create_model("alexnet_mini", num_classes=3)
    save_file(source.state_dict(), tmp_path / "model.safetensors")

    by_file = cvlib.create_model("alexnet_mini", num_classes=3, weights=tmp_path / "model.safetensors")
    by_run = cvlib.create_model("alexnet_mini", num_classes=3, weights=tmp_path)

    assert_close(by_file.state_dict(), source.state_dict())
    assert_close(by_run.state_dict(), source.state_dict())


def test_weights_of_another_number_of_classes_are_refused_with_both_ways_out(file):
    with pytest.raises(ValueError, match=r"head\.fc8\.weight: \(3, 1024\) for \(4, 1024\)") as refused:
        small(4, weights=file)

    assert str(file) in str(refused.value)
    assert "give num_classes=3, or head='new'" in str(refused.value)


@pytest.mark.parametrize("num_classes", [3, 4])
def test_a_new_head_is_the_last_layer_alone(file, num_classes):
    kept = load_file(file)
    torch.manual_seed(1)
    fresh = small(num_classes).state_dict()
    torch.manual_seed(1)

    model = small(num_classes, weights=file, head="new").state_dict()

    last = {"head.fc8.weight", "head.fc8.bias"}
    assert {name for name in model if not torch.equal(model[name], kept[name])} == last
    assert all(torch.equal(model[name], fresh[name]) for name in last)


def test_a_new_head_excuses_nothing_else(file):
    with pytest.raises(ValueError, match=r"head\.fc6\.weight: \(1024, 128\) for \(1024, 1152\)"):
        cvlib.create_model("alexnet_mini", num_classes=4, image_size=112, weights=file, head="new")
    with pytest.raises(ValueError, match="head is None or 'new', not 'old'"):
        small(weights=file, head="old")


@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x02}q\x00.", "cut", "noise"])
def test_a_damaged_file_is_named(file, content):
    whole = file.read_bytes()
    file.write_bytes({"cut": whole[:-1], "noise": b"\xff" * 64}.get(content, content))

    with pytest.raises(ValueError, match=r"model\.safetensors is cut, empty or no \.safetensors file"):
        small(weights=file)


@pytest.mark.parametrize(("tensors", "said"), [
    ({"x": torch.ones(2)}, r"head\.fc6\.bias: missing for \(1024,\)"),
    ({}, "and 8 more"),
    ({"x": torch.ones(2)}, r"does not fit AlexNet"),
])
def test_a_foreign_file_is_refused_by_names(file, tensors, said):
    save_file(tensors, file)

    with pytest.raises(ValueError, match=said):
        small(weights=file)


def test_whole_numbers_are_no_weights(file):
    tensors = load_file(file)
    save_file(tensors | {"head.fc8.bias": tensors["head.fc8.bias"].int()}, file)

    with pytest.raises(ValueError, match=r"head\.fc8\.bias: \(3,\) of torch\.int32 for \(3,\)"):
        small(weights=file)


def test_a_pickle_is_not_opened(tmp_path):
    (tmp_path / "model.pth").write_bytes(b"cos\nsystem\n")

    with pytest.raises(ValueError, match=r"model\.pth is no \.safetensors file"):
        small(weights=tmp_path / "model.pth")


def test_weights_say_of_which_network_they_are(file):
    with pytest.raises(ValueError, match="holds alexnet_mini, not alexnet_one_tower"):
        cvlib.create_model("alexnet_one_tower", num_classes=3, weights=file)


def test_a_foreign_state_dict_changes_nothing():
    model = cvlib.create_model("alexnet_one_tower", num_classes=2)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    state_dict = torchvision.models.alexnet(num_classes=2).state_dict()
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
    monkeypatch.setattr(DOWNLOAD,
                        lambda url, **options: asked.update(options) or theirs)

    cvlib.create_model("alexnet_one_tower", weights="torchvision")

    assert asked["weights_only"]
    assert asked["check_hash"]
    code = "".join(path.read_text() for path in Path(cvlib.__file__).parent.rglob("*.py"))
    assert not re.search(r"pickle\.load|torch\.load\(|allow_pickle=True|weights_only=False|joblib", code)


def one_tower_state():
    with torch.device("meta"):
        return torchvision.models.alexnet().state_dict()


@pytest.mark.parametrize(("change", "said"), [
    (lambda state: state.pop("features.0.weight"), r"stages\.conv1\.weight: missing"),
    (lambda state: state.update({"features.1.weight": torch.ones(1)}), r"features\.1\.weight: left over"),
    (lambda state: state.update({"features.0.extra": torch.ones(1)}), r"features\.0\.extra: left over"),
])
def test_keys_that_are_not_one_to_one_are_listed(change, said):
    model, state = models.build("alexnet_one_tower", num_classes=2), one_tower_state()
    change(state)

    with pytest.raises(ValueError, match=said):
        cvlib.load_torchvision(model, state)


@pytest.mark.parametrize(("pattern", "said"), [
    (r"features\.[03]\.(\w+)", r"features\.0\.weight: mapped twice"),
    (r"features\.1\.(\w+)", r"stages\.conv1\.weight: mapped twice"),
])
def test_patterns_that_meet_are_a_fault(monkeypatch, pattern, said):
    model = models.build("alexnet_one_tower", num_classes=2)
    patterns = models.torchvision_keys(model) | {pattern: r"stages.conv1.\1"}
    monkeypatch.setattr(weights, "torchvision_keys", lambda model, keys: patterns)

    with pytest.raises(ValueError, match=said):
        cvlib.load_torchvision(model, one_tower_state() | {"features.1.weight": torch.ones(1)})


def test_an_unknown_tag_is_answered_with_the_tags():
    with pytest.raises(ValueError, match="'IMAGENET1K_V9' of alexnet_one_tower; it has IMAGENET1K_V1"):
        cvlib.create_model("alexnet_one_tower", weights="torchvision:IMAGENET1K_V9")


@pytest.mark.parametrize(("error", "kind", "said"), [
    (URLError("no route"), OSError, "cannot be fetched from https://.*alexnet.*try again with a network"),
    (RuntimeError("no central directory"), ValueError, r"alexnet-owt-7be5be79\.pth in .*delete it"),
])
def test_weights_that_do_not_come_say_why(monkeypatch, error, kind, said):
    def fail(url, **options):
        raise error
    monkeypatch.setattr(DOWNLOAD, fail)

    with pytest.raises(kind, match=said):
        cvlib.create_model("alexnet_one_tower", weights="torchvision:IMAGENET1K_V1")


def test_torchvisions_weights_may_have_a_new_head(monkeypatch):
    theirs = torchvision.models.alexnet().state_dict()
    monkeypatch.setattr(DOWNLOAD, lambda url, **options: theirs)

    model = cvlib.create_model("alexnet_one_tower", num_classes=6, weights="torchvision", head="new")

    assert model.head.fc8.weight.shape == (6, 4096)
    assert torch.equal(model.stages.conv5.bias, theirs["features.10.bias"])
    with pytest.raises(ValueError, match="give num_classes=1000, or head='new'"):
        cvlib.create_model("alexnet_one_tower", num_classes=6, weights="torchvision")


@pytest.mark.network
def test_torchvision_weights_give_torchvision_logits():
    theirs = torchvision.models.alexnet(weights="IMAGENET1K_V1").eval()
    ours = cvlib.create_model("alexnet_one_tower", weights="torchvision").eval()
    images = torch.randn(1, 3, 224, 224)

    assert_close(ours(images), theirs(images))
