"""The network as it ran, against the released source's figures and against arithmetic by hand."""
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.testing import assert_close

from cvlib import models
from cvlib.layers import TestTimeDropout, WithinMapNorm
from cvlib.models.alexnet import alexnet, weighted_layers
from cvlib.models.alexnet_2012 import DIFFERENCES, alexnet_2012, as_run
from cvlib.models.alexnet_mini import alexnet_mini

SIZE = 64


def names(model):
    return [name for name, _ in model.stages.named_children()]


def both(*differences):
    """The paper's network and the one with ``differences``, from the same draws, and three pictures."""
    made = []
    for wanted in ([], differences):
        torch.manual_seed(0)
        made.append(alexnet_2012(num_classes=7, image_size=SIZE, differences=wanted).double().eval())
    return *made, 60 * torch.randn(3, 3, SIZE, SIZE, dtype=torch.float64)


def test_without_differences_it_is_the_network_of_the_text():
    torch.manual_seed(0)
    plain = alexnet(num_classes=7, image_size=SIZE).double().eval()
    same, _, images = both()

    assert_close(same(images), plain(images), rtol=0, atol=0)


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
    model = alexnet_2012(num_classes=2, image_size=SIZE)
    theirs = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2.0)
    maps = 90 * torch.randn(2, 96, 5, 5)

    assert_close(model.stages.norm1(maps), torch.cat([theirs(maps[:, :48]), theirs(maps[:, 48:])], dim=1))


def test_lrn_of_layer_1_sees_what_is_below_zero():
    model, images = alexnet_2012(num_classes=2, image_size=SIZE).eval(), 60 * torch.randn(1, 3, SIZE, SIZE)
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


@pytest.mark.parametrize("wrong", [["lrn"], "order ", ["std", "std"], [3], ["std", None]])
def test_an_unknown_difference_is_refused_before_anything_changes(wrong):
    model = alexnet(num_classes=2, image_size=SIZE)
    before = names(model)

    with pytest.raises(ValueError, match="differences lists some of order, alpha, second_norm, std, dropout"):
        as_run(model, wrong)
    assert names(model) == before


def test_the_small_network_takes_differences_too():
    model = alexnet_mini(num_classes=2, image_size=36, differences=["order", "alpha"])

    assert names(model).index("relu1") > names(model).index("pool1")
    assert model.stages.norm2.divide_by_size


def test_it_has_the_parameters_of_the_paper_s_network():
    with torch.device("meta"):
        model = models.build("alexnet_2012")

    assert sum(parameter.numel() for parameter in model.parameters()) == 60_965_224
