"""The two towers on two devices are the grouped network: outputs, gradients, a step, weights there and back;
what crosses is counted, against arithmetic by hand."""
from copy import deepcopy

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close

from cvlib import models
from cvlib.models.alexnet import alexnet, alexnet_half
from cvlib.models.alexnet_mini import alexnet_mini
from cvlib.models.two_gpu import TwoGPUAlexNet

CPUS = ("cpu", "cpu")
EXACT = {"rtol": 0, "atol": 1e-10}
WITHOUT = ("conv3", "conv4")


def mini(**options):
    torch.manual_seed(0)
    return alexnet_mini(**{"num_classes": 5, "image_size": 64} | options).double()


def pictures(count=3, size=64):
    torch.manual_seed(1)
    return 60 * torch.randn(count, 3, size, size, dtype=torch.float64), torch.arange(count) % 5


def loss_of(model, images, labels):
    model.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    return loss.detach()


def gradients(model):
    """Of a grouped network by its own names; of the towers, after they are put together again."""
    if isinstance(model, TwoGPUAlexNet):
        whole = TwoGPUAlexNet.from_alexnet(model.to_alexnet(), CPUS)
        with torch.no_grad():
            for own, parameter in zip(model.parameters(), whole.parameters(), strict=True):
                parameter.copy_(own.grad)
        return dict(whole.to_alexnet().named_parameters())
    return {name: parameter.grad for name, parameter in model.named_parameters()}


OPTIONS = {"mini": {}, "without": {"without": WITHOUT}, "as it ran": {"differences": ("order", "second_norm",
                                                                                      "alpha", "dropout")}}


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_outputs_gradients_and_a_step_are_those_of_the_grouped_network(options):
    grouped = mini(**options).eval()
    two = TwoGPUAlexNet.from_alexnet(grouped, CPUS)

    assert_close(loss_of(two, *pictures()), loss_of(grouped, *pictures()), **EXACT)
    split, whole = gradients(two), gradients(grouped)
    for name, gradient in whole.items():
        assert_close(split[name].detach(), gradient, **EXACT)
    for model in (two, grouped):
        torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4).step()
    for own, after in zip(two.to_alexnet().parameters(), grouped.parameters(), strict=True):
        assert_close(own, after, **EXACT)


def test_the_full_network_is_the_grouped_one_too():
    torch.manual_seed(0)
    grouped = alexnet(num_classes=5, image_size=96).double().eval()
    two = TwoGPUAlexNet.from_alexnet(grouped, CPUS)

    assert_close(two(pictures(2, 96)[0]), grouped(pictures(2, 96)[0]), **EXACT)


def test_a_tower_is_what_two_hand_made_halves_give():
    """conv2 by slices of the weights, LRN by PyTorch's own over one tower: no part of the split is used."""
    grouped = mini().eval()
    two = TwoGPUAlexNet.from_alexnet(grouped, CPUS)
    seen, stages = {}, grouped.stages
    two.gpu2["conv2"].register_forward_hook(lambda layer, inputs, output: seen.update(conv2=output))

    two(pictures()[0])

    first = F.relu(F.conv2d(F.pad(pictures()[0], stages.pad1.padding), stages.conv1.weight[24:],
                            stages.conv1.bias[24:], stride=4))
    first = F.max_pool2d(nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)(first), 3, 2, ceil_mode=True)
    assert_close(seen["conv2"], F.conv2d(first, stages.conv2.weight[64:], stages.conv2.bias[64:], padding=2))


@pytest.mark.parametrize("build", [alexnet_mini, alexnet, models.MODELS["alexnet_2012"]])
def test_weights_come_back_bit_for_bit_under_their_own_names(build):
    model = build(num_classes=3, image_size=64)
    for frozen in (model.head.fc8.weight, model.stages.conv2.weight):  # one that is whole, one that is halved
        frozen.requires_grad_(False)

    back = TwoGPUAlexNet.from_alexnet(model.eval(), CPUS).to_alexnet()

    assert list(back.state_dict()) == list(model.state_dict())
    assert all(torch.equal(back.state_dict()[name], value) for name, value in model.state_dict().items())
    assert str(back) == str(model)
    assert not back.training
    assert [p.requires_grad for p in back.parameters()] == [p.requires_grad for p in model.parameters()]


def test_the_split_copies_and_changes_nothing():
    model = mini()
    before, weights = str(model), model.stages.conv1.weight.detach().clone()

    two = TwoGPUAlexNet.from_alexnet(model, CPUS)
    with torch.no_grad():
        two.gpu1["conv1"].weight.zero_()

    assert torch.equal(model.stages.conv1.weight, weights)
    assert str(model) == before


def test_each_half_lies_on_its_own_device_and_fc8_on_the_first():
    two = TwoGPUAlexNet.from_alexnet(mini(), ("cpu", "meta"))

    assert {p.device.type for p in two.gpu1.parameters()} == {"cpu"}
    assert {p.device.type for p in two.gpu2.parameters()} == {"meta"}
    assert [device.type for device in two.devices] == ["cpu", "meta"]
    assert "fc8" in two.gpu1
    assert "fc8" not in two.gpu2


def test_to_a_device_moves_both_towers_and_a_copy_is_a_whole_network():
    two = deepcopy(TwoGPUAlexNet.from_alexnet(mini(), CPUS)).to("meta")

    assert [device.type for device in two.devices] == ["meta", "meta"]
    assert {p.device.type for p in two.to_alexnet().parameters()} == {"meta"}


def test_each_device_holds_half_of_the_kernels_and_of_the_hidden_units():
    two = full_size()

    shapes = {name: tuple(p.shape) for name, p in two.gpu2.named_parameters() if name.endswith("weight")}

    assert shapes == {
        "conv1.weight": (48, 3, 11, 11), "conv2.weight": (128, 48, 5, 5), "conv3.weight": (192, 256, 3, 3),
        "conv4.weight": (192, 192, 3, 3), "conv5.weight": (128, 192, 3, 3), "fc6.weight": (2048, 9216),
        "fc7.weight": (2048, 4096)}
    assert tuple(two.gpu1["fc8"].weight.shape) == (1000, 4096)
    assert sum(p.numel() for p in two.parameters()) == 60_965_224


def full_size():
    """Of shapes alone, on two devices of no memory."""
    with torch.device("meta"):
        return TwoGPUAlexNet(("meta", "meta"))


FLOATS = {"conv3": 2 * 13 * 13 * 128, "fc6": 2 * 6 * 6 * 128, "fc7": 2 * 2048, "fc8": 2048}


def test_what_crosses_is_counted_layer_by_layer_forward_and_back():
    two = full_size()

    logits = two(torch.empty(3, 3, 224, 224))
    assert two.traffic.forward == {name: 3 * 4 * floats for name, floats in FLOATS.items()}
    assert two.traffic.back.total() == 0
    logits.sum().backward()

    assert two.traffic.back == two.traffic.forward
    assert two.traffic.total == 2 * 3 * 4 * sum(FLOATS.values())
    two.traffic.clear()
    assert two.traffic.total == 0


def test_half_the_precision_is_half_the_bytes_and_without_gradients_none_come_back():
    two = full_size().bfloat16()

    with torch.no_grad():
        two(torch.empty(1, 3, 224, 224, dtype=torch.bfloat16))

    assert two.traffic.forward == {name: 2 * floats for name, floats in FLOATS.items()}
    assert two.traffic.back.total() == 0


def test_without_conv3_the_towers_meet_in_the_fully_connected_layers_only():
    two = TwoGPUAlexNet.from_alexnet(mini(without=["conv3"]), CPUS)

    two(pictures()[0])

    assert set(two.traffic.forward) == {"fc6", "fc7", "fc8"}


def test_a_tower_hears_of_the_other_through_conv3():
    """Gradients of the second tower's conv2 reach it from the first tower's conv3 too."""
    two = TwoGPUAlexNet.from_alexnet(mini().eval(), CPUS)
    maps = {}
    for name in ("gpu1", "gpu2"):
        layer = getattr(two, name)["conv3"]
        layer.register_forward_hook(lambda layer, inputs, output, name=name: maps.update({name: output}))

    two(pictures()[0])
    maps["gpu1"].sum().backward()

    assert two.gpu2["conv2"].weight.grad.abs().sum() > 0
    assert two.gpu2["conv3"].weight.grad is None


def test_it_trains_saves_and_loads_like_any_network():
    two = TwoGPUAlexNet.from_alexnet(mini(), CPUS)
    images, labels = pictures(8)
    optimizer = torch.optim.Adam(two.eval().parameters(), lr=1e-3)
    first = loss_of(two, images, labels)
    for _ in range(8):
        loss_of(two, images, labels)
        optimizer.step()
    other = TwoGPUAlexNet.from_alexnet(mini(), CPUS).eval()

    other.load_state_dict(two.state_dict())

    assert loss_of(two, images, labels) < first
    assert_close(other(images), two(images), rtol=0, atol=0)


def test_train_and_eval_reach_both_towers():
    two = TwoGPUAlexNet.from_alexnet(mini(), CPUS)

    assert two.training
    assert {module.training for module in two.eval().modules()} == {False}


def test_each_tower_draws_a_mask_of_its_own():
    two = TwoGPUAlexNet.from_alexnet(mini(), CPUS).train()
    masks = []
    for tower in (two.gpu1, two.gpu2):
        tower["drop6"].register_forward_hook(lambda layer, inputs, output: masks.append(output == 0))

    torch.manual_seed(0)
    two(pictures()[0])

    assert not torch.equal(*masks)


def test_with_the_same_masks_dropout_changes_nothing_about_the_split():
    grouped = mini().train()
    two = TwoGPUAlexNet.from_alexnet(grouped, CPUS).train()
    masks = {name: 2.0 * (torch.rand(3, 1024, dtype=torch.float64) < 0.5) for name in ("drop6", "drop7")}
    for name, mask in masks.items():
        grouped.head.get_submodule(name).register_forward_hook(lambda _, inputs, __, m=mask: inputs[0] * m)
        for tower, half in zip((two.gpu1, two.gpu2), mask.chunk(2, dim=1), strict=True):
            tower[name].register_forward_hook(lambda _, inputs, __, m=half: inputs[0] * m)

    assert_close(two(pictures()[0]), grouped(pictures()[0]), **EXACT)


@pytest.mark.parametrize("devices", ["cpu", ["cpu"], ("cpu", "cpu", "cpu"), torch.device("cpu"), (), None, 2])
def test_other_than_two_devices_are_refused(devices):
    with pytest.raises(ValueError, match="two devices, such as"):
        TwoGPUAlexNet(devices, num_classes=2)


@pytest.mark.parametrize("device", ["cuda:97", "gpu1", "xpu:3", 1.5, None])
def test_a_device_that_is_not_there_is_named_beside_those_that_are(device):
    with pytest.raises(ValueError, match=f"no device '{device}' here; there are cpu"):
        TwoGPUAlexNet(("cpu", device), num_classes=2)


@pytest.mark.parametrize("model", [
    alexnet_half(num_classes=2, image_size=64), alexnet_mini(num_classes=2, image_size=64,
                                                             layout="one_tower")])
def test_a_network_of_one_tower_is_refused(model):
    with pytest.raises(ValueError, match=r"two towers is needed.*'conv2': 1"):
        TwoGPUAlexNet.from_alexnet(model, CPUS)


def test_another_kind_of_network_is_refused():
    with pytest.raises(ValueError, match="AlexNetOneTower is no AlexNet of this course"):
        TwoGPUAlexNet.from_alexnet(models.build("alexnet_one_tower", num_classes=2), CPUS)


@pytest.mark.parametrize("classes", [0, -1, 2.5])
def test_a_senseless_number_of_classes_is_refused(classes):
    with pytest.raises(ValueError, match="num_classes of alexnet is a whole number"):
        TwoGPUAlexNet(CPUS, num_classes=classes)


@pytest.mark.parametrize("shape", [(2, 1, 64, 64), (2, 3, 96, 96), (3, 64, 64)])
def test_pictures_of_another_shape_are_refused_and_nothing_crosses(shape):
    two = TwoGPUAlexNet.from_alexnet(mini(), CPUS)

    with pytest.raises(ValueError, match=r"reads pictures \(N, 3, 64, 64\)"):
        two(torch.zeros(shape, dtype=torch.float64))
    assert two.traffic.total == 0


def test_no_picture_gives_no_logits():
    assert TwoGPUAlexNet.from_alexnet(mini(), CPUS)(pictures(0)[0]).shape == (0, 5)


def test_weights_of_another_width_are_refused_by_name():
    two, narrow = (TwoGPUAlexNet.from_alexnet(mini(layout=layout, num_classes=classes), CPUS)
                   for layout, classes in (("two_towers", 5), ("two_towers", 7)))

    with pytest.raises(RuntimeError, match=r"size mismatch for gpu1\.fc8\.weight"):
        two.load_state_dict(narrow.state_dict())


def test_an_odd_number_of_hidden_units_is_refused():
    model = mini()
    model.head.fc6 = nn.Linear(model.head.fc6.in_features, 1023)

    with pytest.raises(ValueError, match="fc6: an odd number"):
        TwoGPUAlexNet.from_alexnet(model, CPUS)
