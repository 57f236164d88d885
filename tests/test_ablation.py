"""The ablation's plan: balance, confounding, corners, order; and the network whose parts it changes."""
import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch
from studied import judged, keep
from torch import nn

import cvlib
from conftest import named_random
from cvlib.analysis import MEASURES
from cvlib.layers import LocalResponseNorm
from cvlib.models.alexnet import weighted_layers
from cvlib.models.alexnet_third import alexnet_third
from cvlib.optim import parameter_groups
from cvlib.studies import Design, ablation, get_plan, read_study, strength
from cvlib.studies.singles import CHANGES

PLAN, SINGLES = get_plan("ablation"), get_plan("singles")
NAMES = [factor.name for factor in ablation.FACTORS]
REPLICATES = [PLAN.runs[start:start + 32] for start in (0, 32, 64, 96)]
BUILT = {run.recipe.name: run for run in REPLICATES[0]}


def levels(runs):
    return np.array([[run.factors[name] for name in NAMES] for run in runs])


def coded(runs):
    return 2 * levels(runs) - 1


@pytest.mark.parametrize("runs", REPLICATES, ids=["scarce", "plenty", "scarce again", "plenty again"])
def test_no_main_effect_is_confounded_with_another_or_with_a_pair(runs):
    x = coded(runs)
    pairs = np.stack([x[:, i] * x[:, j] for i, j in combinations(range(9), 2)], axis=1)

    assert len({tuple(row) for row in x.tolist()}) == 32
    assert not x.sum(0).any()
    np.testing.assert_array_equal(x.T @ x, 32 * np.eye(9))
    assert not (x.T @ pairs).any()
    assert strength(levels(runs)) == 3


def test_the_generators_are_those_of_the_text():
    x = dict(zip("ABCDEFGHJ", coded(REPLICATES[0]).T, strict=True))

    said = re.findall(r"\b([A-Z]) = ([A-Z]+)\b", ablation.__doc__)
    assert [f"{letter}={word}" for letter, word in said] == ablation.GENERATORS.split()
    for letter, word in said:
        np.testing.assert_array_equal(x[letter], np.prod([x[each] for each in word], axis=0))
    assert " ".join(NAMES) == " ".join(ablation.__doc__.split("factor  ")[1].splitlines()[0].split())


def test_each_pair_with_dropout_can_be_told_alone_and_no_other():
    design = Design(tuple(NAMES), ablation.GENERATORS)

    alone = {design.named(effect) for effect, others in design.aliases().items()
             if len(effect) == 2 and not others}

    others = [name for name in NAMES if name != "dropout"]
    assert alone == {":".join(sorted((name, "dropout"), key=NAMES.index)) for name in others}


def test_whole_replicates_follow_each_other_and_share_nothing_but_their_corners():
    places = [{(run.blocks["regime"], run.blocks["replicate"], run.seed, run.data) for run in runs}
              for runs in REPLICATES]

    assert places == [{("scarce", 0, 0, "intel_fifth")}, {("plenty", 0, 0, "intel")},
                      {("scarce", 1, 1, "intel_fifth")}, {("plenty", 1, 1, "intel")}]
    assert len({tuple(map(tuple, levels(runs).tolist())) for runs in REPLICATES}) == 1
    assert PLAN.runs[0].experiment("ablation") == {
        "name": "ablation", "regime": "scarce", "replicate": 0,
        "factors": dict(zip(NAMES, map(int, levels(PLAN.runs[:1])[0]), strict=True))}


def test_the_runs_made_so_far_always_tell_the_most_that_they_can():
    standard, ours = Design(tuple(NAMES), ablation.GENERATORS).levels, levels(REPLICATES[0])

    def told(rows):
        x = np.c_[np.ones(len(rows)), 2 * rows - 1]
        return np.linalg.slogdet(x.T @ x)[1]

    assert strength(ours[:16]) == 2  # sixteen are a whole fraction: every factor balanced, any two orthogonal
    assert all(np.isfinite(told(ours[:count])) for count in range(10, 33))
    assert all(told(ours[:count]) > told(standard[:count]) + 0.1 for count in range(10, 25))


def test_both_regimes_see_as_many_pictures_by_one_recipe():
    scarce, plenty = (ablation.base(regime) for regime in ("scarce", "plenty"))

    assert replace(plenty, name=scarce.name, epochs=scarce.epochs, warmup_epochs=1.0) == scarce
    assert plenty.warmup_epochs == pytest.approx(0.2)
    assert scarce.epochs == 5 * plenty.epochs
    assert (scarce.input_scale, scarce.momentum, scarce.schedule.to) == ("raw", 0.9, 0.0)


@pytest.mark.parametrize("name", BUILT)
def test_a_corner_is_what_its_levels_say(name):
    recipe, factors = BUILT[name].recipe, BUILT[name].factors
    model = cvlib.models.build(recipe.model, num_classes=6, **recipe.model_options)
    kinds = [value.kind for value in recipe.augment]

    assert sum(isinstance(module, LocalResponseNorm) for module in model.modules()) == 2 * factors["lrn"]
    assert {module.kernel_size for module in model.modules() if isinstance(module, nn.MaxPool2d)} == {
        2 + factors["pooling"]}
    assert [kinds.count(kind) for kind in ("crop", "flip", "lighting")] == [
        factors[factor] for factor in ("crops", "flips", "lighting")]
    assert sum(isinstance(module, nn.Dropout) for module in model.modules()) == 2 * factors["dropout"]
    assert model.stages.conv2.groups == 1 + factors["towers"]
    assert {layer.bias.mean().item() for layer in weighted_layers(model).values()} == (
        {0.0, 1.0} if factors["ones"] else {0.0})
    decays = [group["weight_decay"] for group in parameter_groups(model, recipe)]
    assert decays == [0, 5e-3 * factors["decay"]]


def test_corners_differ_in_nothing_that_is_no_factor():
    free = {"name": "x", "model_options": {}, "augment": (), "weight_decay": 0.0}

    assert len({replace(run.recipe, **free) for run in REPLICATES[0]}) == 1
    assert len({run.name for run in PLAN.runs}) == 128


def test_known_effects_come_back_from_records_regime_by_regime(tmp_path):
    x, random = coded(PLAN.runs), named_random("ablation")
    truth = {"dropout": 0.10, "crops": 0.06, "ones": 0.0}
    scores = 0.6 + sum(size / 2 * x[:, NAMES.index(name)] for name, size in truth.items())
    scores = np.round((scores + random.normal(0, 0.01, 128)) * 200) / 200
    keep(PLAN, tmp_path, scores)

    study = read_study(PLAN, out=tmp_path).where(regime="scarce")

    effects = {effect.name: effect for effect in study.effects()}
    table = {**study.factors, "again": np.array(study.column("replicate"))}
    theirs = judged(study.scores, table, " + ".join(NAMES) + " + C(again)")
    for name in NAMES:
        assert effects[name][1:] == pytest.approx(theirs[name], rel=1e-6, abs=1e-12)
        assert effects[name].low < truth.get(name, 0) + 0.004
        assert effects[name].high > truth.get(name, 0) - 0.004
    assert effects["dropout"].is_clear
    assert len(study.runs) == 64


@pytest.fixture
def made(small_intel, tmp_path):
    """A record of two epochs of the corner that has all parts, on a small tree like Intel's."""
    recipe = replace(BUILT["ablation_scarce-111111111"].recipe, epochs=2)
    run = cvlib.Run(recipe, data="intel_fifth", root=small_intel, out=tmp_path / "runs")
    list(run)
    return run, cvlib.load_run(run.folder)


def test_a_run_keeps_all_that_the_ablation_measures(made):
    run, record = made

    one, ten = run.evaluate("extra"), run.evaluate("test", views=10)
    assert record.scores["extra"]["accuracy"] == one.accuracy  # by one view, which is enough of so many
    assert record.scores["extra"]["log_loss"] == pytest.approx(one.loss, rel=2e-3)
    assert record.scores["test"]["accuracy"] == ten.accuracy
    errors = 120 * (1 - run.evaluate("test").accuracy) + len(one.labels) * (1 - one.accuracy)
    assert MEASURES["test"].of(record) == pytest.approx(100 * errors / (120 + len(one.labels)))
    assert MEASURES["train"].of(record) == pytest.approx(100 * (1 - run.evaluate("train").accuracy))
    assert all(np.isfinite(measure.of(record)) for measure in MEASURES.values())
    assert set(record.measured["lrn_divisors"]) == {"norm1", "norm2"}
    np.testing.assert_array_equal(record.extra[0], one.labels)
    np.testing.assert_array_equal(record.extra[1], one.log_probabilities.astype(np.float16).argmax(1))
    assert "extra" not in record.others


@pytest.mark.data
def test_the_photographs_that_scarce_training_leaves_over_are_there_to_be_scored(intel_photographs):
    scarce, plenty = (cvlib.open_dataset(name) for name in ("intel_fifth", "intel"))

    assert len(scarce["extra"]) > 10_000
    assert abs(30 * len(scarce["train"]) / (6 * len(plenty["train"])) - 1) < 0.02


def test_each_single_differs_from_the_whole_network_in_one_thing():
    recipes = {run.recipe.name.removeprefix("singles-"): run.recipe for run in SINGLES.runs}
    whole = recipes.pop("whole")

    assert replace(whole, name="x") == replace(BUILT["ablation_scarce-111111111"].recipe, name="x")
    assert set(recipes) == set(CHANGES)
    for name, recipe in recipes.items():
        now, before = recipe.as_dict(), whole.as_dict()
        fields = {field for field in now if now[field] != before[field]} - {"name"}
        options = {option for option, value in recipe.model_options.items()
                   if whole.model_options.get(option) != value}
        assert len(fields) == 1
        assert len(options) == (fields == {"model_options"})
        assert options | fields - {"model_options"} == {*CHANGES[name]}
    assert {run.seed for run in SINGLES.runs} == set(range(5))
    assert SINGLES.runs[0].factors == dict.fromkeys(CHANGES, 0)


@pytest.mark.parametrize("name", [run.recipe.name for run in SINGLES.runs[:9]])
def test_every_single_reads_its_pictures(name):
    recipe = next(run.recipe for run in SINGLES.runs if run.recipe.name == name)

    cvlib.models.check(recipe.model, recipe.image_size, **recipe.model_options)


def sides(**options):
    model, sizes, x = alexnet_third(num_classes=2, **options), [], torch.zeros(1, 3, 56, 56)
    for name, layer in model.stages.named_children():
        x = layer(x)
        if name.startswith(("conv", "pool")):
            sizes.append(x.shape[-1])
    return sizes


def test_both_poolings_leave_maps_of_the_same_sizes_so_that_pooling_is_all_that_differs():
    assert sides() == sides(pooling="disjoint") == [13, 6, 6, 3, 3, 3, 3, 1]
    assert sides(pooling="net147") == [13, 7, 5, 3, 3, 3, 1, 1]


def test_one_tower_is_as_wide_as_the_two_and_half_keeps_its_last_convolution():
    widths = {layout: [layer.out_channels for layer in alexnet_third(num_classes=2, layout=layout).stages
                       if isinstance(layer, nn.Conv2d)] for layout in ("two_towers", "one_tower", "half")}

    assert widths["one_tower"] == widths["two_towers"]
    assert [2 * width for width in widths["half"][:4]] == widths["two_towers"][:4]
    assert widths["half"][4] == widths["two_towers"][4]


@pytest.mark.parametrize("layout", ["two_towers", "one_tower", "half"])
def test_every_layer_starts_with_the_gain_of_the_source_or_a_third_of_it(layout):
    full = {"conv3": 0.03 * 2304**0.5, "conv5": 0.03 * 1728**0.5, "fc7": 0.01 * 4096**0.5}
    for std, share in (("source", 1), ("paper", 1 / 3)):
        torch.manual_seed(0)
        layers = weighted_layers(alexnet_third(num_classes=2, layout=layout, std=std))
        for name, gain in full.items():
            weight = layers[name].weight
            expected = gain * (share if "conv" in name else 1)
            assert (weight.std() * weight[0].numel()**0.5).item() == pytest.approx(expected, rel=0.06)


def test_parts_that_were_taken_out_are_identities_and_tanh_stands_for_every_relu():
    model = alexnet_third(num_classes=2, lrn=False, dropout=False, activation="tanh", ones=False)
    kinds = {type(module) for module in model.modules()}

    assert not kinds & {LocalResponseNorm, nn.Dropout, nn.ReLU}
    assert sum(isinstance(module, nn.Tanh) for module in model.modules()) == 7
    assert list(dict(model.stages.named_children())) == list(dict(alexnet_third().stages.named_children()))


@pytest.mark.parametrize(("options", "said"), [
    ({"layout": "three"}, "layout is one of two_towers, one_tower, half, not 'three'"),
    ({"pooling": "mean"}, "pooling is one of overlapping, disjoint, net147"),
    ({"activation": "gelu"}, "activation is one of relu, tanh"),
    ({"std": 0.01}, "std is one of source, paper"),
    ({"lrn": "no"}, "lrn is one of True, False, not 'no'"), ({"differences": ["std"]}, "take std='paper'"),
])
def test_what_the_network_cannot_be_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        alexnet_third(**options)
