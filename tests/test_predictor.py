"""A finished run answers pictures: by hand, and exported to another runtime."""
import json
import warnings

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch.testing import assert_close

import cvlib
from cvlib.data.preprocess import Preprocess
from cvlib.predictor import load_predictor

CLASSES = ["buildings", "forest", "sea"]
STEPS = Preprocess(size=48, crop=40)


def described(**changed):
    return {"preprocess": STEPS.as_dict(), "classes": CLASSES, "model": {
        "name": "alexnet_mini", "options": {"num_classes": 3, "image_size": 40}}} | changed


@pytest.fixture
def run(tmp_path):
    """What a run of three classes leaves in its folder."""
    torch.manual_seed(0)
    model = cvlib.create_model("alexnet_mini", num_classes=3, image_size=40)
    mean = torch.rand(3, 40, 40) * 255
    text = {name: json.dumps(value) for name, value in described().items()}
    folder = tmp_path / "results" / "runs" / "mini-pets-s0"
    folder.mkdir(parents=True)
    save_file(model.state_dict(), folder / "model.safetensors", text)
    save_file({"mean": mean}, folder / "preprocess.safetensors", text)
    return folder


def rewrite(path, *, tensors=None, **said):
    """Change what a file holds, or says."""
    text = {name: json.dumps(value) for name, value in said.items()}
    save_file(load_file(path) if tensors is None else tensors, path, text)


def pictures(count=4, side=40):
    return torch.randint(0, 256, (count, 3, side, side), generator=torch.Generator().manual_seed(1)).float()


def test_probabilities_are_those_computed_by_hand(run):
    images = pictures()
    model = cvlib.create_model("alexnet_mini", num_classes=3, image_size=40, weights=run).eval()
    mean = load_file(run / "preprocess.safetensors")["mean"]

    predictor = load_predictor(run)

    assert_close(predictor(images), model(images - mean).softmax(1).detach())
    assert_close(predictor(images.byte()), predictor(images))
    assert predictor.classes == CLASSES


def test_a_deviation_that_was_divided_by_is_divided_by(run):
    mean, std = torch.full((3, 1, 1), 100.0), torch.tensor([[[20.0]], [[40.0]], [[80.0]]])
    model = cvlib.create_model("alexnet_mini", num_classes=3, image_size=40, weights=run).eval()
    images = pictures()
    rewrite(run / "preprocess.safetensors", tensors={"mean": mean, "std": std}, **described())

    said = load_predictor(run)(images)

    assert_close(said, model((images - mean) / std).softmax(1).detach())


def test_a_predictor_is_found_by_the_runs_name(run, monkeypatch):
    (run / "record.json").write_text("{}")
    monkeypatch.setattr("cvlib.results.results_folder", lambda: run.parent.parent)

    assert load_predictor(run.name).classes == CLASSES


def test_loading_draws_nothing_and_prediction_never_drops(run):
    torch.manual_seed(3)
    state = torch.get_rng_state()

    predictor = load_predictor(run).train()

    assert torch.equal(torch.get_rng_state(), state)
    assert_close(predictor(pictures()), predictor(pictures()), rtol=0, atol=0)
    assert not any(tensor.requires_grad for tensor in predictor.parameters())
    assert "normalise.mean" in predictor.state_dict()


def test_a_picture_is_cropped_as_the_run_cropped_its_own(run):
    image = Image.fromarray(np.random.default_rng(0).integers(256, size=(90, 70, 3), dtype=np.uint8))

    seen = load_predictor(run).preprocess(image)

    assert (seen.dtype, seen.shape) == (torch.float32, (3, 40, 40))
    assert_close(seen.permute(1, 2, 0).numpy(), np.asarray(STEPS.cropped(image), dtype=np.float32))


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "LA", "RGBA", "I;16", "YCbCr"])
def test_pictures_of_any_mode_are_seen(run, mode):
    grey = Image.new("L", (64, 50), 255)
    image = Image.fromarray(np.full((50, 64), 65535, np.uint16)) if mode == "I;16" else grey.convert(mode)

    seen = load_predictor(run).preprocess(image)

    assert seen.min() > 253


def test_transparency_is_laid_on_white_and_a_tag_turns_upright(run):
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    left_dark = Image.fromarray(np.uint8(np.tile(np.arange(80) > 40, (80, 1)) * 255)).convert("RGB")
    left_dark.getexif()[0x0112] = 6  # to be turned clockwise: left becomes up

    predictor = load_predictor(run)

    assert predictor.preprocess(clear).min() == 255
    seen = predictor.preprocess(left_dark)
    assert seen[:, :15].max() < 5
    assert seen[:, -15:].min() > 250


def test_pictures_of_another_size_are_refused(run):
    with pytest.raises(ValueError, match=r"\(N, 3, 40, 40\) in 0 ... 255, not \(4, 3, 48, 48\)"):
        load_predictor(run)(pictures(side=48))


def test_onnxruntime_says_the_same_for_any_number_of_pictures(run, tmp_path):
    predictor = load_predictor(run)
    batch = torch.export.Dim("batch")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(predictor, (pictures(2),), dynamo=True, external_data=False,
                                    opset_version=18, dynamic_shapes=({0: batch},), verbose=False)
    program.save(tmp_path / "predictor.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "predictor.onnx")

    for images in (pictures(1), pictures(5)):
        said, = session.run(None, {session.get_inputs()[0].name: images.numpy()})
        assert_close(torch.from_numpy(said), predictor(images), rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", ["model.safetensors", "preprocess.safetensors"])
def test_a_missing_file_says_how_one_is_made(run, name):
    (run / name).unlink()

    with pytest.raises(FileNotFoundError, match=rf"has no {name}: .*python -m cvlib\.run"):
        load_predictor(run)


@pytest.mark.parametrize("name", ["model.safetensors", "preprocess.safetensors"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\x80\x02}q\x00."])
def test_a_damaged_file_is_named(run, name, content):
    whole = (run / name).read_bytes()
    (run / name).write_bytes(content or whole[:len(whole) // 2])

    with pytest.raises(ValueError, match=rf"{name} is cut, empty or no \.safetensors file"):
        load_predictor(run)


@pytest.mark.parametrize(("said", "why"), [
    ({}, "does not say what a run says"),
    (described(classes=CLASSES[:2]), "2 classes for 3 outputs"),
    (described(preprocess={"size": 48}), "needs a size and a crop"),
    (described(model={"name": "alexnet_maxi", "options": {"num_classes": 3}}), "no model 'alexnet_maxi'"),
    (described(model=["alexnet_mini"]), "describes nothing"),
    (described(preprocess=STEPS.as_dict() | {"crop": 36}), r"its mean is \(3, 40, 40\)"),
])
def test_a_foreign_description_is_refused(run, said, why):
    for name in ("model.safetensors", "preprocess.safetensors"):
        rewrite(run / name, **said)

    with pytest.raises(ValueError, match=rf"preprocess\.safetensors .*{why}.*train it again"):
        load_predictor(run)


def test_files_of_two_runs_are_told_apart(run):
    rewrite(run / "preprocess.safetensors", **described(classes=["a", "b", "c"]))

    with pytest.raises(ValueError, match=r"model\.safetensors and .* are of two runs: copy"):
        load_predictor(run)


def test_weights_of_another_network_are_refused(run):
    rewrite(run / "model.safetensors", tensors={"weight": torch.ones(3)})

    with pytest.raises(ValueError, match=r"model\.safetensors does not fit AlexNet"):
        load_predictor(run)
