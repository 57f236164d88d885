"""What chapter 07 says of masked networks and their averages, and of how long networks with dropout take."""
import json
import re
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy import special, stats
from torch import nn

import cvlib
from cvlib import probe
from cvlib.analysis import Masked, Pace
from cvlib.studies import Factor, StudyPlan, factorial_runs
from cvlib.studies.study import Study
from cvlib.widgets import Masks


@pytest.fixture(scope="module")
def asked():
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(60, 40, 6))
    return Masked(special.log_softmax(logits, -1), special.log_softmax(logits.mean(0), -1),
                  generator.integers(0, 6, 40))


def test_means_are_those_of_probabilities_and_of_scipy_s_geometric_mean(asked):
    probabilities = np.exp(asked.sampled)
    geometric = stats.gmean(probabilities, axis=0)

    assert np.exp(asked.arithmetic()) == pytest.approx(probabilities.mean(0))
    assert np.exp(asked.geometric()) == pytest.approx(geometric / geometric.sum(-1, keepdims=True))
    assert asked.apart() == pytest.approx(0, abs=1e-12)
    assert asked.numbers()["agree"] == 100


def test_losses_are_the_means_over_all_whole_groups(asked):
    by_hand = [asked.loss(asked.arithmetic(slice(start, start + 25))) for start in (0, 25)]

    assert asked.losses([25], "arithmetic") == pytest.approx([np.mean(by_hand)])
    assert asked.losses([1, 60], "geometric")[1] == pytest.approx(asked.loss(asked.whole))
    assert asked.numbers()["single_loss"] == pytest.approx(
        -asked.sampled[:, np.arange(40), asked.labels].mean())


def test_answers_to_other_pictures_are_refused(asked):
    with pytest.raises(ValueError, match="not of the same pictures"):
        Masked(asked.sampled, asked.whole[:5], asked.labels)


def test_all_masks_of_one_layer_are_the_network_with_halved_outputs():
    torch.manual_seed(0)
    hidden, last = torch.rand(4, 8), nn.Linear(8, 6)
    masks = torch.tensor(list(product((0.0, 1.0), repeat=8)))

    with torch.no_grad():
        masked, halved = (last(units).log_softmax(-1) for units in (masks[:, None] * hidden, hidden / 2))

    assert Masked(masked, halved, np.zeros(4, int)).apart() == pytest.approx(0, abs=1e-6)


@pytest.fixture(scope="module")
def small():
    torch.manual_seed(0)
    return cvlib.create_model("alexnet_third", num_classes=6), 60 * torch.randn(3, 3, 56, 56)


def test_masks_follow_from_the_seed_and_leave_the_network_and_the_generator_as_they_were(small):
    model, images = small
    model.train()
    before = torch.random.get_rng_state()

    first, again, other = (probe.masked_answers(model, images, 5, seed=seed) for seed in (1, 1, 2))

    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert model.training
    assert model.head.drop6.p == 0.5
    torch.testing.assert_close(first.exp().sum(-1), torch.ones(5, 3))


def test_without_a_rate_nothing_is_dropped_and_with_one_masks_differ_from_picture_to_picture(small):
    model, images = small
    alike = images[:1].expand(2, -1, -1, -1)

    whole = model.eval()(images).log_softmax(1).detach()

    torch.testing.assert_close(probe.masked_answers(model, images, 1, rate=0.0)[0], whole)
    assert not torch.equal(*probe.masked_answers(model, alike, 1)[0])
    with pytest.raises(ValueError, match="drops nothing"):
        probe.masked_answers(cvlib.create_model("alexnet_third", dropout=False), images, 1)


def history(run):
    """40 epochs in which the error halves every two, or every four with a high; a seed is a little slower."""
    pace = (4.0 if run.factors["a"] else 2.0) * (1 + 0.01 * run.seed)
    return [{"val_accuracy": 1 - 0.8 * 2 ** (-epoch / pace)} for epoch in range(1, 41)]


@pytest.fixture
def study():
    factors = [Factor("a", high={"lr": 0.02}), Factor("b", high={"weight_decay": 0.1})]
    planned = factorial_runs(cvlib.get_recipe("alexnet_quick"), factors, seeds=(0, 1))
    plan = StudyPlan(name="paces", question="?", runs=planned, factors=tuple(factors))
    data = {"name": "scenes", "hash": "0"}
    runs = [SimpleNamespace(history=history(run), data=data, split="val") for run in planned]
    return Study(plan, tuple(planned), tuple(runs))


def test_a_part_that_halves_the_pace_doubles_the_epochs(study):
    pace = Pace(study)

    assert pace.factor("a").mean == pytest.approx(2, rel=0.05)
    assert pace.factor("b").mean == pytest.approx(1, rel=0.01)
    assert pace.factor("a").low <= pace.factor("a").mean <= pace.factor("a").high
    assert max(pace.epochs) < np.inf
    assert pace.says("a").startswith(f"{pace.factor('a').mean:.2f} times as many epochs (")
    assert pace.numbers()["runs"] == 8


def test_before_there_are_runs_it_says_so(study):
    empty = Pace(Study(study.plan, (), ()))

    assert empty.says("a") == "not run yet"
    assert empty.numbers() == {"runs": 0}


MASKS = Masks("lab-test", "share", "Masks & what they say", [[0.5, 0.5], [0.1, 0.9]], 0.5, ["none", "half"],
              start=1)


def test_a_dot_stands_at_its_probability_and_the_script_moves_it():
    html = MASKS._repr_html_()
    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])

    assert states == [MASKS.state(0), MASKS.state(1)]
    places = [float(mark["cx"]) for mark in states[1]["after"]]
    assert places == pytest.approx([20 + 0.1 * 520, 20 + 0.9 * 520])
    assert html.count('class="after"') == 2
    assert MASKS.table()[1][1] == ["half", "0.10", "0.90", "0.90"]
    assert repr(MASKS) == "<widget lab-test: 2 rates of 2 masks>"


@pytest.mark.parametrize(("shares", "said"), [([[0.5]], "2 lines for 1 rates"),
                                              ([[0.5], [1.5]], "probabilities")])
def test_masks_that_do_not_fit_are_refused(shares, said):
    with pytest.raises(ValueError, match=said):
        Masks("x", "y", "z", shares, 0.5, ["a", "b"])
