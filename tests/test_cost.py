"""Costs against torchvision's published figures and arithmetic by hand."""
import pytest
import torch
import torchvision
from torch import nn

import cvlib
from cvlib.cost import count_macs, count_parameters, layer_costs, shape_table

PUBLISHED = ["alexnet", "vgg19", "resnet18", "resnet152", "convnext_tiny"]


def on_meta(build, **options):
    with torch.device("meta"):
        return build(**options)


def by_name(model, shape):
    return {cost.name: cost for cost in layer_costs(model, shape)}


class Block(nn.Module):
    """A parameter beside children, a product outside of them, a child that runs twice, one that does not."""

    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(5))
        self.mix = nn.Linear(5, 5)
        self.act = nn.ReLU()
        self.idle = nn.Linear(2, 3)
        self.twin = nn.Linear(5, 5, bias=False)
        self.twin.weight = self.mix.weight

    def forward(self, x):
        x = self.act(self.mix(self.act(x)))
        return x * self.scale @ torch.ones(5, 7, device=x.device)


@pytest.mark.parametrize("name", PUBLISHED)
def test_costs_are_those_that_torchvision_publishes(name):
    published = torchvision.models.get_model_weights(name)["IMAGENET1K_V1"].meta
    model = on_meta(lambda: torchvision.models.get_model(name))

    costs = layer_costs(model, (3, 224, 224))

    assert round(sum(cost.macs for cost in costs) / 1e9, 3) == published["_ops"]
    assert sum(cost.parameters for cost in costs) == count_parameters(model) == published["num_params"]


@pytest.mark.parametrize("name", ["resnet18", "convnext_tiny"])
def test_layers_have_their_full_names_and_each_stands_once(name):
    model = on_meta(lambda: torchvision.models.get_model(name))

    names = [cost.name for cost in layer_costs(model, (3, 64, 64))]

    assert len(set(names)) == len(names)
    assert set(names) <= dict(model.named_modules()).keys()
    assert {full for full, module in model.named_modules() if not list(module.children())} <= set(names)


def test_the_layer_scale_of_a_block_is_the_blocks_own():
    costs = by_name(on_meta(torchvision.models.convnext_tiny), (3, 224, 224))

    assert costs["features.1.0"].parameters == 96
    assert costs["features.1.0"].short == "0"
    assert costs["features.1.0.block.3"].macs == 56 * 56 * 96 * 384
    assert costs["features.1.0.block.0"].macs == 56 * 56 * 96 * 7 * 7
    assert list(costs).index("features.1.0.block.5") < list(costs).index("features.1.0")


@pytest.mark.parametrize(("layer", "shape", "macs", "output"), [
    (nn.Conv2d(6, 8, 3, groups=2), (6, 5, 7), 8 * 3 * 5 * 3 * 9, (8, 3, 5)),
    (nn.Conv2d(6, 12, 3, groups=6, padding=1, stride=2), (6, 5, 7), 12 * 3 * 4 * 9, (12, 3, 4)),
    (nn.Conv1d(4, 6, 3, dilation=2), (4, 10), 6 * 6 * 4 * 3, (6, 6)),
    (nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2), (4, 5, 5), 4 * 5 * 5 * 3 * 9, (6, 11, 11)),
    (nn.Linear(6, 4), (3, 5, 6), 3 * 5 * 6 * 4, (3, 5, 4)),
])
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_macs_by_hand(layer, shape, macs, output, device):
    model = nn.Sequential(layer).to(device)

    costs = by_name(model, shape)

    assert (costs["0"].macs, costs["0"].output) == (macs, output)


def test_every_parameter_counts_once_and_products_count_where_they_run():
    costs = by_name(nn.Sequential(Block()), (4, 5))

    parameters = {name: cost.parameters for name, cost in costs.items()}
    assert parameters == {"0.act": 0, "0.mix": 30, "0": 5, "0.idle": 9}
    assert (costs["0.mix"].macs, costs["0"].macs) == (4 * 5 * 5, 4 * 5 * 7)
    assert (costs["0.act"].calls, costs["0.idle"].calls, costs["0"].calls) == (2, 0, 1)
    assert sum(cost.parameters for cost in costs.values()) == count_parameters(nn.Sequential(Block()))


def test_a_module_that_runs_again_costs_again_and_has_its_parameters_once():
    layer = nn.Linear(5, 5)
    model = nn.Sequential(layer, nn.ReLU(), layer)

    costs = by_name(model, (5,))

    assert (costs["0"].calls, costs["0"].macs, costs["0"].parameters) == (2, 50, 30)
    assert count_macs(model, (5,)) == 50


def test_frozen_parameters_are_counted_unless_only_the_trainable_are_asked_for():
    model = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    model[0].requires_grad_(False)

    assert count_parameters(model) == sum(cost.parameters for cost in layer_costs(model, (4,))) == 15 + 8
    assert count_parameters(model, trainable=True) == 8


def test_the_window_sum_of_response_normalisation_is_no_matrix_product():
    costs = by_name(on_meta(cvlib.models.build, name="alexnet_mini"), (3, 112, 112))

    assert costs["stages.norm1"].macs == 0
    assert costs["stages.conv1"].macs == 48 * 27 * 27 * 363


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_the_picture_is_of_the_networks_own_type(dtype):
    assert count_macs(nn.Sequential(nn.Conv2d(3, 4, 3)).to(dtype), (3, 5, 5)) == 4 * 9 * 27


def test_counting_works_inside_inference_mode():
    with torch.inference_mode():
        assert count_macs(nn.Sequential(nn.Linear(6, 4)), (3, 5, 6)) == 3 * 5 * 6 * 4


class Broken(nn.Module):
    def forward(self, x):
        raise RuntimeError("no")


@pytest.mark.parametrize("end", [nn.Identity(), Broken()], ids=["whole", "broken"])
def test_the_network_is_left_as_it_was(end):
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(), end)
    model.train()
    model[1].eval()
    statistics = model[1].running_mean.clone()

    try:
        layer_costs(model, (4,))
    except RuntimeError:
        assert isinstance(end, Broken)

    assert [module.training for module in model.modules()] == [True, True, False, True, True]
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert torch.equal(model[1].running_mean, statistics)


def test_a_shape_table_ends_with_the_totals():
    model = on_meta(torchvision.models.resnet18)

    lines = shape_table(model, (3, 224, 224)).splitlines()

    assert lines[-1].split() == ["total", "11,689,512", "1,814,073,344"]
    assert ["conv1", "Conv2d", "64×112×112", "9,408", "118,013,952"] in [line.split() for line in lines]
