"""The paper's SGD, whose velocity holds the rate, beside torch's: rules written out, and what a cut does."""
import numpy as np
import pytest
import torch
from torch import nn

import cvlib
from cvlib.optim import PaperSGD


def written_out(rates, gradients, momentum=0.9, decay=5e-4, start=1.0):
    """Sec. 5 of the AlexNet paper, by hand, and the rule of torch's documentation beside it."""
    paper, torchs, velocity, gathered = start, start, 0.0, 0.0
    for rate, gradient in zip(rates, gradients, strict=True):
        velocity = momentum * velocity - decay * rate * paper - rate * gradient
        paper += velocity
        gathered = momentum * gathered + gradient + decay * torchs
        torchs -= rate * gathered
    return paper, torchs


@pytest.mark.parametrize("rates", [[0.01] * 30, [0.01] * 15 + [0.001] * 15], ids=["one rate", "a cut"])
def test_both_sgds_are_their_rules_written_out(rates):
    gradients = np.random.default_rng(3).normal(size=30)
    ends = []
    for kind in (PaperSGD, torch.optim.SGD):
        weight = nn.Parameter(torch.ones(1, dtype=torch.float64))
        optimizer = kind([weight], lr=1.0, momentum=0.9, weight_decay=5e-4)
        for rate, gradient in zip(rates, gradients, strict=True):
            optimizer.param_groups[0]["lr"] = rate
            weight.grad = torch.full_like(weight, gradient)
            optimizer.step()
        ends.append(weight.item())

    assert ends == pytest.approx(written_out(rates, gradients), rel=1e-12)
    assert (abs(ends[0] - ends[1]) < 1e-12) == (len(set(rates)) == 1)


def test_a_rate_of_zero_freezes_the_velocity_too():
    weight = nn.Parameter(torch.ones(1))
    optimizer = PaperSGD([weight], lr=0.1)
    for rate in (0.1, 0.0, 0.0, 0.1):
        optimizer.param_groups[0]["lr"] = rate
        weight.grad = torch.ones(1)
        optimizer.step()

    assert weight.item() == pytest.approx(1 - 0.1 - 0.19)  # as if the two steps in between had not been


def test_the_paper_s_rule_has_no_nesterov():
    with pytest.raises(ValueError, match="nesterov is no part of the paper's rule"):
        cvlib.Recipe(name="x", model="alexnet_mini", image_size=64, epochs=4, batch_size=8, lr=0.1,
                     optimizer="paper_sgd", nesterov=True)
