"""Residual networks against torchvision, the paper's tables and its formulas written out."""
from functools import cache, partial
from pathlib import Path

import pytest
import torch
import torchvision
import yaml
from torch import nn
from torch.nn import functional as F
from torch.profiler import ProfilerActivity, profile
from torch.testing import assert_close

import cvlib
from cvlib.cost import count_macs, count_parameters, layer_costs
from cvlib.memory import training_memory
from cvlib.models.residual import (
    PaddedIdentity,
    Residual,
    basic_branch,
    bottleneck_branch,
    plain_block,
    residual_block,
    shortcut_of,
)
from cvlib.models.resnet_cifar import CifarResNet

FACTS = yaml.safe_load((Path(__file__).parent / "architecture_facts.yaml").read_text())["resnet"]
COMPUTED, PRINTED, CIFAR = (FACTS[name] for name in ("imagenet_computed", "paper_table_1_gflops", "cifar10"))
NAMES = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
BASIC, BOTTLENECKS = NAMES[:2], NAMES[2:]
DEPTHS = [20, 32, 44, 56, 110]


def on_meta(build, *args, **options):
    with torch.device("meta"):
        return build(*args, **options)


def ours_on_meta(name, **options):
    return on_meta(cvlib.models.build, name, **options)


@cache
def counted(name, size=224, **options):
    """Parameters, MACs, and what the stem and each stage give."""
    costs = layer_costs(ours_on_meta(name, **options), (3, size, size))
    ends = {".".join(cost.name.split(".")[:2 if cost.name.startswith("stages") else 1]): cost.output
            for cost in costs if not cost.name.startswith("head")}
    return sum(cost.parameters for cost in costs), sum(cost.macs for cost in costs), list(ends.values())


def shaken(model):
    """The network with norms that are none of them the identity, so that two swapped ones are seen."""
    torch.manual_seed(0)
    for norm in (module for module in model.modules() if isinstance(module, nn.BatchNorm2d)):
        nn.init.normal_(norm.running_mean, std=0.1)
        nn.init.uniform_(norm.running_var, 0.5, 1.5)
        nn.init.uniform_(norm.weight, 0.2, 0.8)
        nn.init.normal_(norm.bias, std=0.1)
    return model.eval()


def assert_same_network(name, theirs, **options):
    """Logits, and the gradient of every parameter, of ours with the weights of ``theirs``."""
    theirs, ours = shaken(theirs), cvlib.create_model(name, **options).eval()
    cvlib.load_torchvision(ours, theirs.state_dict())
    images = torch.randn(2, 3, 33, 33)

    logits, expected = ours(images), theirs(images)
    logits.square().mean().backward()
    expected.square().mean().backward()

    assert_same(logits, expected)
    gradients = {key: parameter.grad for key, parameter in theirs.named_parameters()}
    cvlib.load_torchvision(ours, {**theirs.state_dict(), **gradients})  # theirs by our names
    for parameter in ours.parameters():
        assert_same(parameter.grad, parameter.detach())


def assert_same(ours, theirs):
    """To a hundred-thousandth of the largest value."""
    assert_close(ours, theirs, rtol=0, atol=1e-5 * theirs.abs().max().item())


@pytest.mark.parametrize("name", NAMES)
def test_it_computes_what_torchvision_computes(name):
    assert_same_network(name, torchvision.models.get_model(name))


def test_with_the_stride_on_the_1x1_it_is_torchvisions_with_its_strides_moved():
    theirs = torchvision.models.resnet50()
    for stage in (theirs.layer2, theirs.layer3, theirs.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = stage[0].conv2.stride, stage[0].conv1.stride

    assert_same_network("resnet50", theirs, stride_on="1x1")


class Padded(nn.Module):
    """Option A, written another way: half of the maps are new and zero."""

    def forward(self, x):
        kept = x[..., ::2, ::2]
        return torch.cat([kept, torch.zeros_like(kept)], dim=1)


def test_with_option_a_it_is_torchvisions_with_padded_shortcuts():
    theirs = torchvision.models.resnet18()
    for stage in (theirs.layer2, theirs.layer3, theirs.layer4):
        stage[0].downsample = Padded()

    assert_same_network("resnet18", theirs, shortcut="A")


def test_with_option_c_it_is_torchvisions_with_a_projection_in_every_block():
    theirs = torchvision.models.resnet18()
    for stage in (theirs.layer1, theirs.layer2, theirs.layer3, theirs.layer4):
        for block in (one for one in stage if one.downsample is None):
            maps = block.conv1.in_channels
            block.downsample = nn.Sequential(nn.Conv2d(maps, maps, 1, bias=False), nn.BatchNorm2d(maps))

    assert_same_network("resnet18", theirs, shortcut="C")


@pytest.mark.parametrize(("name", "source"), [("plain18", "resnet18"), ("plain34", "resnet34")])
def test_a_plain_network_is_torchvisions_with_shortcuts_of_nothing(name, source):
    class Nothing(nn.Module):
        def forward(self, x):
            return torch.zeros(())

    theirs = torchvision.models.get_model(source)
    for stage in (theirs.layer1, theirs.layer2, theirs.layer3, theirs.layer4):
        for block in stage:
            block.downsample = Nothing()

    assert_same_network(name, theirs)


def written_out(state, x, depth, *, residual):
    """Sec. 4.2 from a state dict alone: 6n + 2 layers, subsampled shortcuts padded with zeros."""
    def layer(x, conv, norm, stride=1):
        x = F.conv2d(x, state[f"{conv}.weight"], stride=stride, padding=1)
        return F.batch_norm(x, *(state[f"{norm}.{part}"] for part in (
            "running_mean", "running_var", "weight", "bias")))

    x = layer(x, "stem.conv1", "stem.norm1").relu()
    for stage in (1, 2, 3):
        for block in range((depth - 2) // 6):
            stride = 2 if stage > 1 and block == 0 else 1
            inside = f"stages.stage{stage}.{block}.branch"
            y = layer(x, f"{inside}.conv1", f"{inside}.norm1", stride).relu()
            y = layer(y, f"{inside}.conv2", f"{inside}.norm2")
            if residual:
                kept = F.avg_pool2d(x, 1, stride)
                y[:, :kept.shape[1]] += kept
            x = y.relu()
    return F.linear(x.mean(dim=(2, 3)), state["head.fc.weight"], state["head.fc.bias"])


@pytest.mark.parametrize(("name", "depth", "residual"), [
    ("resnet20_cifar", 20, True), ("plain20_cifar", 20, False), ("resnet56_cifar", 56, True),
    ("plain56_cifar", 56, False),
])
def test_a_network_for_cifar_is_sec_4_2_written_out(name, depth, residual):
    model = shaken(cvlib.create_model(name, num_classes=10))
    images = torch.randn(3, 3, 32, 32)

    expected = written_out(model.state_dict(), images, depth, residual=residual)

    assert_close(model(images), expected, rtol=1e-5, atol=1e-5 * expected.abs().max().item())


@pytest.mark.parametrize("name", NAMES)
def test_parameters_and_macs_are_those_of_the_facts(name):
    assert counted(name)[:2] == (COMPUTED[name]["params"], COMPUTED[name]["macs"])


@pytest.mark.parametrize("name", BASIC)
def test_without_projections_plain_and_residual_have_the_same_parameters_and_macs(name):
    facts, plain = COMPUTED[name], name.replace("resnet", "plain")

    assert counted(name, shortcut="A")[:2] == counted(plain)[:2] == (
        facts["option_a_or_plain_params"], facts["option_a_macs"])
    assert list(ours_on_meta(name, shortcut="A").state_dict()) == list(ours_on_meta(plain).state_dict())


@pytest.mark.parametrize("name", BOTTLENECKS)
def test_the_stride_on_the_1x1_costs_what_the_facts_say_and_as_many_parameters(name):
    assert counted(name, stride_on="1x1")[:2] == (COMPUTED[name]["params"], COMPUTED[name]["v1_macs"])


@pytest.mark.parametrize("name", NAMES)
def test_as_in_the_paper_it_costs_what_table_1_prints(name):
    """All but the 50-layer network's 3.8, which would be rounded to 3.9."""
    options = {"shortcut": "A"} if name in BASIC else {"stride_on": "1x1"}

    billions = counted(name, **options)[1] / 1e9

    assert round(billions, 1) == PRINTED[name] + (0.1 if name == "resnet50" else 0)
    assert billions == pytest.approx(PRINTED[name], abs=0.06)


def squares(maps, sides):
    return [(many, side, side) for many, side in zip(maps, sides, strict=True)]


@pytest.mark.parametrize("options", [{"stride_on": "3x3"}, {"stride_on": "1x1"}, {"shortcut": "A"},
                                     {"shortcut": "C"}], ids=str)
@pytest.mark.parametrize(("size", "sides"), [(224, [56, 56, 28, 14, 7]), (112, [28, 28, 14, 7, 4])])
def test_stages_halve_the_maps_as_table_1_says(options, size, sides):
    assert counted("resnet50", size, **options)[2] == squares((64, 256, 512, 1024, 2048), sides)


@pytest.mark.parametrize("name", ["resnet101", "resnet152"])
def test_the_deeper_ones_stages_are_as_large_as_resnet_50_s(name):
    assert counted(name)[2] == counted("resnet50")[2]


@pytest.mark.parametrize("name", [*BASIC, "plain18", "plain34"])
def test_stages_of_basic_blocks_halve_the_maps_as_table_1_says(name):
    assert counted(name)[2] == squares((64, 64, 128, 256, 512), (56, 56, 28, 14, 7))


@pytest.mark.parametrize("name", ["resnet20_cifar", "plain20_cifar", "resnet56_cifar", "plain56_cifar"])
def test_maps_for_cifar_are_32_16_and_8_wide(name):
    """A well-known course halves them in the first stage and never again: 16, 8, 8, 8."""
    assert counted(name, 32)[2] == squares((16, 16, 32, 64), (32, 32, 16, 8))


@pytest.mark.parametrize(("name", "blocks"), [
    ("resnet18", [2, 2, 2, 2]), ("plain18", [2, 2, 2, 2]),
    ("resnet34", [3, 4, 6, 3]), ("plain34", [3, 4, 6, 3]), ("resnet50", [3, 4, 6, 3]),
    ("resnet101", [3, 4, 23, 3]), ("resnet152", [3, 8, 36, 3]), ("resnet_mini", [2, 2, 2, 2]),
    ("resnet20_cifar", [3, 3, 3]), ("plain110_cifar", [18, 18, 18]),
])
def test_layers_with_weights_add_up_to_the_name(name, blocks):
    model = ours_on_meta(name)
    layers = [key for key, module in model.named_modules() if isinstance(module, nn.Conv2d | nn.Linear)]

    assert [len(stage) for stage in model.stages] == blocks
    depth = "18" if name == "resnet_mini" else "".join(filter(str.isdigit, name))
    assert len([key for key in layers if "shortcut" not in key]) == int(depth)


@pytest.mark.parametrize("depth", [*DEPTHS, pytest.param(1202, marks=pytest.mark.slow)])
def test_networks_for_cifar_have_the_parameters_of_table_6(depth):
    facts, branch = CIFAR[f"resnet{depth}"], basic_branch
    residual, plain = (on_meta(CifarResNet, depth, 16, block, num_classes=10, in_channels=3)
                       for block in (partial(residual_block, branch, "A"), partial(plain_block, branch)))

    assert count_parameters(residual) == facts["params"]
    assert round(facts["params"] / 1e6, 1 if facts["paper_params_m"] > 1 else 2) == facts["paper_params_m"]
    assert {key: value.shape for key, value in residual.state_dict().items()} == {
        key: value.shape for key, value in plain.state_dict().items()}


@pytest.mark.parametrize("kind", ["resnet", "plain"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_a_builder_for_cifar_builds_the_depth_of_its_name(kind, depth):
    model = ours_on_meta(f"{kind}{depth}_cifar", num_classes=10)

    assert count_parameters(model) == CIFAR[f"resnet{depth}"]["params"]


@pytest.mark.parametrize(("shortcut", "projected"), [
    ("A", []), ("B", [(16, 32), (32, 64)]),
    ("C", [*3 * [(16, 16)], (16, 32), *2 * [(32, 32)], (32, 64), *2 * [(64, 64)]]),
])
def test_projections_have_their_parameters_and_no_others(shortcut, projected):
    model = ours_on_meta("resnet20_cifar", num_classes=10, shortcut=shortcut)

    extra = sum(maps * after + 2 * after for maps, after in projected)
    assert count_parameters(model) == CIFAR["resnet20"]["params"] + extra


def test_half_the_width_is_about_a_quarter_of_the_parameters():
    parameters, _, shapes = counted("resnet20_cifar", 32, num_classes=10, width=8)

    assert shapes == squares((8, 8, 16, 32), (32, 32, 16, 8))
    assert 0.25 < parameters / CIFAR["resnet20"]["params"] < 0.26


def test_an_identity_shortcut_passes_the_picture_through_and_a_padded_one_adds_nothing_new():
    x = torch.randn(2, 3, 5, 4)

    assert shortcut_of("A", 3, 3, 1)(x) is shortcut_of("B", 3, 3, 1)(x) is x
    padded = PaddedIdentity(3, 7, 2)(x)
    assert padded.shape == (2, 7, 3, 2)
    assert_close(padded[:, :3], x[:, :, [0, 2, 4]][..., [0, 2]])
    assert (padded[:, 3:] == 0).all()


def test_a_block_adds_before_its_last_relu():
    block = Residual(nn.Hardtanh(-1, 1), nn.Identity())

    assert_close(block(torch.tensor([-3.0, 0.5, 2.0])), torch.tensor([0.0, 1.0, 3.0]))


@pytest.mark.parametrize(("name", "options"), [
    ("resnet18", {}), ("resnet50", {}), ("resnet20_cifar", {}), ("plain34", {}), ("resnet_mini", {})])
def test_convolutions_start_with_hes_deviation_over_their_outputs(name, options):
    torch.manual_seed(0)
    model = cvlib.create_model(name, num_classes=10, **options)

    for layer in (module for module in model.modules() if isinstance(module, nn.Conv2d)):
        fan_out = layer.out_channels * layer.kernel_size[0] ** 2
        assert layer.bias is None
        assert layer.weight.std().item() == pytest.approx((2 / fan_out) ** 0.5, rel=0.15)


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnet_mini", "resnet20_cifar"])
def test_with_zero_init_each_block_starts_as_its_shortcut(name):
    torch.manual_seed(0)
    model = cvlib.create_model(name, num_classes=10, zero_init=True).eval()
    plain_start = cvlib.create_model(name, num_classes=10)

    block = model.stages[0][-1]
    x = torch.rand(1, block.branch.conv1.in_channels, 6, 6)
    assert_close(block(x), x, rtol=0, atol=0)
    zeros = [key for key, value in model.named_parameters() if "norm" in key and not value.any()
             and key.endswith("weight")]
    assert len(zeros) == sum(len(stage) for stage in model.stages)
    assert all(value.any() for key, value in plain_start.named_parameters() if key.endswith("weight"))


def test_zero_init_is_torchvisions():
    theirs = torchvision.models.resnet18(zero_init_residual=True)
    ours, norms = cvlib.create_model("resnet18", zero_init=True), cvlib.create_model("resnet18")
    cvlib.load_torchvision(norms, theirs.state_dict())

    assert {key for key, value in ours.named_parameters() if not value.any()} == {
        key for key, value in norms.named_parameters() if not value.any()}


@pytest.mark.parametrize(("name", "options", "said"), [
    ("resnet50", {"stride_on": "2x2"}, "stride_on is one of 3x3, 1x1, not '2x2'"),
    ("resnet18", {"shortcut": "D"}, "shortcut is one of A, B, C, not 'D'"),
    ("resnet20_cifar", {"shortcut": None}, "shortcut is one of A, B, C, not None"),
    ("resnet20_cifar", {"width": 0}, "width is a whole number, at least 1, not 0"),
    ("plain20_cifar", {"width": 1.5}, "width is a whole number, at least 1, not 1.5"),
    ("plain18", {"shortcut": "A"}, "plain18 has no option 'shortcut'"),
    ("resnet18", {"stride_on": "1x1"}, "resnet18 has no option 'stride_on'"),
])
def test_an_option_that_is_not_there_is_refused(name, options, said):
    with pytest.raises(ValueError, match=said):
        cvlib.create_model(name, **options)


@pytest.mark.parametrize("depth", [2, 19, 21, 22])
def test_only_6n_plus_2_layers_make_a_network_for_cifar(depth):
    with pytest.raises(ValueError, match=f"depth is 6n \\+ 2, n = 1, 2, ..., not {depth}"):
        CifarResNet(depth, 16, partial(plain_block, basic_branch), num_classes=10, in_channels=3)


def test_a_bottleneck_takes_a_quarter_of_the_maps():
    branch = bottleneck_branch(256, 512, 2)

    assert [(branch[i].in_channels, branch[i].out_channels, branch[i].kernel_size[0], branch[i].stride[0])
            for i in (0, 3, 6)] == [(256, 128, 1, 1), (128, 128, 3, 2), (128, 512, 1, 1)]


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnet20_cifar", "plain18"])
def test_one_pixel_is_picture_enough_as_for_torchvision(name):
    assert torchvision.models.ResNet18_Weights.IMAGENET1K_V1.meta["min_size"] == (1, 1)

    cvlib.models.check(name, 1)


def test_the_small_network_costs_about_what_alexnet_mini_costs():
    parameters, macs, _ = counted("resnet_mini", 112, num_classes=6)
    alexnet = count_macs(ours_on_meta("alexnet_mini", num_classes=6), (3, 112, 112))

    assert macs == pytest.approx(0.78 * alexnet, rel=0.01)
    assert parameters == 702_870
    assert counted("resnet_mini", 64)[2] == squares((16, 16, 32, 64, 128), (16, 16, 8, 4, 2))


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_training_it_keeps_what_training_torchvisions_keeps(name):
    theirs = on_meta(torchvision.models.get_model, name)

    ours, expected = (training_memory(model, (3, 64, 64), 3) for model in (ours_on_meta(name), theirs))

    assert (ours.activations, ours.parameters) == (expected.activations, expected.parameters)


@pytest.mark.parametrize("name", ["resnet20_cifar", "plain20_cifar", "resnet_mini"])
def test_memory_counts_what_the_allocator_still_holds_after_a_forward_pass(name):
    model = cvlib.create_model(name, num_classes=6).train()
    images, labels = torch.randn(3, 3, 32, 32), torch.zeros(3, dtype=torch.long)

    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        loss = F.cross_entropy(model(images), labels)
    held = sum(event.self_cpu_memory_usage for event in profiler.key_averages())

    assert loss.requires_grad
    assert held == pytest.approx(training_memory(model, (3, 32, 32), 3).activations, abs=64)
