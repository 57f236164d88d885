"""What two GPUs say to each other, and how much arithmetic it was: against a ring simulated step by step, the
sizes of the paper's layers and PyTorch's count."""
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from cvlib import cost
from cvlib.analysis import Effort, Exchange
from cvlib.models.alexnet import alexnet, alexnet_half
from cvlib.models.two_gpu import TwoGPUAlexNet

SMALL = Exchange({"conv3": 400, "fc6": 100}, {"conv1": 10, "conv3": 30, "fc6": 500}, batch=8)


def ring(gradients):
    """An all-reduce in a ring, by hand: (sum on every GPU, floats sent by all of them)."""
    k = len(gradients)
    parts = [list(np.array_split(gradient.astype(float), k)) for gradient in gradients]
    sent = 0
    for phase, add in ((0, True), (1, False)):
        for step in range(k - 1):
            moves = [(gpu, (gpu + phase - step) % k) for gpu in range(k)]
            moved = [(gpu, part, parts[gpu][part].copy()) for gpu, part in moves]
            for gpu, part, values in moved:
                there = parts[(gpu + 1) % k]
                there[part] = there[part] + values if add else values
                sent += len(values)
    return [np.concatenate(own) for own in parts], sent


@pytest.mark.parametrize("gpus", [2, 3, 5])
def test_data_parallel_sends_what_a_ring_sends(gpus):
    gradients = [np.arange(540.0) * (gpu + 1) for gpu in range(gpus)]
    summed, floats = ring(gradients)

    for own in summed:
        np.testing.assert_allclose(own, sum(gradients))
    assert replace(SMALL, gpus=gpus).by_pictures() == 4 * floats


def test_layers_and_pictures_are_counted_in_parts():
    assert (SMALL.by_layers(), SMALL.by_layers("conv"), SMALL.by_layers("fc")) == (4000, 3200, 800)
    assert SMALL.by_layers("conv", batch=1) == 400
    assert (SMALL.by_pictures("conv"), SMALL.by_pictures("fc")) == (2 * 4 * 40, 2 * 4 * 500)
    assert SMALL.mixed() == 320 + 800


def test_at_the_crossover_both_ways_send_alike():
    for part in ("", "conv", "fc"):
        assert SMALL.crossover(part) * SMALL.by_layers(part, 1) == pytest.approx(SMALL.by_pictures(part))
    assert SMALL.numbers()["conv_crossover"] == pytest.approx(0.8)


def test_one_gpu_has_no_exchange():
    with pytest.raises(ValueError, match="nobody to talk to"):
        replace(SMALL, gpus=1)


def test_the_paper_s_network_at_its_batch():
    """By hand: conv3 reads 13 x 13 x 128 of the other tower, fc6 6 x 6 x 128, fc7 2048 twice, fc8 once."""
    with torch.device("meta"):
        two, costs = TwoGPUAlexNet(("meta", "meta")), cost.layer_costs(alexnet(), (3, 224, 224))
    two(torch.empty(1, 3, 224, 224)).sum().backward()
    sent = {name: two.traffic.forward[name] + two.traffic.back[name] for name in two.traffic.forward}

    told = Exchange(sent, {layer.short: layer.parameters for layer in costs}).numbers()

    floats = 2 * 13 * 13 * 128 + 2 * 6 * 6 * 128 + 2 * 2048 + 2048
    assert told["layers_mb"] == pytest.approx(128 * 2 * 4 * floats / 1e6)
    assert told["pictures_mb"] == pytest.approx(8 * 60_965_224 / 1e6)
    assert told["fc_pictures_mb"] == pytest.approx(8 * (37_752_832 + 16_781_312 + 4_097_000) / 1e6)
    assert told["conv_layers_mb"] > told["conv_pictures_mb"]
    assert told["mixed_mb"] < min(told["layers_mb"], told["pictures_mb"])


def test_a_training_s_arithmetic_and_its_share_of_the_peak():
    """10 MACs forward, 20 back but for 2: 28 MACs, 56 operations, 100 pictures 3 times."""
    effort = Effort(10, 2, pictures=100, epochs=3, peak=1.0, days=(0.5, 1.0))

    told = effort.numbers()

    assert effort.flops == 56 * 300
    assert told["share_low"] == pytest.approx(100 * 56 * 300 / 86_400)
    assert told["share_high"] == pytest.approx(2 * told["share_low"])
    assert told["per_second_high"] == pytest.approx(300 / 43_200)
    assert told["picture_gflops"] == pytest.approx(56e-9)


def test_forward_and_backward_are_what_pytorch_counts():
    """Without LRN, which it counts too, and without groups, whose weights' gradients it counts as if there
    were none. No gradient of the picture is computed."""
    with torch.device("meta"):
        model = alexnet_half()
        model.stages.norm1, model.stages.norm2 = torch.nn.Identity(), torch.nn.Identity()
        costs = {layer.short: layer.macs for layer in cost.layer_costs(model, (3, 224, 224))}
        with FlopCounterMode(display=False) as counter:
            model(torch.empty(1, 3, 224, 224)).sum().backward()

    effort = Effort(sum(costs.values()), costs["conv1"], 1, 1, 1.0, (1, 1))

    assert effort.flops == counter.get_total_flops()
