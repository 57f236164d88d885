"""VGG against the paper's tables, torchvision and arithmetic by hand."""
from pathlib import Path

import pytest
import torch
import torchvision
import yaml
from torch import nn
from torch.testing import assert_close

import cvlib
from cvlib import models
from cvlib.layers import LocalResponseNorm
from cvlib.memory import training_memory
from cvlib.models import vgg
from cvlib.models.vgg import INITS, VGG, layers_of, weighted_layers
from cvlib.models.vgg_mini import vgg_mini
from cvlib.models.vgg_warm_start import warm_start
from cvlib.receptive import measured_field, receptive_fields

FACTS = yaml.safe_load((Path(__file__).parent / "architecture_facts.yaml").read_text())["vgg"]
COUNTS = {name: row for name, row in FACTS["computed"].items() if isinstance(row, dict)}
COLUMNS = {"A": "vgg11", "A_LRN": "vgg11_lrn", "B": "vgg13", "C": "vgg16_conv1", "D": "vgg16", "E": "vgg19"}
MAPS = {1: (64, 112), 2: (128, 56), 3: (256, 28), 4: (512, 14), 5: (512, 7)}  # Sec. 2.1 and 2.2


def on_meta(name, **options):
    with torch.device("meta"):
        return models.build(name, **options)


def costs_of(name, **options):
    model = on_meta(name, **options)
    return {layer.short: layer for layer in cvlib.cost.layer_costs(model, model.reads)}


def narrow(column="A", image_size=64, **options):
    """A column so narrow that it runs at once."""
    torch.manual_seed(0)
    model = VGG(vgg.COLUMNS[column], (3, 4, 4, 5, 6), 7, num_classes=5, in_channels=3, image_size=image_size,
                **options)
    return vgg.initialise(model, "kaiming").eval()


@pytest.mark.parametrize("name", COUNTS)
def test_each_column_has_the_published_parameters_and_macs(name):
    costs, fact = costs_of(name).values(), COUNTS[name]

    assert sum(layer.parameters for layer in costs) == fact["params"]
    if "macs" in fact:
        assert sum(layer.macs for layer in costs) == fact["macs"]
    convolutions = [layer for layer in costs if layer.kind == "Conv2d"]
    assert sum(layer.parameters for layer in convolutions) == fact.get("conv_params", sum(
        layer.parameters for layer in convolutions))
    assert sum(layer.macs for layer in convolutions) == fact.get("macs_conv_only", sum(
        layer.macs for layer in convolutions))
    assert f"{fact['params']:,} parameters" in models.MODELS[name].__doc__


@pytest.mark.parametrize("column", COLUMNS)
def test_parameters_are_those_of_table_2(column):
    millions = cvlib.cost.count_parameters(on_meta(COLUMNS[column])) / 1e6

    assert round(millions) == FACTS["paper_table_2_params_millions"][column]


def test_nine_tenths_of_vgg_16_are_in_the_head_and_the_rest_is_the_work():
    costs = costs_of("vgg16").values()
    linear = [layer for layer in costs if layer.kind == "Linear"]

    assert sum(layer.parameters for layer in linear) == FACTS["computed"]["fc_params_each"]
    assert [layer.output for layer in linear] == [(4096,), (4096,), (1000,)]


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_weights_weigh_what_the_facts_say(name):
    weights = training_memory(on_meta(name), (3, 224, 224), 1).parameters

    assert weights == 4 * COUNTS[name]["params"]
    assert round(weights / 1e6) == FACTS["weights_in_float32"][name]


@pytest.mark.parametrize("name", [*COLUMNS.values(), "vgg19_bn"])
def test_each_stage_has_the_maps_of_the_paper_and_ends_in_half_the_size(name):
    costs = costs_of(name)

    for stage, (width, side) in MAPS.items():
        inside = {layer.output for short, layer in costs.items() if short.startswith(f"conv{stage}_")}
        assert inside == {(width, 2 * side, 2 * side)}
        assert costs[f"pool{stage}"].output == (width, side, side)


@pytest.mark.parametrize(("name", "column"), [("vgg11", "A"), ("vgg13", "B"), ("vgg16", "D"), ("vgg19", "E")])
def test_columns_are_torchvisions_lists(name, column):
    stages = on_meta(name).stages

    listed = [layer.out_channels if isinstance(layer, nn.Conv2d) else "M" for layer in stages
              if isinstance(layer, nn.Conv2d | nn.MaxPool2d)]

    assert listed == torchvision.models.vgg.cfgs[column]


def test_column_c_ends_three_stages_with_1x1_and_all_else_is_3x3():
    kernels = {name: layer.kernel_size for name, layer in weighted_layers(on_meta("vgg16_conv1")).items()
               if name.startswith("conv")}

    ones = [name for name, kernel in kernels.items() if kernel == (1, 1)]
    assert ones == ["conv3_3", "conv4_3", "conv5_3"]
    assert {kernel for name, kernel in kernels.items() if name not in ones} == {(3, 3)}


def test_lrn_stands_once_behind_the_first_relu_with_caffes_alpha():
    names = [name for name, _ in on_meta("vgg11_lrn").stages.named_children()]
    lrns = [layer for layer in on_meta("vgg11_lrn").stages if isinstance(layer, LocalResponseNorm)]
    theirs = nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0)
    maps = 90 * torch.randn(2, 64, 3, 3)

    assert names[:5] == ["conv1_1", "relu1_1", "norm1_1", "pool1", "conv2_1"]
    assert len(lrns) == 1
    assert_close(lrns[0](maps), theirs(maps))


def test_batchnorm_stands_between_each_convolution_and_its_relu():
    names = [name for name, _ in on_meta("vgg13_bn").stages.named_children()]

    assert names[:7] == ["conv1_1", "bn1_1", "relu1_1", "conv1_2", "bn1_2", "relu1_2", "pool1"]
    assert sum(name.startswith("bn") for name in names) == 10
    assert [name for name, _ in on_meta("vgg19").head.named_children()] == [
        "flatten", "fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8"]


def randomised(model):
    """Weights that keep the scale, and norms of which nothing is as at the start."""
    for key, value in model.state_dict().items():
        if value.is_floating_point():
            fan_in = value[0].numel() if value.dim() > 1 else 1
            value.uniform_(-1, 1).mul_((6 / fan_in) ** 0.5 if value.dim() > 1 else 0.1)
            if key.endswith("running_var") or (value.dim() == 1 and "weight" in key):
                value.abs_().add_(0.9)
    return model


@pytest.fixture(scope="module")
def head():
    """The three fully connected layers of torchvision's, nearly all of its weights: made once."""
    torch.manual_seed(0)
    with torch.device("meta"):
        classifier = torchvision.models.vgg11().classifier
    return randomised(classifier.to_empty(device="cpu")).state_dict()


def both(name, head):
    """torchvision's network with random weights, and ours with the same."""
    with torch.device("meta"):
        theirs = torchvision.models.get_model(name)
    randomised(theirs.features.to_empty(device="cpu"))
    theirs.classifier.load_state_dict(head, assign=True)
    ours = on_meta(name).to_empty(device="cpu").eval()
    cvlib.load_torchvision(ours, theirs.state_dict())
    return ours, theirs.eval()


def assert_near(ours, theirs, share=1e-5):
    """To a ``share`` of the largest value."""
    assert_close(ours, theirs, rtol=share, atol=share * theirs.abs().max().item())


@pytest.mark.parametrize("name", vgg.TORCHVISION_NAMES)
def test_the_stages_compute_what_torchvisions_compute_and_learn_the_same(head, name):
    """On small pictures: the kernels do not ask how large they are."""
    torch.manual_seed(0)
    (ours, theirs), images = both(name, head), torch.randn(2, 3, 40, 40)

    maps, wanted = ours.stages(images), theirs.features(images)

    assert_near(maps, wanted)
    maps.square().sum().backward()
    wanted.square().sum().backward()
    gradients = {key: value.grad for key, value in theirs.features.named_parameters()}
    for layer, their_gradient in zip(ours.stages.parameters(), gradients.values(), strict=True):
        assert_near(layer.grad, their_gradient, 1e-4)


@pytest.mark.parametrize("name", ["vgg11", "vgg11_bn"])
def test_at_224_pixels_the_logits_are_torchvisions(head, name):
    torch.manual_seed(0)
    (ours, theirs), images = both(name, head), torch.randn(1, 3, 224, 224)

    with torch.no_grad():
        assert_near(ours(images), theirs(images))


def their_narrow(column, norm):
    """torchvision's network, head included, with the widths of `narrow`."""
    widths = dict(zip((64, 128, 256, 512), (3, 4, 5, 6), strict=True))
    rows = [row if row == "M" else widths[row] for row in torchvision.models.vgg.cfgs[column]]
    with torch.device("meta"):
        theirs = torchvision.models.VGG(torchvision.models.vgg.make_layers(rows, batch_norm=norm == "batch"))
    for place, (reads, gives) in {0: (6 * 7**2, 7), 3: (7, 7), 6: (7, 5)}.items():
        theirs.classifier[place] = nn.Linear(reads, gives)
    theirs.features.to_empty(device="cpu")
    return randomised(theirs).eval()


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("column", ["A", "B", "D", "E"])
def test_from_pictures_to_classes_all_weights_learn_what_torchvisions_learn(column, norm):
    theirs = their_narrow(column, norm)
    ours = VGG(vgg.COLUMNS[column], (3, 4, 5, 6, 6), 7, num_classes=5, in_channels=3, image_size=224,
               norm=norm).eval()
    images = torch.randn(2, 3, 224, 224)

    cvlib.load_torchvision(ours, theirs.state_dict())
    logits, wanted = ours(images), theirs(images)
    logits.square().sum().backward()
    wanted.square().sum().backward()

    assert_near(logits, wanted)
    gradients = {key: parameter.grad for key, parameter in theirs.named_parameters()}
    cvlib.load_torchvision(ours, {**theirs.state_dict(), **gradients})  # theirs by our names
    for parameter in ours.parameters():
        assert_near(parameter.grad, parameter.detach())


@pytest.mark.parametrize("name", ["vgg16_conv1", "vgg11_lrn"])
def test_torchvision_has_no_weights_for_c_and_a_lrn(name):
    with pytest.raises(ValueError, match=f"torchvision has no weights for {name}"):
        cvlib.create_model(name, image_size=32, num_classes=2, weights="torchvision")


@pytest.mark.parametrize(("init", "std"), [
    ("paper", lambda read, feeds: 0.01), ("printed", lambda read, feeds: 0.1),
    ("xavier", lambda read, feeds: (2 / (read + feeds)) ** 0.5),
    ("kaiming", lambda read, feeds: (2 / read) ** 0.5),
])
def test_each_start_has_its_deviation_in_every_layer_and_biases_at_0(init, std):
    torch.manual_seed(0)
    model = VGG(vgg.COLUMNS["D"], (16, 16, 32, 32, 32), 64, num_classes=100, in_channels=3, image_size=64)
    vgg.initialise(model, init)

    for layer in weighted_layers(model).values():
        window = layer.weight[0, 0].numel()
        expected = std(layer.weight.shape[1] * window, layer.weight.shape[0] * window)
        assert_close(layer.weight.std().item(), expected, rtol=0.15, atol=0)
        assert (layer.bias == 0).all()


@pytest.mark.parametrize(("init", "low", "high"), [
    ("kaiming", 0.05, 5), ("xavier", 1e-4, 0.5), ("paper", 0, 1e-6), ("printed", 1e5, 1e12)])
def test_at_the_depth_of_e_the_start_decides_whether_anything_arrives(init, low, high):
    torch.manual_seed(0)
    logits = vgg_mini(6, column="E", image_size=64, init=init).eval()(torch.randn(8, 3, 64, 64))

    assert low <= logits.std() <= high


@pytest.mark.parametrize(("init", "std"), [("paper", 0.01), ("printed", 0.1)])
def test_fixed_deviations_keep_the_gain_that_they_give_at_full_size(init, std):
    torch.manual_seed(0)
    mini, full = weighted_layers(vgg_mini(init=init)), weighted_layers(on_meta("vgg16"))

    for name, layer in mini.items():
        gain = layer.weight.std() * layer.weight[0].numel() ** 0.5
        assert_close(gain.item(), std * full[name].weight[0].numel() ** 0.5, rtol=0.15, atol=0)


@pytest.mark.parametrize(("options", "said"), [
    ({"column": "F"}, "column is one of A, B, C, D, E, not 'F'"),
    ({"norm": "layer"}, "norm is one of none, lrn, batch, not 'layer'"),
    ({"init": "he"}, "init is one of kaiming, xavier, paper, printed, not 'he'"),
    ({"image_size": 31}, "in VGG a picture of 31 pixels shrinks to nothing"),
])
def test_what_vgg_mini_cannot_be_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        vgg_mini(**options)


def test_a_builder_is_a_function_of_its_own_name_with_its_options():
    assert models.options_of("vgg16") == ["num_classes", "in_channels", "image_size", "init"]
    assert {name: models.MODELS[name].__qualname__ for name in COUNTS} == {name: name for name in COUNTS}
    with pytest.raises(ValueError, match=f"init is one of {', '.join(INITS)}, not 'he'"):
        models.build("vgg16", init="he")
    with pytest.raises(ValueError, match=r"reads pictures \(N, 3, 224, 224\), not \(1, 3, 64, 64\)"):
        on_meta("vgg16")(torch.empty(1, 3, 64, 64, device="meta"))


def test_the_small_network_is_an_eighth_as_wide_and_costs_about_what_the_small_alexnet_does():
    mini, full = costs_of("vgg_mini", num_classes=6), costs_of("vgg16")
    alexnet = costs_of("alexnet_mini", num_classes=6)

    assert {full[name].output[0] / mini[name].output[0] for name in full if name.startswith("conv")} == {8}
    ratio = sum(layer.macs for layer in mini.values()) / sum(layer.macs for layer in alexnet.values())
    assert 1 < ratio < 1.5
    assert on_meta("vgg_mini", image_size=64)(torch.empty(2, 3, 64, 64, device="meta")).shape == (2, 1000)


@pytest.mark.parametrize(("column", "norm"), [("B", "none"), ("C", "none"), ("D", "none"), ("E", "batch")])
def test_a_warm_start_copies_the_first_four_convolutions_and_the_head_of_a_and_nothing_else(column, norm):
    trained, model = narrow("A", norm=norm), narrow(column, norm=norm)
    for value in trained.state_dict().values():
        value.add_(1)
    before = {name: value.clone() for name, value in model.state_dict().items()}

    filled = warm_start(model, trained)

    copied = {key.split(".")[1] for key, value in model.state_dict().items()
              if not torch.equal(value, before[key])}
    wanted = ["conv1_1", "conv2_1", "conv3_1", "conv3_2", "fc6", "fc7", "fc8"]
    norms = ["bn1_1", "bn2_1", "bn3_1", "bn3_2"] if norm == "batch" else []
    assert copied == {*filled} == {*wanted, *norms}
    ours, theirs = layers_of(model), layers_of(trained)
    for name in filled:
        assert_close(ours[name].state_dict(), theirs[name].state_dict(), rtol=0, atol=0)


def test_the_first_four_convolutions_of_a_do_not_fit_those_of_a_deeper_column_in_order():
    first = {column: [tuple(layer.weight.shape) for layer in weighted_layers(on_meta(name)).values()][:4]
             for column, name in COLUMNS.items()}

    assert [a == d for a, d in zip(first["A"], first["D"], strict=True)] == [True, False, False, False]


@pytest.mark.parametrize(("trained", "said"), [
    (lambda: narrow("B"), "comes from column A, with its eight convolutions, not from conv1_1, conv1_2"),
    (lambda: narrow("A", 96), r"does not fit: fc6: Linear \(7, 54\) \(7,\) for Linear \(7, 24\) \(7,\)"),
    (lambda: narrow("A", norm="batch"), r"does not fit: bn1_1: BatchNorm2d .* for nothing"),
    (lambda: narrow("A", norm="lrn"), "does not fit: norm1_1: LocalResponseNorm for nothing"),
])
def test_a_warm_start_that_does_not_fit_is_refused_before_anything_is_copied(trained, said):
    model = narrow("D")
    before = {name: value.clone() for name, value in model.state_dict().items()}

    with pytest.raises(ValueError, match=said):
        warm_start(model, trained())

    assert_close(model.state_dict(), before, rtol=0, atol=0)


@pytest.mark.parametrize(("name", "size"), [
    ("vgg11", 150), ("vgg16", 212), ("vgg19", 268), ("vgg16_conv1", 156), ("vgg16_bn", 212)])
def test_receptive_fields_by_hand(name, size):
    """1 + sum of 2 x distance a 3x3 convolution + distance a pooling: D has 2, 2, 3, 3, 3 convolutions at
    distances 1, 2, 4, 8, 16."""
    fields = {field.layer: field for field in receptive_fields(on_meta(name), (3, 224, 224))}
    kernels = vgg.COLUMNS[COUNTS[name].get("config", name == "vgg16_bn" and "D")]

    by_hand = 1 + sum(2**stage * (sum(kernel - 1 for kernel in stage_kernels) + 1)
                      for stage, stage_kernels in enumerate(kernels))

    last = fields["stages.pool5"]
    assert (last.size, last.stride, last.places) == (by_hand, 32, 7) == (size, 32, 7)
    assert fields["stages.conv1_1"].size == 3


def test_three_3x3_see_what_one_7x7_sees():
    stack = nn.Sequential(*[nn.Conv2d(2, 2, 3, padding=1) for _ in range(3)])
    single = nn.Sequential(nn.Conv2d(2, 2, 7, padding=3))

    assert measured_field(stack, (2, 20, 20), "2", (9, 9)) == measured_field(single, (2, 20, 20), "0", (9, 9))
    assert receptive_fields(stack, (2, 20, 20))[-1].size == 7
    counts = [sum(layer.weight.numel() for layer in chain) for chain in (stack, single)]
    assert counts == [27 * 2**2, 49 * 2**2]


def test_what_a_unit_of_a_narrow_vgg_sees_is_what_the_arithmetic_says():
    model = narrow("D", norm="batch")
    field = next(one for one in receptive_fields(model, (3, 64, 64)) if one.layer == "stages.conv3_2")

    rows, columns = measured_field(model, (3, 64, 64), "stages.conv3_2", (7, 2))

    assert rows == list(range(*field.window(7)))
    assert columns == list(range(max(0, field.window(2)[0]), field.window(2)[1]))
