"""Given weights on a data set: torchvision's own answers, in parts that outlive a session."""
import json
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torchvision
from test_survival import kill_when, started, wait_for
from torch.testing import assert_close
from torchvision.transforms import functional

import cvlib
from conftest import make_stripes
from cvlib.data.imagenet_hints import PICTURES
from cvlib.data.imagenet_tables import MAPPING
from cvlib.data.stand_in import write_stand_in
from cvlib.recipes import changed
from cvlib.results import score
from cvlib.validate import Validation, open_given
from cvlib.validate.__main__ import main

SETTINGS = {"split": "test", "views": 10, "batch_size": 4, "chunk": 8}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A cache for torchvision with random AlexNet weights where the published ones would lie, drawn scenes in
    Kaggle's tree, and a run of one epoch on stripes."""
    root = tmp_path_factory.mktemp("validate")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CVLIB_CACHE", str(root / "cache"))
        patch.setenv("TORCH_HOME", str(root / "torch"))
        source = cvlib.published_weights("alexnet_one_tower")
        torch.manual_seed(5)
        theirs = torchvision.models.alexnet().eval()
        source.file.parent.mkdir(parents=True)
        torch.save(theirs.state_dict(), source.file)
        recipe = changed(cvlib.get_recipe("alexnet_quick"), ["name=tiny", "epochs=1", "batch_size=16"])
        run = cvlib.Run(recipe, data=str(make_stripes(root)), out=root / "runs")
        list(run)
        tree = write_stand_in(root / "tree", train=1, val=1)
        yield SimpleNamespace(root=root, tree=tree, theirs=theirs, source=source, run=run,
                              stripes=str(root / "stripes"))


def of_run(place, out, **options):
    return Validation("alexnet_mini", place.run.folder, data=place.stripes, out=out, **SETTINGS | options)


def of_torchvision(place, out, root=None, **options):
    return Validation("alexnet_one_tower", root=root or place.tree, sample=True, out=out, **options)


def finished(validation):
    assert list(validation)
    return validation.record


def flat(scores):
    """All numbers of a split's scores."""
    return np.hstack([scores[name] for name in sorted(scores)])


def few(imagenet_mini, root, count):
    """A tree of the first photographs of another."""
    pictures = sorted(Path(imagenet_mini, PICTURES, "val").iterdir())[:count]
    for file in [*pictures, Path(imagenet_mini, MAPPING), Path(imagenet_mini, "LOC_val_solution.csv")]:
        link = root / file.relative_to(imagenet_mini)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
    return root


def reference(place, validation):
    """torchvision's network after torchvision's own transform: (N, 1000) log-probabilities."""
    transform = place.source.entry.transforms()
    images = torch.stack([transform(image) for image, _ in validation.dataset])
    with torch.no_grad():
        return place.theirs(images).log_softmax(1)


@pytest.mark.parametrize("mini", [False, pytest.param(True, marks=pytest.mark.data)])
def test_torchvisions_weights_answer_as_in_torchvision(place, tmp_path, request, mini):
    root = few(request.getfixturevalue("imagenet_mini"), tmp_path / "few", 20) if mini else None
    validation = of_torchvision(place, tmp_path, root)

    record = finished(validation)

    expected = reference(place, validation)
    best = expected.topk(5)
    assert (record.predictions == expected.argmax(1).numpy()).all()
    assert (record.log_probabilities.classes == best.indices.numpy()).all()
    assert_close(torch.from_numpy(record.log_probabilities.values.astype(np.float32)), best.values,
                 rtol=1e-3, atol=1e-3)
    labels = torch.from_numpy(validation.dataset.labels)
    assert record.scores["val"]["top5"] == (best.indices == labels[:, None]).any(1).double().mean()
    assert record.scores["val"]["n"] == (20 if mini else 6)


@pytest.fixture(scope="module")
def committed(place, tmp_path_factory):
    """The folder of a finished evaluation of torchvision's weights."""
    validation = of_torchvision(place, tmp_path_factory.mktemp("results") / "imagenet", batch_size=2, chunk=3)
    assert list(validation) == [4, 6]
    return validation.files.path


def test_the_record_says_what_was_evaluated_and_how(place, committed):
    record = cvlib.load_run(committed)

    assert committed.name == "alexnet_one_tower+IMAGENET1K_V1-imagenet-s0" == record.name
    assert (record.kind, record.weights, record.history) == ("evaluation", "torchvision:IMAGENET1K_V1", [])
    assert (record.preprocess["size"], record.preprocess["interpolation"]) == (256, "bilinear")
    assert record.measured["published"] == {"accuracy": 0.56522, "top5": 0.79066}
    assert record.measured["as_published"] is False
    assert record.environments[0]["pictures"] == 6
    assert json.loads((committed.parent / "data" / f"{record.data['hash']}.json").read_text())["val"][0] == (
        "ILSVRC2012_val_00000001.JPEG")
    assert not (committed / "chunks").exists()


def test_every_score_is_recomputed_without_torch(committed):
    code = ("import sys; from cvlib.results import load_run, score\n"
            "record = load_run(sys.argv[1])\n"
            "print(score(record.labels, record.log_probabilities, 1000) == record.scores['val'],\n"
            "      'torch' in sys.modules)")

    said = subprocess.run([sys.executable, "-c", code, committed], capture_output=True, text=True)

    assert said.stdout.split() == ["True", "False"], said.stderr


def test_classes_in_another_order_than_the_outputs_are_refused(place, tmp_path):
    mapping = place.tree / MAPPING
    text = mapping.read_text()
    lines = [line.split(" ", 1) for line in text.splitlines()]
    mapping.write_text("\n".join(f"{synset} {name}" for (synset, _), (_, name)
                                 in zip(lines, lines[1:] + lines[:1], strict=True)))

    try:
        with pytest.raises(ValueError, match=r"output 0 of torchvision:.* is 'tench' and class 0 .*goldfish"):
            of_torchvision(place, tmp_path)
    finally:
        mapping.write_text(text)


def test_ten_crops_are_the_mean_of_torchvisions_ten_and_the_centre_is_kept_apart(place, tmp_path):
    ten = finished(of_torchvision(place, tmp_path, views=10, batch_size=4))
    one = finished(validation := of_torchvision(place, tmp_path))

    transform = place.source.entry.transforms()
    transform.resize_size = [224]  # a crop stays as it is: only normalised
    crops = torch.stack([torch.stack([transform(crop) for crop in ten_crops(image)])
                         for image, _ in [validation.dataset[place] for place in range(3)]])
    with torch.no_grad():
        expected = place.theirs(crops.flatten(0, 1)).softmax(1).unflatten(0, (3, 10)).mean(1)
    assert (ten.log_probabilities.classes[:3, 0] == expected.argmax(1).numpy()).all()
    assert_close(torch.from_numpy(ten.log_probabilities.values[:3, 0].astype(np.float32)),
                 expected.max(1).values.log(), rtol=1e-3, atol=1e-3)
    assert flat(ten.scores["one_view"]) == pytest.approx(flat(one.scores["val"]), rel=1e-3)
    assert (ten.others["one_view"][1].classes == one.log_probabilities.classes).all()
    assert ten.name == "alexnet_one_tower+IMAGENET1K_V1,views=10-imagenet-s0"


def ten_crops(image):
    """The paper's: of the centre square of 256 pixels."""
    return functional.ten_crop(functional.center_crop(functional.resize(image, 256), 256), 224)


def test_a_run_on_its_own_data_scores_what_it_scored(place, tmp_path):
    record = finished(of_run(place, tmp_path, views=1))

    theirs = place.run.record
    assert flat(record.scores["test"]) == pytest.approx(flat(theirs.scores["test"]), rel=1e-3)
    np.testing.assert_allclose(record.probabilities, theirs.probabilities, atol=2e-3)


def test_a_split_by_hash_is_read_as_the_run_read_it(place, tmp_path):
    validation = of_run(place, tmp_path, views=1, split="val")

    record = finished(validation)

    assert validation.dataset.whole is not validation.dataset
    assert (record.labels == place.run.record.others["val"][0]).all()
    np.testing.assert_allclose(record.log_probabilities, place.run.record.others["val"][1], atol=5e-3)


def test_an_evaluation_that_was_stopped_goes_on_to_the_record_of_an_unbroken_one(place, tmp_path):
    unbroken = finished(of_run(place, tmp_path / "unbroken"))
    stopped = iter(of_run(place, tmp_path / "stopped"))
    assert [next(stopped), next(stopped)] == [8, 16]
    stopped.close()

    with pytest.raises(FileExistsError, match="holds a begun evaluation: go on with it by --resume"):
        of_run(place, tmp_path / "stopped")
    rest = of_run(place, tmp_path / "stopped", resume=True)

    assert (len(rest), list(rest)) == (1, [24])
    assert rest.record.scores == unbroken.scores
    assert (rest.record.log_probabilities == unbroken.log_probabilities).all()
    assert (rest.record.others["one_view"][1] == unbroken.others["one_view"][1]).all()
    assert [sitting["pictures"] for sitting in rest.record.environments] == [16, 8]


def test_a_finished_evaluation_is_read_and_not_overwritten(place, tmp_path):
    record = finished(of_run(place, tmp_path, views=1))

    again = of_run(place, tmp_path, views=1, resume=True)
    left = again.chunks.folder / "000000.npz"  # by one that was killed after it had written the record
    left.parent.mkdir()
    left.touch()

    assert (list(again), len(again), left.parent.exists()) == ([], 0, False)
    assert again.record.scores == record.scores
    with pytest.raises(FileExistsError, match="holds a record"):
        of_run(place, tmp_path, views=1)
    with pytest.raises(ValueError, match=r"holds another evaluation: .*split test, now val"):
        of_run(place, tmp_path, views=1, split="val", resume=True)


@pytest.mark.parametrize("change", [{"chunk": 12}, {"split": "val"}])
def test_another_evaluation_is_not_mixed_into_a_begun_one(place, tmp_path, change):
    next(iter(of_run(place, tmp_path)))

    with pytest.raises(ValueError, match=rf"holds another evaluation: .*{next(iter(change))} \w+, now"):
        of_run(place, tmp_path, resume=True, **change)


def cut(file):
    file.write_bytes(file.read_bytes()[:40])


def the_shorter_last_part(file):
    file.with_name("000018.npz").replace(file)


@pytest.mark.parametrize("harm", [cut, Path.unlink, the_shorter_last_part])
def test_a_part_that_is_cut_or_gone_is_done_again(place, tmp_path, harm):
    unbroken = finished(of_run(place, tmp_path / "unbroken", batch_size=3, chunk=9))
    stopped = iter(of_run(place, tmp_path / "stopped", batch_size=3, chunk=9))
    assert [next(stopped), next(stopped), next(stopped)] == [9, 18, 24]
    stopped.close()
    harm(next((tmp_path / "stopped").glob("*/chunks/000009.npz")))

    rest = of_run(place, tmp_path / "stopped", batch_size=3, chunk=9, resume=True)

    assert list(rest)[-1] == 24
    assert (rest.record.log_probabilities == unbroken.log_probabilities).all()


def test_a_killed_evaluation_goes_on_and_ends_as_an_unbroken_one(place, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(cvlib.__file__).parents[1]))
    unbroken = finished(of_run(place, tmp_path / "unbroken", batch_size=1, chunk=1))
    command = ["alexnet_mini", "--weights", place.run.folder, "--data", place.stripes, "--split", "test",
               "--views", "10", "--batch-size", "1", "--chunk", "1", "--out", tmp_path / "killed", "--resume"]

    kill_when(lambda: len(list((tmp_path / "killed").glob("*/chunks/*.npz"))) > 2,
              "-m", "cvlib.validate", *command)
    done = len(list((tmp_path / "killed").glob("*/chunks/*.npz")))
    main(list(map(str, command)))

    record = cvlib.load_run(next((tmp_path / "killed").glob("*/record.json")).parent)
    assert 3 <= done < 24
    assert record.scores == unbroken.scores
    assert (record.log_probabilities == unbroken.log_probabilities).all()


@pytest.mark.slow
def test_a_signal_leaves_what_is_done_and_says_how_to_go_on(place, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(cvlib.__file__).parents[1]))
    process = started("-m", "cvlib.validate", "alexnet_mini", "--weights", place.run.folder, "--data",
                      place.stripes, "--split", "test", "--batch-size", "1", "--chunk", "1", "--out",
                      tmp_path, stderr=subprocess.PIPE)
    wait_for(process, lambda: list(tmp_path.glob("*/chunks/*.npz")))

    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 128 + signal.SIGTERM
    assert "the same command with --resume goes on after it" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_two_processes_answer_as_one_does(place, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(cvlib.__file__).parents[1]))
    monkeypatch.setenv("ACCELERATE_USE_CPU", "true")
    alone = finished(of_run(place, tmp_path / "alone"))

    words = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "cvlib.validate",
             "alexnet_mini", "--weights", place.run.folder, "--data", place.stripes, "--split", "test",
             "--views", "10", "--batch-size", "4", "--chunk", "8", "--out", tmp_path / "shared"]

    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    shared = cvlib.load_run(next((tmp_path / "shared").glob("*/record.json")).parent)
    assert shared.environments[0]["processes"] == 2
    assert (shared.labels == alone.labels).all()
    for said, wanted in ((shared.log_probabilities, alone.log_probabilities),
                         (shared.others["one_view"][1], alone.others["one_view"][1])):
        np.testing.assert_allclose(said, wanted, rtol=2e-3, atol=1e-5)


def test_the_command_says_the_scores_and_that_a_cached_file_is_not_the_published_one(place, tmp_path, capsys):
    main(["alexnet_one_tower", "--root", str(place.tree), "--sample", "--out", str(tmp_path)])

    said = capsys.readouterr()
    assert "torchvision:IMAGENET1K_V1, 6 pictures" in said.out
    assert "one crop: top-1 " in said.out
    assert "is not the published file" in said.err


@pytest.mark.parametrize(("change", "said"), [
    (["--weights", "torchvision:V9"], "no weights 'V9' of alexnet_one_tower"),
    (["--split", "test"], "labels of its test pictures were never published"),
    (["--batch-size", "0"], "must be above 0"),
    (["--weights", "nowhere.safetensors"], "no weights at nowhere.safetensors"),
])
def test_what_a_person_can_mend_is_said_before_any_work(place, tmp_path, change, said):
    with pytest.raises(SystemExit) as stop:
        main(["alexnet_one_tower", "--root", str(place.tree), "--sample", "--out", str(tmp_path), *change])

    assert said in str(stop.value)
    assert not list(tmp_path.rglob("*.npz"))


def test_a_file_alone_is_prepared_for_as_torchvision_does_or_refused(place, tmp_path):
    cvlib.tensors.save_tensors(tmp_path / "w.safetensors",
                               cvlib.create_model("alexnet_one_tower", num_classes=3).state_dict())
    weights = place.run.folder / "model.safetensors"
    (tmp_path / "lone.safetensors").write_bytes(weights.read_bytes())

    given = open_given("alexnet_one_tower", tmp_path / "w.safetensors", 3)

    assert (given.preprocess, given.said) == (place.source.preprocess, "w.safetensors")
    with pytest.raises(ValueError, match=r"nothing says how pictures are prepared for .*lone"):
        open_given("alexnet_mini", tmp_path / "lone.safetensors", 2)
    with pytest.raises(ValueError, match="holds alexnet_mini, not vgg_mini"):
        open_given("vgg_mini", place.run.folder, 2)


def test_the_stand_in_is_kaggles_tree(place):
    splits = cvlib.open_dataset("imagenet", root=place.tree, sample=True)

    assert {split: len(part) for split, part in splits.items()} == {"train": 6, "val": 6}
    assert {splits.classes[label] for label in splits["val"].labels} == {
        "n03877845 palace", "n09193705 alp", "n09332890 lakeside", "n09428293 seashore",
        "n09468604 valley", "n06794110 street sign"}
    assert len(list((place.tree / PICTURES / "test").iterdir())) == 1


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize("name", ["vgg19", "resnet152", "convnext_tiny"])
def test_the_other_three_answer_as_in_torchvision(tmp_path, monkeypatch, imagenet_mini, name):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    source = cvlib.published_weights(name)
    theirs = getattr(torchvision.models, name)().eval()
    source.file.parent.mkdir(parents=True)
    torch.save(theirs.state_dict(), source.file)
    root = few(imagenet_mini, tmp_path / "few", 4)

    validation = Validation(name, root=root, sample=True, out=tmp_path / "out")
    record = finished(validation)

    place = SimpleNamespace(source=source, theirs=theirs)
    expected = reference(place, validation)
    assert (record.log_probabilities.classes == expected.topk(5).indices.numpy()).all()
    assert score(record.labels, record.log_probabilities, 1000) == record.scores["val"]
