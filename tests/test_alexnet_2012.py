"""The network as it ran, against the released source's figures and against arithmetic by hand."""
import pytest
import torch
import torchvision
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close

from cvlib import models
from cvlib.layers import LocalResponseNorm, TestTimeDropout, WithinMapNorm
from cvlib.models.alexnet import AlexNet, alexnet, initialise, weighted_layers
from cvlib.models.alexnet_2012 import DIFFERENCES, alexnet_2012, as_run
from cvlib.models.alexnet_mini import alexnet_mini

SIZE = 64


def names(model):
    return [name for name, _ in model.stages.named_children()]


def narrow():
    """The paper's network with few maps and larger weights, so that differences are seen."""
    torch.manual_seed(0)
    model = AlexNet((8, 16, 24, 24, 16), 32, num_classes=7, in_channels=3, image_size=SIZE)
    return initialise(model, dict.fromkeys(weighted_layers(model), 0.05))


def both(*differences):
    """A narrow network and the same with ``differences``, and three pictures."""
    paper, source = narrow().double().eval(), as_run(narrow(), differences).double().eval()
    return paper, source, 60 * torch.randn(3, 3, SIZE, SIZE, dtype=torch.float64)


def test_the_default_is_every_difference_and_none_leaves_the_network_of_the_text():
    with torch.device("meta"):
        full, plain, none = alexnet_2012(), alexnet(), alexnet_2012(differences=[])

    assert names(full) == names(as_run(narrow()))
    assert names(none) == names(plain)
    assert str(none) == str(plain) != str(full)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_each_difference_changes_the_network_and_says_where_the_source_has_it(name):
    paper, source, images = both(name)

    apart = (source.train(name == "dropout")(images) - paper(images)).abs().max()

    assert apart > 1e-9
    assert ":" in DIFFERENCES[name].where
    assert source.state_dict().keys() == paper.state_dict().keys()


def test_the_layers_stand_in_the_order_of_net_145():
    with torch.device("meta"):
        order = [name for name in names(alexnet_2012()) if name != "pad1"]

    assert order == ["conv1", "norm1", "pool1", "relu1", "conv2", "relu2", "norm2", "within2", "pool2",
                     "conv3", "relu3", "conv4", "relu4", "conv5", "relu5", "pool5"]


def test_the_source_s_lrn_is_pytorch_s_over_each_tower():
    model = as_run(narrow())
    theirs = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0)
    maps = 90 * torch.randn(2, 8, 5, 5)

    assert_close(model.stages.norm1(maps), torch.cat([theirs(maps[:, :4]), theirs(maps[:, 4:])], dim=1))


def test_lrn_of_layer_1_sees_what_is_below_zero():
    model, images = as_run(narrow()).eval(), 60 * torch.randn(1, 3, SIZE, SIZE)
    seen = []
    model.stages.norm1.register_forward_hook(lambda layer, inputs, output: seen.append(inputs[0].min()))

    model(images)

    assert seen[0] < 0


def test_conv3_to_conv5_start_three_times_as_large_with_the_same_draws():
    paper, source, _ = both("std")

    for name, layer in weighted_layers(source).items():
        times = 3.0 if name in ("conv3", "conv4", "conv5") else 1.0
        assert_close(layer.weight, times * weighted_layers(paper)[name].weight)


def test_the_second_norm_is_a_sum_over_25_places_of_one_map():
    a = 200 * torch.randn(1, 2, 6, 7, dtype=torch.float64)
    wide = F.pad(a, (2, 2, 2, 2))

    b = WithinMapNorm()(a)

    for place in ((0, 0, 0, 0), (0, 1, 3, 4), (0, 1, 5, 6)):
        _, c, i, j = place
        window = wide[0, c, i:i + 5, j:j + 5]
        assert_close(b[place], a[place] / (1 + 4e-5 * window.square().sum()) ** 0.75)


def test_half_precision_does_not_overflow_in_the_second_norm():
    a = torch.full((1, 1, 5, 5), 1000.0)

    assert_close(WithinMapNorm()(a.half()).float(), WithinMapNorm()(a), rtol=1e-3, atol=0)


def test_published_dropout_halves_at_test_time_and_never_doubles():
    torch.manual_seed(0)
    dropout, ones = TestTimeDropout(0.25), torch.ones(40_000)

    trained, tested = dropout.train()(ones), dropout.eval()(ones)

    assert trained.unique().tolist() == [0, 1]
    assert abs(trained.mean() - 0.75) < 0.01
    assert (tested == 0.75).all()


def test_its_dropout_expects_what_pytorch_s_gives_with_halved_weights_behind_it():
    paper, source, images = both("dropout")
    for name in ("fc7", "fc8"):
        source.head.get_submodule(name).weight.data.mul_(2)

    assert_close(source(images), paper(images))


@pytest.mark.parametrize("wrong", [["lrn"], "std", {"std"}, ["std", "std"], [3], ["std", None], None])
def test_an_unknown_difference_is_refused_before_anything_changes(wrong):
    model = narrow()
    before = names(model)

    with pytest.raises(ValueError, match="differences lists some of order, alpha, second_norm, std, dropout"):
        as_run(model, wrong)
    assert names(model) == before


def test_an_unknown_difference_is_refused_before_the_large_network_is_built(monkeypatch):
    monkeypatch.setattr("cvlib.models.alexnet_2012.alexnet", None)

    with pytest.raises(ValueError, match=r"differences lists some of .*, each once, not \['lrn'\]"):
        alexnet_2012(differences=["lrn"])


@pytest.mark.parametrize("name", DIFFERENCES)
def test_another_network_cannot_be_as_it_ran(name):
    with pytest.raises(ValueError, match=r"torchvision\.models\.alexnet\.AlexNet is no AlexNet of this"):
        as_run(torchvision.models.AlexNet(num_classes=2), [name])


def by_hand(model, x, *, as_it_ran):
    """The network in PyTorch's own functions, LRN a tower at a time, in evaluation mode."""
    def norm(maps):
        lrn = nn.LocalResponseNorm(5, alpha=1e-4 if as_it_ran else 5e-4, beta=0.75, k=2.0)
        return torch.cat([lrn(tower) for tower in maps.chunk(2, dim=1)], dim=1)

    def conv(name, x, **options):
        layer = model.stages.get_submodule(name)
        return F.conv2d(x, layer.weight, layer.bias, **options)

    x = conv("conv1", F.pad(x, (0, 3, 0, 3)), stride=4)
    x = F.relu(F.max_pool2d(norm(x), 3, 2)) if as_it_ran else F.max_pool2d(norm(F.relu(x)), 3, 2)
    x = norm(F.relu(conv("conv2", x, padding=2, groups=2)))
    x = x / (1 + 1e-3 * F.avg_pool2d(x**2, 5, 1, 2)) ** 0.75 if as_it_ran else x
    x = F.relu(conv("conv3", F.max_pool2d(x, 3, 2), padding=1))
    x = F.relu(conv("conv4", x, padding=1, groups=2))
    x = F.max_pool2d(F.relu(conv("conv5", x, padding=1, groups=2)), 3, 2).flatten(1)
    for name in ("fc6", "fc7"):
        layer = model.head.get_submodule(name)
        x = F.relu(F.linear(x, layer.weight, layer.bias)) * (0.5 if as_it_ran else 1)
    return F.linear(x, model.head.fc8.weight, model.head.fc8.bias)


@pytest.mark.parametrize("as_it_ran", [False, True])
def test_both_networks_are_those_that_a_port_by_hand_gives(as_it_ran):
    torch.manual_seed(0)
    model = AlexNet((8, 16, 24, 24, 16), 32, num_classes=7, in_channels=3, image_size=224)
    model = initialise(model, dict.fromkeys(weighted_layers(model), 0.05)).double().eval()
    model = as_run(model) if as_it_ran else model
    images = 60 * torch.randn(2, 3, 224, 224, dtype=torch.float64)

    assert_close(model(images), by_hand(model, images, as_it_ran=as_it_ran))


def test_new_layers_are_in_the_network_s_mode():
    model = as_run(narrow().eval())

    assert {module.training for module in model.modules()} == {False}


def test_the_small_network_takes_differences_too():
    model = alexnet_mini(num_classes=2, image_size=36, differences=["order", "alpha"])

    assert names(model).index("relu1") > names(model).index("pool1")
    assert model.stages.norm2.divide_by_size


def test_it_has_the_parameters_of_the_paper_s_network():
    with torch.device("meta"):
        model = models.build("alexnet_2012")

    assert sum(parameter.numel() for parameter in model.parameters()) == 60_965_224


def test_the_relu_of_conv5_may_stand_before_or_behind_pooling_as_in_the_source():
    stages = narrow().stages
    maps = torch.randn(2, 16, 5, 5)

    assert_close(stages.pool5(stages.relu5(maps)), stages.relu5(stages.pool5(maps)), rtol=0, atol=0)


def test_windows_that_cross_the_towers_change_four_maps_of_a_layer():
    maps = 90 * torch.randn(2, 96, 5, 5)

    apart, crossing = (LocalResponseNorm(divide_by_size=True, groups=groups)(maps) for groups in (2, 1))

    changed = (apart != crossing).any(dim=3).any(dim=2).any(dim=0)
    assert changed.nonzero().flatten().tolist() == [46, 47, 48, 49]


def test_caffe_s_k_of_1_leaves_activities_larger_by_two_to_three_quarters():
    weak = torch.randn(1, 96, 5, 5)

    ours, caffe = (LocalResponseNorm(divide_by_size=True, k=k)(weak) for k in (2.0, 1.0))

    assert_close(ours / caffe, torch.full_like(weak, 0.595), rtol=1e-3, atol=0)


def test_the_paper_s_deviations_shrink_the_signal_27_times_by_conv5():
    paper, source, images = both("std")
    for model in (paper, source):
        for name in ("conv3", "conv4", "conv5"):
            nn.init.zeros_(weighted_layers(model)[name].bias)

    small, large = (model.stages(images) for model in (paper, source))

    assert_close(large, 27 * small, rtol=1e-4, atol=1e-9)


def test_torchvision_s_network_drops_other_tensors_than_the_paper():
    with torch.device("meta"):
        theirs = [type(layer) for layer in torchvision.models.alexnet().classifier]
        ours = [type(layer) for layer in models.build("alexnet_one_tower").head][2:]
    paper = [type(layer) for layer in narrow().head][1:]

    assert ours == theirs == [nn.Dropout, nn.Linear, nn.ReLU, nn.Dropout, nn.Linear, nn.ReLU, nn.Linear]
    assert paper == [nn.Linear, nn.ReLU, nn.Dropout, nn.Linear, nn.ReLU, nn.Dropout, nn.Linear]
