"""The networks against published figures, torchvision and arithmetic by hand."""
import re
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
import yaml
from torch import nn
from torch.testing import assert_close

import cvlib
from cvlib import models
from cvlib.models.alexnet import AlexNet, alexnet, weighted_layers
from cvlib.models.alexnet_mini import alexnet_mini

FACTS = yaml.safe_load((Path(__file__).parent / "architecture_facts.yaml").read_text())["alexnet"]
PAPER = FACTS["two_tower_grouped"]
LIKE_A_SMALLER_ONE = {
    "vgg11", "vgg11_bn", "vgg11_lrn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg16_conv1", "vgg19",
    "resnet34", "resnet101", "resnet152", "plain34", "resnet32_cifar", "resnet44_cifar", "resnet56_cifar",
    "resnet110_cifar", "plain32_cifar", "plain44_cifar", "plain56_cifar", "plain110_cifar",
    "convnext_small", "convnext_base", "convnext_large", "convnext_xlarge"}
LIGHT = [name for name in cvlib.list_models() if name not in LIKE_A_SMALLER_ONE]
SIZES = dict.fromkeys(cvlib.list_models(), 224) | {
    "alexnet_caffe": 227, "alexnet_mini": 112, "alexnet_third": 56, "four_layer": 32, "resnet_mini": 112,
    "vgg_mini": 112}
SMALLEST = dict.fromkeys(cvlib.list_models(), 36) | {
    "alexnet_caffe": 39, "alexnet_one_tower": 63, "four_layer": 8}
ANY_SIZE = {name for name in cvlib.list_models() if name.startswith(("resnet", "plain"))}  # down to a pixel
SIZES |= {name: 32 for name in ANY_SIZE if name.endswith("_cifar")}
SMALLEST |= dict.fromkeys(ANY_SIZE, 16)
SMALLEST |= {name: 32 for name in cvlib.list_models() if name.startswith(("vgg", "convnext"))}


def small(name):
    """The network for few classes and the smallest pictures that it reads, and three of them."""
    torch.manual_seed(0)
    options = {"image_size": SMALLEST[name]} if "image_size" in models.options_of(name) else {}
    model = cvlib.create_model(name, num_classes=7, **options).eval()
    return model, 60 * torch.randn(3, 3, SMALLEST[name], SMALLEST[name])


@pytest.fixture(scope="module")
def started():
    """Full networks with the weights that they start with."""
    return {name: models.build(name) for name in ("alexnet", "alexnet_half", "alexnet_2012")}


def costs_of(name, size, **options):
    with torch.device("meta"):
        return cvlib.cost.layer_costs(models.build(name, **options), (3, size, size))


@pytest.fixture(scope="module")
def paper_costs():
    return {layer.short: layer for layer in costs_of("alexnet", 224)}


@pytest.mark.parametrize("name", PAPER["layers"])
def test_alexnet_layer_has_the_published_size(paper_costs, name):
    layer, fact = paper_costs[name], PAPER["layers"][name]

    assert layer.parameters == fact["params"]
    assert layer.macs == fact["macs"]
    assert layer.output == tuple(fact.get("out", [fact["neurons"]]))


def test_alexnet_has_60_965_224_parameters_and_its_macs():
    costs = costs_of("alexnet", 224)

    assert sum(layer.parameters for layer in costs) == PAPER["params_total"] == 60_965_224
    assert sum(layer.macs for layer in costs) == PAPER["macs_total"]


def test_alexnet_maps_shrink_as_in_the_paper(paper_costs):
    names = ["stem", "conv1", "conv2", "conv3", "conv4", "conv5", "pool5"]

    assert [paper_costs[name].output[1] for name in names] == PAPER["spatial_chain"]


@pytest.mark.parametrize(("image_size", "maps", "last_rounded_down"), [
    (224, [55, 27, 13, 6], 6), (300, [74, 37, 18, 9], 8), (112, [27, 13, 6, 3], 2), (212, [52, 26, 13, 6], 5),
])
def test_pooling_takes_the_ceiling_which_matters_at_other_sizes_than_224(image_size, maps, last_rounded_down):
    with torch.device("meta"):
        stages = models.build("alexnet_mini", image_size=image_size).stages
        picture = torch.empty(1, 3, image_size, image_size)
    pools, sides = [stages.get_submodule(name) for name in ("pool1", "pool2", "pool5")], []
    for layer in (stages.conv1, *pools):
        layer.register_forward_hook(lambda layer, inputs, output: sides.append(output.shape[-1]))

    stages(picture)
    assert sides == maps
    for pool in pools:
        pool.ceil_mode = False
    assert stages(picture).shape[-1] == last_rounded_down


def test_the_first_layer_reads_zeros_only_at_the_right_and_below():
    model = alexnet().eval()
    image = torch.randn(1, 3, 224, 224)
    whole = torch.nn.functional.pad(image, (0, 3, 0, 3))
    conv1 = model.stages.conv1

    padded = conv1(model.stages.pad1(image))

    assert_close(padded, torch.nn.functional.conv2d(whole, conv1.weight, conv1.bias, stride=4))
    assert padded.shape[2:] == (55, 55)


def test_a_picture_too_small_is_refused():
    with pytest.raises(ValueError, match="32 pixels shrinks to nothing"):
        alexnet_mini(image_size=32)


def test_towers_meet_only_at_conv3_and_the_hidden_layers():
    groups = {name: layer.groups for name, layer in weighted_layers(alexnet()).items() if "conv" in name}

    assert groups == {"conv1": 1, "conv2": 2, "conv3": 1, "conv4": 2, "conv5": 2}


def test_lrn_follows_the_relu_of_conv1_and_conv2_alone():
    names = [name for name, _ in alexnet_mini().stages.named_children()]
    order = [name for name in names if name[:4] in ("relu", "norm", "pool")]

    assert order == ["relu1", "norm1", "pool1", "relu2", "norm2", "pool2", "relu3", "relu4", "relu5", "pool5"]
    assert alexnet_mini().stages.norm1.groups == 2
    assert not alexnet_mini().stages.norm1.divide_by_size


@pytest.mark.parametrize("name", ["norm1", "norm2"])
def test_lrn_has_the_printed_constants(name):
    """PyTorch's divides alpha by the size, so it is given five times as much; a tower at a time."""
    lrn = FACTS["paper_claims"]["lrn"]
    theirs = torch.nn.LocalResponseNorm(lrn["n"], lrn["n"] * lrn["alpha"], lrn["beta"], lrn["k"])
    maps = 90 * torch.randn(2, 48, 3, 3)

    ours = alexnet_mini().stages.get_submodule(name)(maps)

    assert_close(ours, torch.cat([theirs(tower) for tower in maps.chunk(2, dim=1)], dim=1))


def test_dropout_of_one_half_follows_the_first_two_hidden_layers():
    names = [name for name, _ in alexnet_mini().head.named_children()]

    assert names == ["flatten", "fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8"]
    assert alexnet_mini().head.drop6.p == alexnet_mini().head.drop7.p == 0.5


@pytest.mark.parametrize("network", ["alexnet", "alexnet_half", "alexnet_2012"])
@pytest.mark.parametrize(("name", "bias"), [
    ("conv1", 0), ("conv2", 1), ("conv3", 0), ("conv4", 1), ("conv5", 1), ("fc6", 1), ("fc7", 1), ("fc8", 0),
])
def test_it_starts_as_section_5_says_and_as_it_ran_with_the_source_s_deviations(started, network, name, bias):
    layer = weighted_layers(started[network])[name]
    std = 0.03 if network == "alexnet_2012" and name in ("conv3", "conv4", "conv5") else 0.01

    assert_close(layer.weight.std().item(), std, rtol=0.05, atol=0)
    assert (layer.bias == bias).all()


def test_the_scale_of_the_input_decides_whether_conv1_and_lrn_act_at_the_start(started):
    """A kernel adds 363 products: their deviation is 0.01 x sqrt(363) times the input's."""
    stages = started["alexnet"].stages
    noise = torch.randn(2, 3, 99, 99, generator=torch.Generator().manual_seed(0))

    bytes_, unit = (stages.relu1(stages.conv1(scale * noise)).detach() for scale in (74, 1))

    assert_close(stages.conv1(noise).std().item(), 0.19, rtol=0.05, atol=0)
    assert_close(stages.conv1(74 * noise).std().item(), 14.1, rtol=0.05, atol=0)
    factors = [(stages.norm1(maps) / maps)[maps > 0] for maps in (bytes_, unit)]
    assert_close(factors[1], torch.full_like(factors[1], 0.595), rtol=2e-3, atol=0)
    assert factors[0].min() < 0.58


def test_kaiming_keeps_the_variance_of_inputs_of_unit_variance():
    torch.manual_seed(0)
    model = alexnet(num_classes=6, init="kaiming").eval()

    logits = model(torch.randn(4, 3, 224, 224))

    assert 0.2 < logits.std() < 5
    assert all((layer.bias == 0).all() for layer in weighted_layers(model).values())
    with pytest.raises(ValueError, match="'paper' or 'kaiming', not 'he'"):
        alexnet(init="he")


@pytest.mark.parametrize(("padding", "size", "places", "first", "last"), [
    ("end", 224, 55, 0, 216), ("both", 224, 55, -2, 214), ("none", 224, 54, 0, 212), ("end", 227, 55, 0, 216),
    ("none", 227, 55, 0, 216), ("end", 225, 55, 0, 216), ("end", 112, 27, 0, 104), ("both", 112, 27, -2, 102),
    ("none", 112, 26, 0, 100), ("none", 115, 27, 0, 104),
])
def test_each_way_of_padding_puts_the_first_windows_where_it_says(padding, size, places, first, last):
    model = alexnet_mini(num_classes=2, in_channels=1, image_size=size, padding=padding)
    columns = torch.arange(size, dtype=torch.float).expand(1, 1, size, size)
    conv1 = model.stages.conv1
    conv1.weight.data.zero_()[:, :, 5, 5] = 1.0  # the middle of each window

    middles = conv1(model.stages.pad1(columns))[0, 0]

    assert middles.shape == (places, places)
    assert middles[0, 0] == first + 5
    assert middles[0, -1] == last + 5
    assert model.eval()(torch.zeros(1, 1, size, size)).shape == (1, 2)


def test_another_padding_is_refused():
    with pytest.raises(ValueError, match="padding is one of end, both, none, not 'same'"):
        alexnet(padding="same")


def test_the_one_gpu_network_of_the_paper_has_the_sizes_of_net_145_half():
    costs = costs_of("alexnet_half", 224)
    convolutions = [layer.output[0] for layer in costs if layer.kind == "Conv2d"]

    assert convolutions == [48, 128, 192, 192, 256]
    assert sum(layer.parameters for layer in costs) == FACTS["one_gpu_ablation_145_half"]["params_total"]
    assert sum(layer.macs for layer in costs) == FACTS["one_gpu_ablation_145_half"]["macs_total"]


def test_caffe_s_network_starts_as_its_file_says_and_sums_across_the_towers():
    torch.manual_seed(0)
    model = cvlib.create_model("alexnet_caffe", num_classes=10)
    maps = 60 * torch.randn(2, 96, 3, 3)

    biases = {name: layer.bias.unique().tolist() for name, layer in weighted_layers(model).items()}
    assert {name for name, values in biases.items() if values == [0]} == {"conv1", "conv3", "fc8"}
    assert all(values == [pytest.approx(0.1)] for values in biases.values() if values != [0])
    assert model.head.fc6.weight.std().item() == pytest.approx(0.005, rel=0.01)
    assert model.stages.conv5.weight.std().item() == pytest.approx(0.01, rel=0.01)
    assert_close(model.stages.norm1(maps), nn.LocalResponseNorm(5, 1e-4, 0.75, 1.0)(maps))
    with torch.device("meta"):
        costs = cvlib.cost.layer_costs(models.build("alexnet_caffe"), (3, 227, 227))
    assert [layer.output[1] for layer in costs if "conv" in layer.name] == [55, 27, 13, 13, 13]
    assert sum(layer.parameters for layer in costs) == 60_965_224


def test_without_groups_it_has_the_parameters_and_macs_of_one_dense_tower():
    with torch.device("meta"):
        dense = AlexNet((96, 256, 384, 384, 256), 4096, num_classes=1000, in_channels=3, image_size=224,
                        groups=1)
    costs = {layer.short: layer for layer in cvlib.cost.layer_costs(dense, (3, 224, 224))}
    facts = FACTS["ungrouped"]

    assert sum(layer.parameters for layer in costs.values()) == facts["params_total"]
    assert sum(layer.macs for layer in costs.values()) == facts["macs_total"]
    assert {name: costs[name].parameters for name in facts["params"]} == facts["params"]


def test_one_tower_has_a_little_more_to_learn_and_a_little_less_to_do():
    """Of arXiv:1404.5997's two figures the parameters come out, and the connections do not."""
    two, one = (costs_of(name, 224) for name in ("alexnet", "alexnet_one_tower"))
    sums = {what: [sum(getattr(layer, what) for layer in costs) for costs in (two, one)]
            for what in ("parameters", "macs")}
    change = {what: 100 * (after / before - 1) for what, (before, after) in sums.items()}
    facts = FACTS["one_weird_trick_claim"]

    assert change["parameters"] == pytest.approx(facts["params_pct_computed"], abs=1e-3)
    assert round(change["parameters"], 1) == facts["params_pct_stated"]
    assert change["macs"] == pytest.approx(facts["macs_pct_computed"], abs=1e-3)
    assert round(change["macs"], 1) != facts["connections_pct_stated"]


@pytest.mark.parametrize(("layout", "full"), [
    ("two_towers", "alexnet"), ("half", "alexnet_half"), ("one_tower", "alexnet_one_tower"),
])
def test_each_small_layout_has_half_the_maps_and_the_connections_of_a_full_one(layout, full):
    mini = {layer.short: layer for layer in costs_of("alexnet_mini", 112, layout=layout)}
    whole = {layer.short: layer for layer in costs_of(full, 224)}
    groups = {name: layer.groups for name, layer in weighted_layers(alexnet_mini(layout=layout)).items()
              if "conv" in name}

    for name in ("conv1", "conv2", "conv3", "conv4", "conv5"):
        assert 2 * mini[name].output[0] == whole[name].output[0]
    for name in ("conv2", "conv3", "conv4", "conv5"):
        weights = mini[name].parameters - mini[name].output[0]
        assert 4 * weights == whole[name].parameters - whole[name].output[0]
    assert list(groups.values()) == ([1, 2, 1, 2, 2] if layout == "two_towers" else [1] * 5)


def test_the_small_one_tower_has_as_many_parameters_as_the_two():
    two, one = (sum(layer.parameters for layer in costs_of("alexnet_mini", 112, layout=layout, num_classes=6))
                for layout in ("two_towers", "one_tower"))

    assert abs(one / two - 1) < 0.02


@pytest.mark.parametrize(("options", "said"), [
    ({"layout": "three"}, "layout is one of two_towers, one_tower, half, not 'three'"),
    ({"init": "paper"}, "init is 'source' or 'kaiming', not 'paper'"),
    ({"differences": ["std"]}, "starts with the source's standard deviations"),
    ({"differences": None}, "differences lists some of order, .*, each once, not None"),
])
def test_what_the_small_network_cannot_be_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        alexnet_mini(**options)


@pytest.mark.parametrize(("without", "chain"), [
    (["conv3"], {"conv4": (128, 192), "conv5": (192, 128)}),
    (["conv4"], {"conv3": (128, 192), "conv5": (192, 128)}),
    (["conv5"], {"conv3": (128, 192), "conv4": (192, 192)}),
    (["conv4", "conv3"], {"conv5": (128, 128)}),
])
def test_a_convolution_left_out_is_bridged_by_the_next(without, chain):
    model = alexnet_mini(num_classes=2, image_size=36, without=without)

    layers = dict(model.stages.named_children())
    kept = [name for name in layers if name.startswith("conv")][2:]
    assert {name: (layers[name].in_channels, layers[name].out_channels) for name in kept} == chain
    assert [name for name in layers if name.startswith("relu")][2:] == [f"relu{name[4:]}" for name in kept]
    assert model(torch.zeros(1, 3, 36, 36)).shape == (1, 2)


def test_a_network_without_conv4_is_the_whole_one_with_an_identity_in_its_place():
    whole, short = alexnet_mini(num_classes=2, image_size=64), alexnet_mini(num_classes=2, image_size=64,
                                                                           without=["conv4"])
    short.load_state_dict({name: value for name, value in whole.state_dict().items() if "conv4" not in name})
    torch.nn.init.dirac_(whole.stages.conv4.weight, groups=2)
    torch.nn.init.zeros_(whole.stages.conv4.bias)
    images = 50 * torch.randn(2, 3, 64, 64)

    torch.testing.assert_close(short.eval()(images), whole.eval()(images))


@pytest.mark.parametrize("without", ["conv4", {"conv4"}, ["conv2"], ["conv4", "conv4"], ["fc7"], 4, [[4]]])
def test_only_convolutions_that_keep_the_size_can_be_left_out(without):
    with pytest.raises(ValueError, match="without lists some of conv3, conv4, conv5, each once"):
        alexnet_mini(without=without)


@pytest.mark.parametrize("name", ["conv1", "conv3", "conv5", "fc6"])
def test_alexnet_mini_keeps_the_gain_of_the_source(name):
    torch.manual_seed(0)
    mini, full = weighted_layers(alexnet_mini())[name], weighted_layers(alexnet())[name]
    source_std = 0.03 if name in ("conv3", "conv5") else 0.01

    gain = mini.weight.std() * mini.weight[0].numel() ** 0.5

    assert_close(gain.item(), source_std * full.weight[0].numel() ** 0.5, rtol=0.05, atol=0)


def test_one_tower_computes_what_torchvision_computes():
    torch.manual_seed(0)
    theirs, ours = torchvision.models.alexnet().eval(), cvlib.create_model("alexnet_one_tower").eval()
    images = torch.randn(2, 3, 224, 224)

    cvlib.load_torchvision(ours, theirs.state_dict())

    assert_close(ours(images), theirs(images))
    assert cvlib.cost.count_parameters(ours) == FACTS["torchvision"]["params_total"]
    assert cvlib.cost.count_macs(ours, (3, 224, 224)) == FACTS["torchvision"]["macs_total"]


@pytest.mark.parametrize("name", models.TORCHVISION_NAMES)
def test_torchvisions_keys_and_ours_are_two_names_of_one_thing(name):
    with torch.device("meta"):
        ours = models.build(name)
        theirs = torchvision.models.get_model(models.torchvision_name(name)).state_dict()
    patterns = models.torchvision_keys(ours).items()

    renamed = {match.expand(new): theirs[key].squeeze().shape for key in theirs for old, new in patterns
               if (match := re.fullmatch(old, key))}

    assert renamed == {key: tensor.squeeze().shape for key, tensor in ours.state_dict().items()}
    assert len(renamed) == len(theirs)


@pytest.mark.parametrize("name", LIGHT)
def test_of_each_family_some_have_stem_stages_head_and_keep_pictures_apart(name):
    model, images = small(name)

    logits = model(images)

    assert [child for child, _ in model.named_children()] == ["stem", "stages", "head"]
    assert logits.shape == (3, 7)
    assert_close(logits[1:2], model(images[1:2]), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", LIGHT)
def test_of_each_family_in_some_a_gradient_reaches_every_parameter(name):
    model, images = small(name)

    model(images).square().sum().backward()

    assert [key for key, parameter in model.named_parameters() if not parameter.grad.abs().sum() > 0] == []


@pytest.mark.parametrize("name", cvlib.list_models())
def test_no_part_is_borrowed_and_none_runs_twice(name):
    with torch.device("meta"):
        model = models.build(name)
    homes = {type(module).__module__.split(".")[0] for module in model.modules()}

    costs = cvlib.cost.layer_costs(model, (3, SIZES[name], SIZES[name]))

    assert homes <= {"cvlib", "torch"}
    assert [layer.name for layer in costs if layer.calls != 1] == []


@pytest.mark.parametrize("name", [name for name in cvlib.list_models() if name not in ANY_SIZE])
def test_the_smallest_picture_is_found_without_memory(name):
    size = SMALLEST[name]

    models.check(name, size)

    with pytest.raises(ValueError, match=f"a picture of {size - 1} pixels shrinks to nothing"):
        models.check(name, size - 1)


@pytest.mark.parametrize("name", cvlib.list_models())
@pytest.mark.parametrize("size", [0, -1, 100_000, 10**30, "112", 112.5, None])
def test_a_senseless_size_is_refused_at_once(name, size):
    with pytest.raises(ValueError, match=r"image_size of .* is a whole number in 1"):
        models.check(name, size)


@pytest.mark.parametrize(("options", "said"), [
    ({"in_channels": 1}, "pictures have 3 channels"), ({"in_channels": 0}, "in_channels of alexnet"),
    ({"num_classes": -1}, "num_classes of alexnet"), ({"num_classes": 2.5}, "num_classes of alexnet"),
    ({"init": "he"}, "'paper' or 'kaiming', not 'he'"),
    ({"inti": "paper"}, "no option 'inti'; did you mean init,"),
])
def test_senseless_options_are_refused_before_any_work(options, said):
    with pytest.raises(ValueError, match=said):
        models.check("alexnet", 224, **options)


def test_more_parameters_than_memory_are_refused_before_they_are_made():
    with pytest.raises(ValueError, match=r"image_size 4096 would have 16,\d+,\d+,\d+ parameters, 68 GB"):
        models.build("alexnet", image_size=4096)


def test_checking_and_planning_draw_nothing():
    torch.manual_seed(0)
    plain = models.MODELS["alexnet_mini"](num_classes=2, image_size=36)
    torch.manual_seed(0)

    models.check("alexnet_mini", 36)
    built = models.build("alexnet_mini", num_classes=2, image_size=np.int64(36))

    assert_close(built.state_dict(), plain.state_dict(), rtol=0, atol=0)


def test_options_reach_the_network():
    model = cvlib.create_model("alexnet", num_classes=6, in_channels=1, image_size=64)

    assert model.eval()(torch.zeros(1, 1, 64, 64)).shape == (1, 6)


@pytest.mark.parametrize("name", ["alexnet", "alexnet_2012", "alexnet_mini", "four_layer"])
@pytest.mark.parametrize("shape", [(2, 1, 64, 64), (2, 3, 96, 96), (2, 3, 64, 96), (3, 64, 64)])
def test_pictures_of_another_shape_are_refused_before_the_first_layer(name, shape):
    with torch.device("meta"):
        model = models.build(name, image_size=64)
        pictures = torch.empty(shape)

    with pytest.raises(ValueError, match=r"reads pictures \(N, 3, 64, 64\), not .* or resize them"):
        model(pictures)


def test_an_unknown_network_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean alexnet,"):
        cvlib.create_model("alexnett")
