"""Neurons, time, pooling without overlap, and the chapter's drawings of them."""
import time
from math import prod
from pathlib import Path

import pytest
import torch
import yaml
from torch import nn

from cvlib.analysis import Neurons, Timed
from cvlib.analysis.neurons import PRINTED
from cvlib.cost import count_parameters, layer_costs, shape_table
from cvlib.models import build
from cvlib.models.disjoint import disjoint_pooling
from cvlib.probe import capture_activations
from cvlib.timing import layer_seconds

FACTS = yaml.safe_load((Path(__file__).parent / "architecture_facts.yaml").read_text())["alexnet"]


@pytest.fixture(scope="module")
def costs():
    with torch.device("meta"):
        return layer_costs(build("alexnet"), (3, 224, 224))


def sides(model, size=224):
    """The sides of the picture and of each map after conv1, pool1, conv2, pool2, conv5 and pool5."""
    found = {"stem": size}
    with torch.device("meta"):
        x = torch.empty(1, 3, size, size)
        for name, module in model.stages.named_children():
            x = module(x)
            found[name] = x.shape[-1]
    return [found[name] for name in ("conv1", "pool1", "conv2", "pool2", "conv5", "pool5")]


def on_meta(**options):
    with torch.device("meta"):
        return build("alexnet", **options)


def test_neurons_are_counted_beside_the_papers(costs):
    neurons = Neurons(costs)

    numbers = neurons.numbers()

    assert list(neurons.counted.values()) == [layer["neurons"] for layer in
                                              FACTS["two_tower_grouped"]["layers"].values()]
    assert neurons.differing == ["conv1"]
    assert (numbers["conv1"], numbers["printed_conv1"]) == ("290,400", "253,440")
    assert numbers["missing"] == "36,960"
    assert (numbers["total"], numbers["printed_total"]) == ("659,272", "622,312")
    assert (numbers["off"], numbers["printed_off"]) == pytest.approx((1.4264, -4.2597), abs=1e-3)
    assert [line.split() for line in neurons.table().splitlines()[-2:]] == [
        ["conv1-5", "613,120", "650,080"], ["all", "622,312", "659,272"]]
    assert numbers["convolutions"] == "650,080"


def test_a_shape_table_and_captured_activations_have_the_published_sizes():
    model, layers = on_meta(), FACTS["two_tower_grouped"]["layers"]
    sizes = {name: tuple(fact.get("out", [fact["neurons"]])) for name, fact in layers.items()}
    lines = {line.split()[0].rpartition(".")[2]: line.split() for line in
             shape_table(model, (3, 224, 224)).splitlines()[1:]}

    seen = capture_activations(model, torch.empty(2, 3, 224, 224), list(layers))

    assert {name: tuple(maps.shape[1:]) for name, maps in seen.items()} == sizes
    assert {name: lines[name][-3:] for name in layers} == {
        name: ["×".join(map(str, sizes[name])), f"{fact['params']:,}", f"{fact['macs']:,}"]
        for name, fact in layers.items()}


def test_the_caption_s_neurons_and_pixels_are_those_printed():
    caption = FACTS["neurons_paper_caption"]

    assert list(PRINTED.values()) == caption["list"]
    assert sum(PRINTED.values()) == caption["sum"]
    assert prod(on_meta().reads) == caption["input"]


def test_neurons_of_another_network_are_refused():
    with torch.device("meta"):
        other = layer_costs(build("four_layer"), (3, 32, 32))

    with pytest.raises(ValueError, match=r"Fig\. 2 has the layers conv1, .*, not conv1, conv2, conv3, fc4"):
        Neurons(other)


def test_net_147_shrinks_as_its_configuration_says():
    assert sides(disjoint_pooling(on_meta())) == [55, 28, 26, 13, 11, 6]


def test_without_the_two_paddings_the_last_map_is_another_unless_sizes_are_rounded_down():
    assert sides(disjoint_pooling(on_meta(), paddings=False)) == [55, 28, 28, 14, 14, 7]
    assert sides(disjoint_pooling(on_meta(), paddings=False, ceil=False)) == sides(on_meta()) == [
        55, 27, 27, 13, 13, 6]


def test_net_147_has_the_parameters_of_145_and_fewer_products(costs):
    model = disjoint_pooling(on_meta())

    apart = {layer.short: layer.macs for layer in layer_costs(model, (3, 224, 224))}

    assert count_parameters(model) == FACTS["two_tower_grouped"]["params_total"]
    assert apart["conv2"] == 26**2 * 256 * 48 * 25
    assert apart["conv5"] == 11**2 * 256 * 192 * 9
    assert {layer.short: layer.macs for layer in costs if layer.macs != apart[layer.short]}.keys() == {
        "conv2", "conv5"}


def test_a_layer_that_is_left_out_cannot_change():
    with pytest.raises(ValueError, match="has no conv5"):
        disjoint_pooling(on_meta(without=["conv5"]))


def test_another_network_is_not_pooled_otherwise():
    with pytest.raises(ValueError, match="Linear is no AlexNet of this course"):
        disjoint_pooling(nn.Linear(2, 2))


class Slow(nn.Module):
    """Waits."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    def forward(self, x):
        time.sleep(self.seconds)
        return x


def test_time_is_given_to_the_module_that_takes_it():
    chain = nn.Sequential(Slow(0.02), nn.Sequential(Slow(0.06), nn.Identity())).train()

    seconds = layer_seconds(chain, torch.zeros(1, 1), repeats=3)

    assert list(seconds) == ["0", "1.0", "1.1"]
    assert 0.02 <= seconds["0"] < seconds["1.0"]
    assert seconds["1.0"] >= 0.06
    assert seconds["1.1"] < 0.01
    assert chain.training


def test_a_module_that_runs_twice_counts_twice():
    slow = Slow(0.02)

    assert 0.04 <= layer_seconds(nn.Sequential(slow, slow), torch.zeros(1, 1), repeats=1)["0"] < 0.2


def test_no_pass_has_no_time():
    with pytest.raises(ValueError, match="repeats is at least 1, not 0"):
        layer_seconds(nn.Identity(), torch.zeros(1, 1), repeats=0)


def test_shares_of_time_stand_beside_shares_of_work(costs):
    timed = Timed(costs, {layer.name: 3.0 if layer.short == "conv1" else 1.0 for layer in costs})
    macs = FACTS["two_tower_grouped"]["layers"]

    assert list(timed.rows) == [*macs, "norms", "pooling", "the rest"]
    assert sum(work for work, _ in timed.rows.values()) == pytest.approx(1)
    assert sum(time for _, time in timed.rows.values()) == pytest.approx(1)
    assert timed.rows["conv1"][1] == pytest.approx(3 / (len(costs) + 2))
    assert timed.rows["conv2"][0] == pytest.approx(macs["conv2"]["macs"] / 724_406_816)
    assert (timed.rows["norms"][1], timed.rows["pooling"][1]) == pytest.approx(
        (2 / (len(costs) + 2), 3 / (len(costs) + 2)))
    assert timed.linear == pytest.approx(3 / (len(costs) + 2))
    assert timed.numbers()["the_rest_work"] == 0


def test_a_layer_without_a_time_is_refused(costs):
    with pytest.raises(ValueError, match=r"no time of stages\.conv1, .*head\.fc8"):
        Timed(costs, {})
