"""Receptive fields: the arithmetic against published sizes and against trying."""
import pytest
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

from cvlib.cost import count_neurons, layer_costs
from cvlib.models import build
from cvlib.models.alexnet import AlexNet
from cvlib.models.alexnet_2012 import as_run
from cvlib.models.alexnet_mini import alexnet_mini
from cvlib.models.four_layer import four_layer
from cvlib.models.two_gpu import TwoGPUAlexNet
from cvlib.receptive import measured_field, receptive_fields

PUBLISHED = {  # Araujo, Norris and Sim, Distill 2019, Table 1: AlexNet has 195 pixels at stride 32
    "conv1": (11, 4), "pool1": (19, 8), "conv2": (51, 8), "pool2": (67, 16), "conv3": (99, 16),
    "conv4": (131, 16), "conv5": (163, 16), "pool5": (195, 32)}


def narrow(image_size=224, **options):
    """AlexNet with so few maps that it runs at once: fields do not hang on the width."""
    return AlexNet((2, 4, 4, 4, 4), 8, num_classes=3, in_channels=3, image_size=image_size, **options)


def fields_of(model, size):
    return {field.layer.rpartition(".")[2]: field for field in receptive_fields(model, (3, size, size))}


@pytest.mark.parametrize("padding", ["end", "both"])
def test_alexnets_fields_are_the_published_ones(padding):
    fields = fields_of(narrow(padding=padding), 224)

    assert {name: (fields[name].size, fields[name].stride) for name in PUBLISHED} == PUBLISHED
    assert fields["norm1"].size == fields["relu1"].size == 11
    assert (fields["fc6"].size, fields["fc8"].size) == (224, 224)
    assert [fields[name].places for name in ("conv1", "pool1", "conv3", "pool5", "fc8")] == [55, 27, 13, 6, 1]


def test_a_whole_alexnet_costs_no_memory():
    model = build("alexnet")

    assert fields_of(model, 224)["pool5"].size == 195
    assert {parameter.device.type for parameter in model.parameters()} == {"cpu"}


@pytest.mark.parametrize(("layer", "place"), [
    ("stages.conv1", (0, 26)), ("stages.pool1", (6, 2)), ("stages.norm2", (12, 0)),
    ("stages.conv3", (2, 3)), ("stages.pool5", (0, 2)),
])
def test_what_a_unit_sees_is_what_the_arithmetic_says(layer, place):
    shape = (3, 115, 115)
    model = narrow(115)
    field = next(field for field in receptive_fields(model, shape) if field.layer == layer)

    seen = measured_field(model, shape, layer, place)

    for pixels, at in zip(seen, place, strict=True):
        start, end = field.window(at)
        assert pixels == list(range(max(start, 0), min(end, 115)))


def test_torchvisions_alexnet_sees_the_same_two_pixels_further_left_and_up():
    theirs = torchvision.models.AlexNet(num_classes=2)
    theirs.features = theirs.features[:6]  # conv1, pool1, conv2, pool2
    theirs.avgpool, theirs.classifier = nn.Identity(), nn.Identity()
    ours, other = receptive_fields(narrow(), (3, 224, 224)), receptive_fields(theirs, (3, 224, 224))

    ours = next(field for field in ours if field.layer == "stages.pool2")
    other = next(field for field in other if field.layer == "features.5")

    assert (other.size, other.stride, other.start - ours.start) == (ours.size, ours.stride, -2)


def test_a_fully_connected_unit_sees_everything():
    assert measured_field(four_layer(width=2), (3, 32, 32), "head.fc4", (0, 0)) == (
        list(range(32)), list(range(32)))


def test_the_model_is_left_as_it_was():
    model = four_layer(width=2).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}

    measured_field(model, (3, 32, 32), "stages.pool2", (1, 1))
    receptive_fields(model, (3, 32, 32))

    assert model.training
    assert all(torch.equal(before[name], value) and value.dtype == torch.float32
               for name, value in model.state_dict().items())


def test_the_second_norm_of_the_source_lets_a_unit_see_more_than_the_picture():
    """Five places of layer 2, 8 pixels apart, widen each field behind it by 32 pixels: 195 become 227."""
    model = as_run(narrow())

    fields = fields_of(model, 224)
    rows, columns = measured_field(model, (3, 224, 224), "within2", (13, 13))

    assert [fields[name].size for name in ("conv2", "within2", "pool5")] == [51, 83, 227]
    assert rows == columns == list(range(*fields["within2"].window(13)))


def test_a_pool_that_adapts_is_known_where_its_windows_are_alike():
    model = build("alexnet_one_tower", num_classes=2)
    one = nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(1))

    assert fields_of(model, 224)["pool"].size == 195
    assert receptive_fields(one, (3, 9, 9))[-1].size == 9
    half = receptive_fields(nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(3)), (3, 8, 8))[-1]
    assert (half.size, half.stride, half.places) == (4, 2, 3)
    with pytest.raises(ValueError, match=r"head\.pool: a pool that makes 6 of 8 places has windows"):
        fields_of(model, 300)


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 5, padding=2)


class Beside(Branches):
    def forward(self, x):
        return self.a(x) + self.b(x)


class Shortcut(Branches):
    def forward(self, x):
        return self.b(x + self.a(x))


class Between(Branches):
    def forward(self, x):
        return self.b(F.max_pool2d(self.a(x), 2))


class Thinned(Branches):
    """A shortcut as in option A of arXiv:1512.03385: every second place, and maps of zeros beside."""

    def forward(self, x):
        return self.b(F.max_pool2d(self.a(x), 2)) + F.pad(x[:, :2, ::2, ::2], (0, 0, 0, 0, 0, 1))


class Last(Branches):
    """Channels last, a norm and a linear layer over them, and back: a block of arXiv:2201.03545."""

    def __init__(self):
        super().__init__()
        self.norm, self.mix = nn.LayerNorm(3), nn.Linear(3, 3)

    def forward(self, x):
        return x + self.mix(self.norm(self.b(x).permute(0, 2, 3, 1))).permute(0, 3, 1, 2)


class Gated(Branches):
    def forward(self, x):
        return self.a(x) * self.b(x).mean(dim=(2, 3), keepdim=True)


@pytest.mark.parametrize(("model", "size", "stride", "start"), [
    (Beside(), 5, 1, -2), (Shortcut(), 7, 1, -3), (Between(), 12, 2, -5), (Thinned(), 12, 2, -5),
    (Last(), 5, 1, -2), (Gated(), 16, 0, 0),
])
def test_where_branches_join_a_unit_sees_what_either_sees(model, size, stride, start):
    whole = nn.Sequential(model)

    field = receptive_fields(whole, (3, 16, 16))[-1]
    rows, columns = measured_field(whole, (3, 16, 16), "0", (3, 2))

    assert (field.size, field.stride, field.start) == (size, stride, start)
    for pixels, place in ((rows, 3), (columns, 2)):
        first, end = field.window(place)
        assert pixels == list(range(max(first, 0), min(end, 16)))


def test_a_block_is_listed_where_what_it_gives_is_its_own():
    names = [field.layer for field in receptive_fields(nn.Sequential(Last(), nn.ReLU()), (3, 16, 16))]

    assert names == ["0.b", "0.norm", "0.mix", "0", "1"]


def test_two_towers_on_two_devices_have_the_fields_of_one():
    two = TwoGPUAlexNet.from_alexnet(alexnet_mini(num_classes=2, image_size=64), ("cpu", "cpu"))

    fields = {field.layer: field for field in receptive_fields(two, (3, 64, 64))}

    assert {fields[f"gpu{number}.pool5"].size for number in (1, 2)} == {195}


def first_version(model):
    """The stride of a bottleneck on its first convolution, as in the paper."""
    for stage in (model.layer2, model.layer3, model.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    return model


@pytest.mark.parametrize(("build", "size"), [
    (lambda: torchvision.models.vgg16().features, 212), (lambda: torchvision.models.vgg16_bn().features, 212),
    (lambda: first_version(torchvision.models.resnet50()), 483),
    (lambda: first_version(torchvision.models.resnet101()), 1027),
], ids=["vgg16", "vgg16_bn", "resnet50", "resnet101"])
def test_deep_networks_have_the_published_fields(build, size):
    """Table 1 of Araujo, Norris and Sim: vgg_16, resnet_v1_50, resnet_v1_101."""
    with torch.device("meta"):
        model = build()

    field = [field for field in receptive_fields(model, (3, 224, 224)) if field.stride][-1]

    assert (field.size, field.stride, field.places) == (size, 32, 7)


def residual(block, widths):
    """torchvision's blocks behind a stem of stride 2, so narrow that they run at once."""
    layers, before = [nn.Conv2d(3, 4, 7, 2, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 4
    for width, stride in widths:
        projection = nn.Conv2d(before, width * block.expansion, 1, stride)
        layers.append(block(before, width, stride, projection))
        before = width * block.expansion
    return nn.Sequential(*layers)


@pytest.mark.parametrize(("name", "size"), [
    ("alexnet_2012", 224), ("alexnet_one_tower", 224), ("four_layer", 32), ("vgg_mini", 112),
    ("resnet50", 224), ("resnet_mini", 112), ("resnet20_cifar", 32), ("convnext_mini", 112),
    ("convnext_tiny", 224), ("convnext_roadmap", 224),
])
def test_of_each_family_some_have_fields_in_which_no_layer_sees_less_than_those_before_it(name, size):
    with torch.device("meta"):
        model = build(name)

    fields = [field for field in receptive_fields(model, (3, size, size)) if field.stride]

    assert fields[-1].size == max(field.size for field in fields) > 40
    strides = [field.stride for field in fields]
    assert strides == sorted(strides)


SMALL = {
    "basic": lambda: residual(torchvision.models.resnet.BasicBlock, [(4, 1), (8, 2), (8, 2)]),
    "bottleneck": lambda: residual(torchvision.models.resnet.Bottleneck, [(2, 1), (4, 2), (4, 2)]),
    "convnext": lambda: torchvision.models.ConvNeXt([
        torchvision.models.convnext.CNBlockConfig(4, 8, 2),
        torchvision.models.convnext.CNBlockConfig(8, None, 1)], num_classes=2).features,
}


@pytest.mark.parametrize(("name", "layer", "place"), [
    ("basic", "4", (8, 9)), ("basic", "5", (4, 0)), ("basic", "6", (1, 1)), ("bottleneck", "5", (3, 4)),
    ("bottleneck", "6", (0, 2)), ("convnext", "1.0", (8, 2)), ("convnext", "1.1", (9, 9)),
    ("convnext", "3", (4, 4)),
])
def test_the_field_of_a_block_is_what_its_units_are_found_to_see(name, layer, place):
    model = SMALL[name]().eval()
    fields = receptive_fields(model, (3, 64, 64))
    field = [field for field in fields if f"{field.layer}.".startswith(f"{layer}.")][-1]

    seen = measured_field(model, (3, 64, 64), layer, place)

    for pixels, at in zip(seen, place, strict=True):
        first, end = field.window(at)
        assert pixels == list(range(max(first, 0), min(end, 64)))


def test_a_field_that_cannot_be_measured_is_refused_and_no_random_state_moves():
    model, shape = narrow(), (3, 224, 224)
    state = torch.get_rng_state()

    with pytest.raises(ValueError, match=r"no module 'stages\.conv9'; the nearest are stages\.conv"):
        measured_field(model, shape, "stages.conv9", (0, 0))
    for place in ((-1, 0), (0, 55)):
        with pytest.raises(IndexError, match=r"stages\.conv1 has places 0 \.\.\. 54, not"):
            measured_field(model, shape, "stages.conv1", place)
    assert torch.equal(torch.get_rng_state(), state)


def test_dilated_and_even_windows():
    chain = nn.Sequential(nn.Conv2d(1, 1, 3, dilation=2, padding=2), nn.AvgPool2d(2, 2), nn.Conv2d(1, 1, 3))

    last = receptive_fields(chain, (1, 12, 12))[-1]
    rows, columns = measured_field(chain, (1, 12, 12), "2", (1, 1))

    assert (last.size, last.stride, last.start, last.places) == (10, 2, -2, 4)
    # a dilated kernel skips pixels, but pooling fills every gap: 0 ... 9
    assert rows == columns == list(range(10))


class Unequal(Branches):
    def forward(self, x):
        return self.a(x)[:, :, ::2, ::2] + F.avg_pool2d(x, 5, 1)


class Split(Branches):
    def forward(self, x):
        return self.a(x).chunk(3, dim=1)[0]


@pytest.mark.parametrize(("chain", "shape", "said"), [
    (nn.Sequential(nn.Upsample(scale_factor=2)), (3, 8, 8), "0: the receptive field of interpolate is not"),
    (nn.Sequential(nn.Softmax(dim=2)), (3, 8, 8), "0: the receptive field of softmax is not known"),
    (nn.Sequential(nn.Linear(8, 8)), (3, 8, 8), "0: a linear layer reads along a row of places"),
    (Unequal(), (3, 8, 8), "the network: branches join whose units are 2 and 1 pixels apart"),
    (Split(), (3, 8, 8), "the network: the receptive field of chunk is not known"),
    (nn.Sequential(nn.Conv2d(3, 1, 3)), (3, 8, 9), r"square, \(C, S, S\), not 3 x 8 x 9"),
    (nn.Sequential(nn.Conv2d(3, 1, 3)), (8, 8), r"square, \(C, S, S\), not 8 x 8"),
    (nn.Sequential(nn.Conv2d(3, 1, 3, padding="same")), (3, 8, 8), "only padding with zeros, counted"),
    (nn.Sequential(nn.Conv2d(3, 1, 3, padding=1, padding_mode="reflect")), (3, 8, 8), "padding with zeros"),
    (nn.Sequential(nn.ZeroPad2d((1, 0, 2, 0))), (3, 8, 8), r"square, not \(1, 2\)"),
    (nn.Sequential(nn.Conv2d(3, 1, (3, 1))), (3, 8, 8), "square, not \\(3, 1\\)"),
])
def test_what_is_not_known_is_refused(chain, shape, said):
    with pytest.raises(ValueError, match=said):
        receptive_fields(chain, shape)


def test_a_place_that_is_not_there_is_refused():
    with pytest.raises(IndexError, match=r"stages\.conv1 has places 0 \.\.\. 54, not 55"):
        fields_of(narrow(), 224)["conv1"].window(55)


def test_neurons_are_the_outputs_of_layers_that_multiply():
    with torch.device("meta"):
        model = build("alexnet")
    neurons = {layer.short: layer.neurons for layer in layer_costs(model, (3, 224, 224)) if layer.neurons}

    assert neurons == {"conv1": 290_400, "conv2": 186_624, "conv3": 64_896, "conv4": 64_896, "conv5": 43_264,
                       "fc6": 4096, "fc7": 4096, "fc8": 1000}
    assert count_neurons(model, (3, 224, 224)) == sum(neurons.values()) == 659_272
