"""A recipe may name the weights that its network starts from; and the report's four recipes."""
import hashlib
import json
import shutil
from dataclasses import replace
from types import SimpleNamespace
from urllib.error import URLError

import pytest
import torch
import torchvision
from safetensors.torch import load_file
from torchvision.models import ResNet18_Weights

import cvlib
from conftest import make_stripes
from cvlib import models, mounts
from cvlib.analysis import Seeds
from cvlib.published import published_weights
from cvlib.recipes import Crop, Recipe, Rotate, VerticalFlip, completed, differences
from cvlib.run import main

DOWNLOAD = "torchvision.models._api.load_state_dict_from_url"
BASE = replace(cvlib.get_recipe("alexnet_quick"), name="tiny", epochs=2, batch_size=16)
LAST = {"head.fc8.weight", "head.fc8.bias"}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A finished run on two classes of stripes, and a folder of three classes."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("trained")
        patch.setenv("CVLIB_CACHE", str(root / "cache"))
        two, three = make_stripes(root), make_stripes(root / "other", names=("flat", "high", "wide"))
        run = cvlib.Run(replace(BASE, epochs=1), data=str(two), out=root / "runs")
        list(run)
        weights = run.folder / "model.safetensors"
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:16]
        yield SimpleNamespace(folder=run.folder, two=str(two), three=str(three), root=root,
                              tensors=load_file(weights),
                              origin=f"{run.folder.name}/model.safetensors, sha256 {digest}")


@pytest.fixture
def tuned(trained, monkeypatch):
    """The recipe that goes on from that run."""
    monkeypatch.setenv("CVLIB_CACHE", str(trained.root / "cache"))
    return replace(BASE, name="tuned", weights=str(trained.folder))


def changed_tensors(model, tensors):
    return {name for name, tensor in model.state_dict().items() if not torch.equal(tensor, tensors[name])}


def test_a_run_starts_from_another_s_weights_with_a_new_head_for_other_classes(trained, tuned, tmp_path):
    run = cvlib.Run(tuned, data=trained.three, out=tmp_path)
    drawn = cvlib.Run(replace(tuned, weights=None), data=trained.three, out=tmp_path).model.state_dict()

    assert changed_tensors(run.model, trained.tensors) == LAST
    assert all(torch.equal(run.model.state_dict()[name], drawn[name]) for name in LAST)


def test_of_the_same_classes_the_head_is_kept_too(trained, tuned, tmp_path):
    run = cvlib.Run(tuned, data=trained.two, out=tmp_path)

    assert changed_tensors(run.model, trained.tensors) == set()


def test_the_record_says_which_file_the_weights_were(trained, tuned, tmp_path):
    run = cvlib.Run(tuned, data=trained.three, out=tmp_path)
    list(run)

    record = cvlib.load_run(run.folder)

    assert (record.weights, record.recipe["weights"]) == (trained.origin, str(trained.folder))
    assert record.environments[0]["weights"] == trained.origin
    assert cvlib.load_run(trained.folder).weights is None


def test_a_begun_run_goes_on_and_another_start_is_another_run(trained, tuned, tmp_path):
    whole = cvlib.Run(tuned, data=trained.three, out=tmp_path / "whole")
    list(whole)
    for _ in cvlib.Run(tuned, data=trained.three, out=tmp_path):
        break

    with pytest.raises(ValueError, match=r"holds another run: weights '.*tiny-stripes-s0', now None"):
        list(cvlib.Run(replace(tuned, weights=None), data=trained.three, out=tmp_path, resume=True))
    resumed = cvlib.Run(tuned, data=trained.three, out=tmp_path, resume=True)
    assert [stats.epoch for stats in resumed] == [2]

    assert changed_tensors(resumed.model, whole.model.state_dict()) == set()
    assert resumed.record.weights == whole.record.weights


def test_a_finished_run_no_longer_needs_the_weights_it_started_from(trained, tuned, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(trained.folder, moved)
    recipe = replace(tuned, weights=str(moved))
    run = cvlib.Run(recipe, data=trained.two, out=tmp_path, test=False)
    list(run)
    shutil.rmtree(moved)

    scored = cvlib.Run(recipe, data=trained.two, out=tmp_path, resume=True)
    assert list(scored) == []

    assert set(scored.record.scores) == {"val", "test"}
    assert scored.evaluate("val").accuracy == run.record.scores["val"]["accuracy"]
    assert scored.record.weights == run.record.weights
    assert scored.record.measured == run.record.measured


@pytest.mark.parametrize(("settings", "message"), [
    (["weights=nowhere"], "no finished run 'nowhere'"),
    (["weights=nowhere/model.safetensors"], "no weights at nowhere/model.safetensors"),
    (["weights=torchvision"], "torchvision has no weights for alexnet_mini"),
    (["model=resnet18", "weights=torchvision:V9"], "no weights 'V9' of resnet18; it has IMAGENET1K_V1"),
    (["model=resnet18", "weights=torchvision"], "attach a data set that holds it, or try again with a net"),
    (["weights="], "weights must be where the network starts, or None, not ''"),
    (["weights=3"], "weights must be where the network starts, or None, not 3"),
])
def test_missing_weights_are_answered_before_any_work(settings, message, tmp_path, cache, monkeypatch):
    monkeypatch.setattr(DOWNLOAD, no_network)

    with pytest.raises(SystemExit) as stop:
        main(["alexnet_quick", "--out", str(tmp_path / "runs"), "--set", *settings])

    assert message in str(stop.value)
    assert not (tmp_path / "runs").exists()
    assert not cache.exists()


def no_network(url, **options):
    raise URLError("no route")


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A file of weights as torchvision publishes them, of a random ResNet-18, and its tensors."""
    torch.manual_seed(5)
    tensors = torchvision.models.resnet18().state_dict()
    torch.save(tensors, tmp_path / "new.pth")
    digest = hashlib.sha256((tmp_path / "new.pth").read_bytes()).hexdigest()[:8]
    path = (tmp_path / "new.pth").rename(tmp_path / f"resnet18-{digest}.pth")
    monkeypatch.setattr(ResNet18_Weights.IMAGENET1K_V1.value, "url", f"https://example.org/{path.name}")
    return path, tensors


@pytest.mark.parametrize("folder", ["datasets/somebody/weights", "weights"], ids=["new layout", "old layout"])
def test_torchvision_s_weights_are_found_where_kaggle_mounts_them(published, folder, tmp_path, monkeypatch):
    (file, theirs), place = published, tmp_path / "input" / folder
    place.mkdir(parents=True)
    file.rename(place / file.name)
    monkeypatch.setenv("CVLIB_KAGGLE_INPUT", str(tmp_path / "input"))
    monkeypatch.setattr("torch.hub.download_url_to_file", no_network)

    model = cvlib.create_model("resnet18", num_classes=6, weights="torchvision", head="new")

    assert torch.equal(model.stem.conv1.weight, theirs["conv1.weight"])
    assert list(place.iterdir()) == [place / file.name]


def test_a_file_that_was_cut_on_its_way_to_kaggle_is_named(published, tmp_path, monkeypatch):
    file, place = published[0], tmp_path / "input" / "weights"
    place.mkdir(parents=True)
    (place / file.name).write_bytes(file.read_bytes()[:-1])
    monkeypatch.setenv("CVLIB_KAGGLE_INPUT", str(tmp_path / "input"))

    with pytest.raises(ValueError, match=r"weights/resnet18-\w+\.pth is cut or another file"):
        cvlib.create_model("resnet18", weights="torchvision")


def test_a_run_starts_from_torchvision_s_weights(published, stripes, tmp_path, monkeypatch):
    (file, theirs) = published
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    (tmp_path / "torch" / "hub" / "checkpoints").mkdir(parents=True)
    file.rename(tmp_path / "torch" / "hub" / "checkpoints" / file.name)
    recipe = replace(BASE, name="tuned", model="resnet18", image_size=32, epochs=1, weights="torchvision")

    run = cvlib.Run(recipe, data=str(stripes), out=tmp_path / "runs")
    start = run.model.stem.conv1.weight.clone()
    list(run)

    assert torch.equal(start, theirs["conv1.weight"])
    assert run.record.weights == f"torchvision's {file.name}"


def test_without_a_variable_kaggle_s_own_mounts_are_looked_in(monkeypatch):
    monkeypatch.delenv("CVLIB_KAGGLE_INPUT", raising=False)

    assert [str(place) for place in mounts.dataset_folders("an/owned")] == [
        "/kaggle/input/datasets/an/owned", "/kaggle/input/owned"]
    assert [str(place) for place in mounts.competition_folders("won")] == [
        "/kaggle/input/competitions/won", "/kaggle/input/won"]


@pytest.mark.parametrize("layout", ["datasets/puneet6060/intel-image-classification",
                                    "intel-image-classification"], ids=["new", "old"])
def test_intel_is_found_in_either_layout(layout, tmp_path, monkeypatch, cache):
    (tmp_path / layout).mkdir(parents=True)
    monkeypatch.setenv("CVLIB_KAGGLE_INPUT", str(tmp_path))
    monkeypatch.delenv("CVLIB_DATA", raising=False)

    assert cvlib.data.locate("intel") == tmp_path / layout


def test_a_record_from_before_the_field_is_that_of_a_run_without_weights(trained, tmp_path, monkeypatch):
    monkeypatch.setenv("CVLIB_CACHE", str(trained.root / "cache"))
    old = tmp_path / trained.folder.name
    shutil.copytree(trained.folder, old)
    written = json.loads((old / "record.json").read_text())
    del written["recipe"]["weights"]
    (old / "record.json").write_text(json.dumps(written | {"seed": 1}))

    before, now = cvlib.load_run(old), cvlib.load_run(trained.folder)

    assert before.recipe == now.recipe
    assert len(Seeds([before, now]).records) == 2
    assert differences(written["recipe"], BASE.as_dict() | {"epochs": 1}) == []
    assert Recipe.from_dict(written["recipe"]).weights is None
    assert completed({"name": "no recipe of ours"}) == {"name": "no recipe of ours"}


REPORT = {  # design of the report: network, pixels, epochs, batch
    "alexnet_report": ("alexnet", 300, 25, 100, None), "vgg_report": ("vgg19", 224, 30, 64, None),
    "resnet_report": ("resnet152", 224, 30, 64, None),
    "convnext_report": ("convnext_tiny", 224, 30, 64, "torchvision:IMAGENET1K_V1"),
}


@pytest.mark.parametrize("name", REPORT)
def test_the_report_s_recipes_are_as_it_prints_them(name):
    recipe = cvlib.get_recipe(name)

    assert (recipe.model, recipe.image_size, recipe.epochs, recipe.batch_size, recipe.weights) == REPORT[name]
    assert (recipe.optimizer, recipe.lr, recipe.warmup_epochs, recipe.schedule.kind) == (
        "adam", 1e-4, 0, "constant")
    assert recipe.augment == (Crop(), Rotate(15), VerticalFlip())
    assert recipe.input_scale == ("imagenet" if recipe.weights else "unit")
    models.check(recipe.model, recipe.image_size, **recipe.model_options)


def test_convnext_is_tuned_from_the_weights_that_torchvision_scores_at_82_52():
    recipe = cvlib.get_recipe("convnext_report")
    tag = recipe.weights.partition(":")[2]
    weights = torchvision.models.get_weight("ConvNeXt_Tiny_Weights." + tag)

    assert weights.meta["_metrics"]["ImageNet-1K"]["acc@1"] == 82.52
    assert published_weights(recipe.model, tag).file.name == weights.url.rpartition("/")[2]


def test_a_recipe_without_weights_draws_what_it_always_drew(stripes, tmp_path):
    run = cvlib.Run(BASE, data=str(stripes), out=tmp_path, seed=3)
    torch.manual_seed(3)

    expected = models.build("alexnet_mini", num_classes=2, image_size=64)

    assert changed_tensors(run.model, expected.state_dict()) == set()
