"""Suspects against PIL, torchvision and hand computations; the engine, the record and the command."""
import json

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as TF

import cvlib
from conftest import picture
from cvlib import forensics
from cvlib.data import Normalise, Preprocess, load_dataset
from cvlib.forensics import HONEST, SUSPECTS, examine, named, together
from cvlib.forensics.__main__ import main
from cvlib.forensics.suspect import framed
from cvlib.models import build
from cvlib.predictor import Predictor

SQUARE, SHORTER = Preprocess(30, 24), Preprocess(30, 24, "shorter")
SIZES = [(64, 48), (48, 64), (50, 50), (33, 91)]
BY_NAME = {suspect.name: suspect for suspect in SUSPECTS}


def seen(name, steps, image, number=0):
    return np.asarray(BY_NAME[name].cut(steps, image, number))


@pytest.mark.parametrize("size", SIZES)
def test_nearest_is_pils_on_the_centre_square_and_torchvisions_on_the_shorter_side(size):
    image, side = picture(*size), min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    middle = image.crop((left, top, left + side, top + side)).resize((30, 30), Image.Resampling.NEAREST)
    theirs = v2.Compose([v2.Resize(30, interpolation=v2.InterpolationMode.NEAREST), v2.CenterCrop(24)])

    assert (seen("nearest", SQUARE, image) == np.asarray(middle.crop((3, 3, 27, 27)))).all()
    assert (seen("nearest", SHORTER, image) == np.asarray(theirs(image))).all()


@pytest.mark.parametrize("size", SIZES)
def test_aliased_is_torchvisions_preset_on_a_tensor_without_antialiasing(size):
    image = picture(*size)
    theirs = v2.Compose([v2.Resize(30, antialias=False), v2.CenterCrop(24)])(TF.pil_to_tensor(image))

    ours = seen("aliased", SHORTER, image)

    assert (ours == theirs.permute(1, 2, 0).numpy()).all()
    assert (ours != np.asarray(SHORTER.cropped(image))).any()


def test_aliased_weighs_four_neighbours_by_hand():
    image = picture(60, 60)
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float()
    by_hand = F.interpolate(x, (30, 30), mode="bilinear", align_corners=False, antialias=False)

    ours = torch.from_numpy(seen("aliased", SQUARE, image).copy()).permute(2, 0, 1)[None].float()

    assert (ours - by_hand[..., 3:27, 3:27]).abs().max() <= 1


@pytest.mark.parametrize("size", SIZES)
def test_whole_cuts_no_margin_off_and_squashed_keeps_every_row_and_column(size):
    image = picture(*size)

    whole = v2.Compose([v2.Resize(24), v2.CenterCrop(24)])(image)
    squashed = v2.Resize((24, 24))(image)

    assert (seen("whole", SHORTER, image) == np.asarray(whole)).all()
    assert (seen("squashed", SHORTER, image) == np.asarray(squashed)).all()


def test_random_cuts_follow_from_the_pictures_number_and_leave_the_generator_alone():
    image, before = picture(64, 48), torch.random.get_rng_state()

    first, again, other = (seen("train_crop", SHORTER, image, number) for number in (5, 5, 6))

    assert (first == again).all()
    assert (first != other).any()
    assert (torch.random.get_rng_state() == before).all()


def test_about_every_second_picture_stands_on_its_head():
    image = picture(64, 48)
    upright = np.asarray(SHORTER.cropped(image))

    turned = [seen("on_its_head", SHORTER, image, number) for number in range(200)]

    assert all((one == upright).all() or (one == upright[::-1]).all() for one in turned)
    assert 70 < sum((one != upright).any() for one in turned) < 130


def test_feeds_are_scales_and_an_exchange_of_channels():
    mean, std = (torch.tensor(three).reshape(3, 1, 1) for three in ([10.0, 20, 30], [1.0, 2, 4]))
    normalise = Normalise(mean, std)
    pixels = torch.tensor([100.0, 150, 250]).reshape(1, 3, 1, 1)

    fed = {name: BY_NAME[name].feed(normalise, pixels).flatten().tolist()
           for name in ("unnormalised", "undivided", "bgr")}

    assert fed["unnormalised"] == pytest.approx([100 / 255, 150 / 255, 250 / 255])
    assert fed["undivided"] == [100, 150, 250]
    assert fed["bgr"] == [(250 - 10) / 1, (150 - 20) / 2, (100 - 30) / 4]


def norm_alone():
    torch.manual_seed(0)
    norm = nn.BatchNorm2d(3).eval()
    norm.running_mean, norm.running_var = torch.rand(3), 1 + torch.rand(3)
    return norm


def test_training_mode_divides_by_the_batchs_own_deviation_and_leaves_the_network_alone():
    norm, x = norm_alone(), torch.randn(5, 3, 4, 4)
    mean, var = x.mean((0, 2, 3), keepdim=True), x.var((0, 2, 3), keepdim=True, unbiased=False)
    before = norm.running_mean.clone()

    asked = BY_NAME["training"].mode(norm, lambda: [])

    assert_close(asked(x), (x - mean) / (var + norm.eps).sqrt())
    assert_close(norm(x), F.batch_norm(x, before, norm.running_var, eps=norm.eps))
    assert not norm.training


def test_drifted_statistics_are_moved_a_tenth_of_the_way_by_each_batch():
    norm, batches = norm_alone(), [torch.randn(5, 3, 4, 4) + 3, torch.randn(5, 3, 4, 4) - 1]
    by_hand = norm.running_mean.clone()
    for x in batches:
        by_hand = 0.9 * by_hand + 0.1 * x.mean((0, 2, 3))

    asked = BY_NAME["drifted"].mode(norm, lambda: batches)

    assert_close(asked.running_mean, by_hand)
    assert not asked.training
    assert (norm.running_mean != by_hand).all()


def test_softmax_over_the_batch_lets_a_class_sum_to_one_over_its_pictures():
    logits = torch.tensor([[3.0, 2.0], [9.0, 1.0]])

    scores = BY_NAME["over_the_batch"].read(logits)

    assert_close(scores.sum(0), torch.ones(2))
    assert scores.argmax(1).tolist() == [1, 0], "the first picture's 3 is little beside the second's 9"


def test_labels_move_up_by_one_or_by_an_order_that_is_drawn():
    labels = np.arange(6)

    moved = BY_NAME["unsorted"].relabel(labels, 6)

    assert BY_NAME["off_by_one"].relabel(labels, 6).tolist() == [1, 2, 3, 4, 5, 0]
    assert sorted(moved) == labels.tolist() != moved.tolist()


def test_each_suspect_changes_one_step_but_the_three_together():
    assert {len(suspect.changed) for suspect in SUSPECTS[:-1]} == {1}
    assert BY_NAME["three"].changed == ("cut", "mode", "read")
    assert HONEST.changes == ()
    assert BY_NAME["bgr"].changes == ("pixels",)
    assert len(BY_NAME) == len(SUSPECTS)
    with pytest.raises(ValueError, match="bgr changes feed, which another"):
        together("both", "", BY_NAME["unnormalised"], BY_NAME["bgr"])
    with pytest.raises(ValueError, match=r"no suspect cats; there are nearest, .*three"):
        named("bgr", "cats")


def test_every_suspect_says_where_it_was_seen():
    assert [one.name for one in SUSPECTS[:-1] if not one.source.startswith("https://github.com/")] == []


class Brightness(nn.Module):
    """Two classes, dark and bright: the mean of what it is fed, against 0."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))

    def forward(self, x):
        bright = self.scale * x.mean((1, 2, 3))
        return torch.stack([-bright, bright], dim=1)


class Grey:
    """Pictures of one grey each."""

    def __init__(self, greys, size=(40, 40)):
        self.greys, self.size = greys, size
        self.labels = np.array([grey > 128 for grey in greys]).astype(np.int64)

    def __len__(self):
        return len(self.greys)

    def image(self, index):
        return Image.new("RGB", self.size, (self.greys[index],) * 3)


def witness(model=None, classes=("dark", "bright"), steps=SHORTER):
    normalise = Normalise(torch.full((3, 1, 1), 128.0), torch.full((3, 1, 1), 50.0))
    return Predictor(model or Brightness(), normalise, classes, steps)


def test_answers_are_in_the_data_sets_order_whatever_the_batches():
    greys = Grey([200, 10, 250, 90, 140])

    found = examine(witness(), greys, named("unnormalised", "off_by_one"), top=1, batch_size=2)

    assert list(found) == ["honest", "unnormalised", "off_by_one"]
    assert found["honest"].best.tolist() == greys.labels.tolist() == [1, 0, 1, 0, 1]
    assert found["unnormalised"].right.tolist() == [True, False, True, False, True], "all are bright"
    assert not found["off_by_one"].right.any()


def test_the_right_class_may_be_among_the_best():
    found = examine(witness(), Grey([10, 200]), named("off_by_one"), top=2)["off_by_one"]

    assert found.among.all()
    assert not found.right.any()


def test_training_mode_depends_on_the_company_of_a_picture():
    model = nn.Sequential(nn.BatchNorm2d(3, affine=False), Brightness())
    pictures = Grey([20, 40, 60, 200, 210, 220] * 4)

    found = examine(witness(model), pictures, named("training", "training_sorted"), top=1, batch_size=12)

    assert found["honest"].right.all()
    assert not found["training_sorted"].right.all(), "among dark ones the brightest are bright"
    assert found["training"].right.mean() > found["training_sorted"].right.mean()


def test_a_suspect_that_acts_on_shapes_is_given_other_shapes_where_all_are_square():
    upper, lower = Image.new("RGB", (40, 40), "white"), Grey([250])
    upper.paste("black", (0, 4, 40, 40))
    lower.image = lambda index: upper
    steps = Preprocess(24, 24, "shorter")

    squashed, = named("squashed")
    of_square = examine(witness(steps=steps), lower, [squashed], top=1)
    found = examine(witness(steps=steps), lower, [squashed], top=1, square=True)

    assert list(of_square) == ["honest", "squashed"]
    assert list(found) == ["honest", "honest, 4:3", "squashed"]
    assert found["squashed"].against == "honest, 4:3"
    rows = np.asarray(framed(HONEST).cut(steps, upper, 0))
    assert rows.max() == 0, "of 40 rows the middle 30 are seen: the five above, with the white ones, are not"


def test_the_network_and_torchs_generator_are_left_as_they_were():
    model = nn.Sequential(nn.BatchNorm2d(3), nn.Dropout(0.5), Brightness())
    before, state = model[0].running_mean.clone(), torch.random.get_rng_state()

    examine(witness(model), Grey([20, 200] * 8), SUSPECTS, top=1, batch_size=4)

    assert (torch.random.get_rng_state() == state).all()
    assert_close(model[0].running_mean, before)
    assert not model.training


def test_what_drops_does_not_hang_on_who_else_is_asked():
    asked, bright = witness(nn.Sequential(nn.Dropout2d(0.9), Brightness())), Grey([200] * 64)

    among_all = examine(asked, bright, SUSPECTS, top=1, batch_size=4)["training"]
    by_itself = examine(asked, bright, named("training"), top=1, batch_size=4)["training"]

    assert 0 < among_all.right.mean() < 1
    assert (among_all.best == by_itself.best).all()


def test_other_weights_are_asked_in_the_place_of_the_networks():
    other = Brightness()
    other.scale.data.neg_()

    found = examine(witness(), Grey([20, 200]), [forensics.other_weights("other", "", other)], top=1)

    assert found["honest"].right.all()
    assert not found["other"].right.any()


def evidence(seed=0, n=40):
    random = np.random.default_rng(seed)
    found = forensics.Evidence({"data": "grey", "n": n}, 2)
    for network, family in (("a", "alexnet"), ("b", "vgg")):
        answers = {name: forensics.Answers(random.integers(3, size=n), random.random(n) < 0.6,
                                           random.random(n) < 0.8) for name in ("honest", "bgr")}
        found.add(network, family, answers)
    return found


def test_evidence_is_read_back_as_it_was_written(tmp_path):
    before = evidence()
    before.save(tmp_path / "grey")

    after = forensics.load_evidence(tmp_path / "grey")

    assert after.about == before.about
    assert after.table() == before.table()
    assert (after.networks, after.suspects) == (["a", "b"], ["bgr"])
    (finding, other), = after.of_family("vgg", "bgr")
    assert (finding.right == before.findings["b", "bgr"].right).all()
    assert other.suspect == "honest"


def test_a_difference_is_paired_and_its_interval_is_students():
    found = evidence()
    right, honest = (found.findings["a", name].right.astype(float) for name in ("bgr", "honest"))
    change = right - honest
    half = 2.0227 * change.std(ddof=1) / np.sqrt(40)  # Student's 97.5 % quantile, 39 degrees of freedom

    row = found.table()[1]

    assert row["difference"] == pytest.approx([change.mean(), change.mean() - half, change.mean() + half],
                                              abs=1e-4)
    assert row["agreement"] == found.findings["a", "bgr"].agree.mean()
    assert row["accuracy"] == right.mean()


@pytest.mark.parametrize(("file", "text"), [("evidence.json", "{"), ("evidence.json", '{"schema": 9}'),
                                            ("answers.npz", "cut"), ("answers.npz", "")])
def test_evidence_that_is_cut_is_named(tmp_path, file, text):
    evidence().save(tmp_path)
    (tmp_path / file).write_text(text)

    with pytest.raises(ValueError, match=r"holds no evidence that can be read .*python -m cvlib.forensics"):
        forensics.load_evidence(tmp_path)


def test_where_there_is_no_evidence_the_command_is_named():
    with pytest.raises(FileNotFoundError, match=r"python -m cvlib\.forensics --data nowhere"):
        forensics.load_evidence("nowhere")


def test_torchvisions_network_is_its_own_with_its_own_preparation(monkeypatch):
    from torchvision.models import convnext_tiny, get_model_weights
    torch.manual_seed(0)
    theirs, image = convnext_tiny().eval(), picture(300, 260)
    monkeypatch.setattr("cvlib.published.Published.tensors", lambda self: theirs.state_dict())
    prepared = get_model_weights("convnext_tiny")["IMAGENET1K_V1"].transforms()(image)

    asked = forensics.torchvision_witness("convnext_tiny")

    seen = torch.from_numpy(np.array(HONEST.cut(asked.steps, image, 0))).permute(2, 0, 1)[None]
    assert_close(asked(seen), theirs(prepared[None]).softmax(1).detach(), atol=1e-6, rtol=1e-4)
    assert type(asked.model) is type(theirs)
    assert forensics.family_of(asked) == "convnext"


@pytest.fixture
def run(tmp_path):
    """A finished run's folder of an untrained network for the drawn scenes."""
    from safetensors.torch import save_file
    torch.manual_seed(0)
    classes = list(cvlib.scenes.CLASSES)
    said = {"preprocess": Preprocess(36, 32).as_dict(), "classes": classes,
            "model": {"name": "resnet_mini", "options": {"num_classes": 6}}}
    text = {name: json.dumps(value) for name, value in said.items()}
    folder = tmp_path / "resnet-scenes-s0"
    folder.mkdir()
    save_file(build("resnet_mini", num_classes=6).state_dict(), folder / "model.safetensors", text)
    save_file({"mean": torch.full((3, 1, 1), 120.0)}, folder / "preprocess.safetensors", text)
    return folder


def test_the_command_leaves_evidence_and_goes_on_where_it_ended(run, tmp_path, capsys, monkeypatch):
    few = load_dataset("scenes", "test")
    few.labels = few.labels[:24]
    splits = cvlib.open_dataset("scenes")
    splits._parts["test"] = few
    monkeypatch.setattr("cvlib.forensics.__main__.open_dataset", lambda *names, **options: splits)
    options = [str(run), "--data", "scenes", "--out", str(tmp_path), "--suspects", "bgr", "squashed"]

    main(options)
    said = capsys.readouterr().out
    main(options)

    found = forensics.load_evidence(tmp_path / "scenes")
    assert (found.networks, found.suspects, found.top) == ([run.name], ["bgr", "squashed"], 2)
    assert found.findings[run.name, "squashed"].against == "honest, 4:3"
    assert {row["family"] for row in found.table()} == {"resnet"}
    assert said.count(run.name) == 4
    assert run.name not in capsys.readouterr().out, "asked already"
    with pytest.raises(SystemExit) as refused:
        main([*options, "--seed", "1"])
    assert "another question (seed differ)" in str(refused.value)


@pytest.mark.parametrize(("options", "word"), [
    (["--data", "scenes"], "which networks"), (["nowhere", "--data", "scenes"], "nowhere"),
    (["nowhere", "--suspects", "cats"], "no suspect cats")])
def test_the_command_says_what_to_mend(options, word, capsys, tmp_path):
    with pytest.raises(SystemExit) as refused:
        main([*options, "--out", str(tmp_path)])

    assert word in str(refused.value)


def test_a_network_of_other_classes_is_refused(run, tmp_path, tree):
    with pytest.raises(SystemExit) as refused:
        main([str(run), "--data", str(tree), "--out", str(tmp_path)])

    assert "the classes of" in str(refused.value)


def test_a_family_is_known_by_its_networks_class():
    families = {name: forensics.family_of(witness(build(name, num_classes=6, **options), range(6)))
                for name, options in (("alexnet_one_tower", {}), ("vgg_mini", {"image_size": 32}),
                                      ("resnet_mini", {}), ("convnext_mini", {}))}

    assert list(families.values()) == ["alexnet", "vgg", "resnet", "convnext"]
    with pytest.raises(ValueError, match="Brightness is of none of the families"):
        forensics.family_of(witness())


