"""ConvNeXt and its parts against torchvision, timm, the paper's tables and arithmetic by hand."""
import re
from pathlib import Path

import pytest
import timm
import torch
import torchvision
import yaml
from torch import nn
from torch.testing import assert_close
from torchvision.models.convnext import LayerNorm2d as TheirNorm

import cvlib
from cvlib import models
from cvlib.cost import count_macs, count_parameters, layer_costs
from cvlib.layers import DropPath, LayerNorm2d, LayerScale
from cvlib.memory import training_memory
from cvlib.models.convnext import STAGES, Block, ConvNeXt, drop_rates

FACTS = yaml.safe_load((Path(__file__).parent / "architecture_facts.yaml").read_text())["convnext"]
VARIANTS = ("tiny", "small", "base", "large", "xlarge")


def on_meta(build, **options):
    with torch.device("meta"):
        return build(**options)


def variant(name, **options):
    return on_meta(models.MODELS[f"convnext_{name}"], **options)


def widths_of(model):
    return [stage.blocks[0].branch.depthwise.out_channels for stage in model.stages]


def filled(build):
    """A network with random weights and layer scales that matter, made without its own initialisation."""
    model = on_meta(build).to_empty(device="cpu").eval().requires_grad_(False)
    torch.manual_seed(0)
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            low = 0.5 if name.endswith("weight") or name.endswith("gamma") else -0.3
            parameter.uniform_(low, low + 0.8)
        else:
            width = 1.5 * parameter[0].numel() ** -0.5 if "layer_scale" not in name else 0.6
            parameter.uniform_(0.2 if "layer_scale" in name else -width, width)
    return model


def agree(ours, theirs, size=32):
    """Same logits, and the same gradient at every pixel."""
    cvlib.load_torchvision(ours, theirs.state_dict())
    images = torch.randn(1, 3, size, size)
    pairs = [(images.clone().requires_grad_(), model) for model in (ours, theirs)]

    logits = [model(x) for x, model in pairs]
    gradients = [torch.autograd.grad(y.square().sum(), x)[0]
                 for y, (x, _) in zip(logits, pairs, strict=True)]

    for mine, expected in (logits, gradients):
        scale = expected.abs().max()
        assert scale > 1e-2
        assert_close(mine / scale, expected / scale, rtol=0, atol=1e-5)


def empty(name):
    return variant(name, num_classes=10).to_empty(device="cpu").eval().requires_grad_(False)


@pytest.mark.parametrize(("name", "size"), [("tiny", 64), ("small", 32), ("base", 32), ("large", 32)])
def test_it_computes_what_torchvision_computes(name, size):
    theirs = filled(lambda: torchvision.models.get_model(f"convnext_{name}", num_classes=10))

    agree(empty(name), theirs, size)


@pytest.mark.parametrize("name", ["tiny", "xlarge"])
def test_it_computes_what_timm_computes(name):
    """With one block a stage, for speed: the keys of all blocks are compared below."""
    model, depths = empty(name), (1, 1, 1, 1)
    for stage in model.stages:
        del stage.blocks[1:]

    agree(model, filled(lambda: timm.create_model(f"convnext_{name}", num_classes=10, depths=depths)))


@pytest.mark.parametrize("name", VARIANTS)
def test_timms_keys_and_ours_are_two_names_of_one_thing(name):
    ours, theirs = variant(name), on_meta(timm.create_model, model_name=f"convnext_{name}").state_dict()
    patterns = models.torchvision_keys(ours, theirs).items()

    renamed = {match.expand(new): theirs[key].squeeze().shape for key in theirs for old, new in patterns
               if (match := re.fullmatch(old, key))}

    assert renamed == {key: tensor.squeeze().shape for key, tensor in ours.state_dict().items()}
    assert len(renamed) == len(theirs)


@pytest.mark.parametrize("name", VARIANTS)
def test_each_variant_has_the_widths_blocks_parameters_and_macs_of_the_paper(name):
    model, facts = variant(name), FACTS["computed"][name]
    costs = {size: count_macs(model, (3, size, size)) for size in (224, 384)}

    widths = widths_of(model)
    assert [widths, [len(stage.blocks) for stage in model.stages]] == FACTS["config"][name]
    assert count_parameters(model) == facts["params"]
    assert costs == {224: facts["macs_224"], 384: facts["macs_384"]}
    for size, macs in costs.items():
        printed = [round(facts["params"] / 1e6), round(macs / 1e9, 1)]
        assert FACTS["paper_table_1"].get(f"{name}_{size}", printed) == printed


@pytest.mark.parametrize("name", VARIANTS)
def test_stochastic_depth_and_layer_scale_are_those_of_table_5(name):
    blocks = [block.branch for stage in variant(name).stages for block in stage.blocks]

    assert blocks[0].drop.p == 0
    assert blocks[-1].drop.p == FACTS["paper_table_5"]["drop_path"][name]
    assert {branch.scale.start for branch in blocks} == {FACTS["paper_table_5"]["layer_scale"]}


@pytest.mark.parametrize(("size", "sides"), [
    (224, [56, 28, 14, 7]), (64, [16, 8, 4, 2]), (75, [18, 9, 4, 2]),
])
@pytest.mark.parametrize("name", VARIANTS)
def test_each_stage_halves_the_maps_and_doubles_their_number(name, size, sides):
    model = variant(name)
    costs = {layer.name: layer.output for layer in layer_costs(model, (3, size, size))}
    first = widths_of(model)[0]

    shapes = [costs[f"stages.{stage}.blocks.2.branch.pointwise2"] for stage in STAGES]

    assert shapes == [(width, side, side) for width, side in zip(
        (first, 2 * first, 4 * first, 8 * first), sides, strict=True)]


def test_the_rate_of_dropped_branches_rises_as_torchvisions_does():
    theirs = [part.p for part in on_meta(torchvision.models.convnext_small).modules()
              if isinstance(part, torchvision.ops.StochasticDepth)]

    ours = [part.p for part in variant("small").modules() if isinstance(part, DropPath)]

    assert ours == pytest.approx(theirs)
    assert drop_rates(0.5, (1, 0, 0, 0)) == [[0], [], [], []]


def test_it_starts_nearly_as_the_identity_with_weights_of_0_02():
    torch.manual_seed(0)
    model = models.build("convnext_mini", num_classes=6)
    maps = torch.randn(2, 24, 9, 9)

    weights = [part.weight for part in model.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    biases = [part.bias for part in model.modules() if getattr(part, "bias", None) is not None]

    assert all(abs(weight.std() - 0.02) < 0.003 for weight in weights)
    assert not any(bias.any() for bias in biases)
    assert_close(model.stages.res2.blocks[0](maps), maps, rtol=0, atol=1e-5)


def test_the_small_network_has_a_quarter_of_the_widths_and_a_third_of_the_blocks():
    tiny, mini = variant("tiny"), variant("mini", num_classes=6)

    assert widths_of(tiny) == [4 * width for width in widths_of(mini)]
    assert [len(stage.blocks) for stage in tiny.stages] == [3 * len(stage.blocks) for stage in mini.stages]
    assert count_parameters(mini) == 671_358
    alexnet = on_meta(models.build, name="alexnet_mini")
    assert 0.5 < count_macs(mini, (3, 112, 112)) / count_macs(alexnet, (3, 112, 112)) < 0.6


def test_layer_norm_acts_at_each_place_as_torchvisions_does():
    torch.manual_seed(0)
    ours, theirs = LayerNorm2d(6), TheirNorm(6, eps=1e-6)
    theirs.weight.data.uniform_(0.5, 2)
    theirs.bias.data.normal_()
    ours.load_state_dict(theirs.state_dict())
    maps = 3 + 5 * torch.randn(4, 6, 3, 5)

    assert_close(ours(maps), theirs(maps))
    plain = LayerNorm2d(6)(maps)
    assert_close(plain.mean(dim=1), torch.zeros(4, 3, 5), rtol=0, atol=1e-6)
    assert_close(plain.var(dim=1, correction=0), torch.ones(4, 3, 5), rtol=0, atol=1e-4)
    assert_close(ours(maps[1:2, :, 1:2, 2:3]), ours(maps)[1:2, :, 1:2, 2:3])


def test_layer_scale_multiplies_each_map_by_its_weight():
    scale = LayerScale(3, start=0.5)
    maps = torch.randn(2, 3, 4, 5)

    assert_close(scale(maps), 0.5 * maps)
    scale.weight.data.copy_(torch.tensor([1.0, 0, -2]))
    assert_close(scale(maps), torch.stack([maps[:, 0], 0 * maps[:, 1], -2 * maps[:, 2]], dim=1))


def test_drop_path_drops_whole_pictures_and_keeps_the_expectation():
    torch.manual_seed(0)
    drop, maps = DropPath(0.25), torch.ones(4000, 2, 3)

    kept = drop(maps)

    shares = kept[:, 0, 0]
    assert torch.equal(kept, shares[:, None, None].expand_as(kept))
    assert sorted(shares.unique().tolist()) == pytest.approx([0, 4 / 3])
    assert abs(kept.mean() - 1) < 0.03
    assert drop.eval()(maps) is maps
    assert DropPath(0)(maps) is maps


@pytest.mark.parametrize("p", [-0.1, 1, 1.5])
def test_a_rate_that_drops_everything_is_refused(p):
    with pytest.raises(ValueError, match="p is a share below 1"):
        DropPath(p)
    with pytest.raises(ValueError, match="p is a share below 1"):
        models.build("convnext_mini", drop_path=p)


def test_blocks_dropped_in_training_pass_their_input_on():
    torch.manual_seed(0)
    block = Block(4, drop_path=0.5, layer_scale=1.0)
    maps = torch.randn(40, 4, 7, 7)

    out = block.train()(maps)

    dropped = [torch.equal(a, b) for a, b in zip(out, maps, strict=True)]
    assert 10 < sum(dropped) < 30


def test_a_foreign_state_dict_is_answered_with_the_names_of_the_set_that_fits_best():
    theirs = dict(on_meta(timm.create_model, model_name="convnext_tiny").state_dict())
    del theirs["head.fc.bias"]

    with pytest.raises(ValueError, match=r"head\.fc\.bias: missing$"):
        cvlib.load_torchvision(variant("tiny"), theirs)
    sets = [models.torchvision_keys(variant("tiny"), keys) for keys in ([], ["features.0.0.weight"], theirs)]
    assert sets[0] == sets[1] != sets[2]


def test_training_keeps_as_much_as_torchvisions_network_does():
    shape, batch = (3, 64, 64), 4
    ours, theirs = (training_memory(model, shape, batch, optimizer="adamw") for model in (
        variant("tiny"), on_meta(torchvision.models.convnext_tiny)))

    kept = 4 * 96 + 2 * 384 + 2  # what the six parts with a derivative read, and two statistics
    block = ours.part("stages.res2.blocks.0").activations
    assert block == 4 * batch * 16 * 16 * kept
    assert ours.fixed == theirs.fixed == 4 * 4 * FACTS["computed"]["tiny"]["params"]
    assert ours.activations == theirs.activations


def test_a_picture_too_small_is_refused_by_the_class_as_well():
    model = ConvNeXt((1, 1, 1, 1), (4, 4, 4, 4), num_classes=2, in_channels=1, drop_path=0, layer_scale=1)

    assert model.eval()(torch.zeros(1, 1, 33, 47)).shape == (1, 2)
