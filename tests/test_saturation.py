"""Epochs to a training error, on histories made by hand; the four-layer network against arithmetic."""
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from drawn import style  # noqa: F401
from studied import record

import cvlib
from cvlib import plot
from cvlib.analysis import Saturation
from cvlib.analysis.trial import Trial, epochs_to
from cvlib.models.four_layer import four_layer
from cvlib.results import save_record
from cvlib.studies import get_plan


@pytest.mark.parametrize(("errors", "epochs"), [
    ((0.5, 0.3, 0.2), 2.5), ((0.5, 0.25, 0.2), 2.0), ((0.2, 0.1), 1.0), ((0.5, 0.3), inf), ((), inf),
    ((0.5, 0.2, 0.4, 0.1), 1 + 5 / 6), ((0.5, 0.5, 0.0), 2.5),
])
def test_epochs_to_a_quarter_are_interpolated_and_censored(errors, epochs):
    assert epochs_to(errors) == pytest.approx(epochs)


def test_interpolation_is_numpys():
    errors = [0.62, 0.47, 0.33, 0.21, 0.1]

    assert epochs_to(errors, 0.4) == pytest.approx(np.interp(-0.4, -np.array(errors), [1, 2, 3, 4, 5]))


def falls(epochs, cap=30):
    """Errors that fall in a straight line from 1 and meet a quarter at ``epochs``."""
    return tuple(max(0.0, 1 - 0.75 * (i - 1) / (epochs - 1)) for i in range(1, cap + 1))


def trials(table):
    return [Trial(activation, rate, seed, falls(epochs))
            for (activation, rate), row in table.items() for seed, epochs in enumerate(row)]


TABLE = {("relu", 0.01): (6, 7, 8), ("relu", 0.1): (5, 40, 50), ("tanh", 0.01): (20, 35, 45),
         ("tanh", 0.1): (21, 24.5, 50)}


def test_the_rate_with_the_smaller_median_is_chosen_with_censored_runs_as_the_longest():
    race = Saturation(trials(TABLE), planned=12)

    numbers = race.numbers()

    assert (race.chosen("relu"), race.chosen("tanh")) == (0.01, 0.1)
    assert race.ratios() == pytest.approx({0: 21 / 6, 1: 24.5 / 7, 2: inf})
    assert (race.median("relu"), race.median("tanh")) == pytest.approx((7, 24.5))
    assert (numbers["runs"], numbers["planned"], numbers["cap"]) == (12, 12, 30)
    assert (numbers["reached"], numbers["censored"]) == (7, 5)
    assert race.finding == "At their best rates tanh needs 3.5 times as many epochs as ReLU"
    assert race.largest == ("At the largest rate, 0.1, 1 of 3 ReLU networks came down to 25 % errors, and 2 "
                            "of 3 with tanh")
    assert race.answer == (
        "ReLU is fastest at rate 0.01, the smallest of 2, with a median of 7.0 epochs (from 6.0 to 8.0 over "
        "3 seeds); of its 6 runs 4 got there within 30 epochs. tanh is fastest at rate 0.1, the largest of "
        "2, with a median of 24.5 epochs (from 21.0 to more than 30 over 3 seeds); of its 6 runs 3 got there "
        "within 30 epochs. At their best rates tanh needs 3.5 times as many epochs as ReLU; seed by seed it "
        "is 3.5 to more than 4.3 times. The paper's figure says six.")


def test_nearly_the_same_epochs_are_about_as_many_and_a_rate_in_the_middle_is_at_no_end():
    race = Saturation(trials({(name, rate): row for name, shift in (("relu", 0), ("tanh", 0.2))
                              for rate, row in ((0.001, (40,)), (0.003, (10 + shift,)), (0.01, (20,)))}),
                      planned=6)

    assert race.finding == "At their best rates tanh needs about as many epochs as ReLU"
    assert "ReLU is fastest at rate 0.003, with a median" in race.answer


def test_the_lines_are_those_of_the_chosen_rate_and_of_the_one_farthest_from_it():
    table = {("relu", 0.001): (6, 7, 8), ("relu", 0.01): (9, 9, 9), ("relu", 0.03): (40, 50, 60),
             ("tanh", 0.001): (50, 60), ("tanh", 0.01): (40, 50)}
    race = Saturation(trials(table), planned=18)

    lines = race.lines()

    assert list(lines) == ["ReLU, 0.001", "ReLU, 0.03", "tanh, 0.001", "tanh, 0.01"]
    assert np.shape(lines["ReLU, 0.001"]) == (3, 30)
    assert lines["tanh, 0.01"][1] == pytest.approx([100 * error for error in falls(50)])


def test_where_no_median_gets_there_no_rate_is_chosen_and_all_are_drawn():
    race = Saturation(trials({("relu", 0.01): (6, 7, 8), ("tanh", 0.01): (40, 50, 20),
                              ("tanh", 0.1): (50, 60, 70)}), planned=18)

    assert race.chosen("tanh") is None
    assert [(trial.rate, trial.seed) for trial in race.curves("tanh")] == [
        (0.01, 0), (0.01, 1), (0.01, 2), (0.1, 0), (0.1, 1), (0.1, 2)]
    assert race.finding == "At their best rates tanh needs more than 4.3 times as many epochs as ReLU"
    assert race.answer.endswith("tanh has no rate at which the median got there: of its 6 runs 1 got there "
                                "within 30 epochs. So far 9 of 18 runs are there.")
    assert race.ratios() == {}


@pytest.mark.parametrize(("table", "finding", "answer"), [
    ({}, "Not run yet", "None of the 18 runs has been made yet."),
    ({("relu", 0.01): (6,)}, "Not run yet",
     "ReLU is fastest at rate 0.01, with a median of 6.0 epochs (one seed); of its 1 runs 1 got there within "
     "30 epochs. tanh has not been run yet. So far 1 of 18 runs are there."),
    ({("relu", 0.01): (40,), ("tanh", 0.01): (9,)}, "No ReLU network got there within 30 epochs",
     "ReLU has no rate at which the median got there: of its 1 runs 0 got there within 30 epochs. tanh is "
     "fastest at rate 0.01, with a median of 9.0 epochs (one seed); of its 1 runs 1 got there within 30 "
     "epochs. So far 2 of 18 runs are there."),
])
def test_a_study_that_lacks_runs_says_so(table, finding, answer):
    race = Saturation(trials(table), planned=18)

    assert (race.finding, race.answer) == (finding, answer)
    assert race.overfit == f"So far {len(race.trials)} of 18 runs are there."
    assert race.largest.startswith("At the largest rate, 0.01" if table else "Not run yet")
    assert len(race.lines()) == len(table)


def test_runs_are_read_from_a_study():
    plan = get_plan("saturation")
    records = [SimpleNamespace(recipe=run.recipe.as_dict(), seed=run.seed,
                               history=[{"train_accuracy": 0.5, "val_accuracy": 0.5},
                                        {"train_accuracy": 0.75, "val_accuracy": 0.6}])
               for run in plan.runs]

    race = Saturation.of(SimpleNamespace(plan=plan, planned=plan.runs, runs=records))

    assert len(race.trials) == race.planned == 18
    assert len(race.rates("relu")) == len(race.rates("tanh")) == 3
    assert race.seeds("tanh", race.rates("tanh")[1]) == {0: 2.0, 1: 2.0, 2: 2.0}
    assert race.ends("relu") == pytest.approx((0.25, 0.4))
    assert race.overfit == (
        "In the last epoch ReLU makes 25 % errors on the pictures that it trains on and 40 % on others, and "
        "tanh makes 25 % errors on the pictures that it trains on and 40 % on others.")


def test_with_all_runs_the_middle_rate_is_chosen_and_every_seed_is_drawn(tmp_path):
    plan = get_plan("saturation")
    needed = {("relu", "0.001"): 24, ("relu", "0.003"): 14, ("relu", "0.01"): 70, ("tanh", "0.001"): 60,
              ("tanh", "0.003"): 15, ("tanh", "0.01"): 18}
    for run in plan.runs:
        errors = falls(needed[run.blocks["activation"], run.blocks["rate"]] + run.seed)
        history = [{"epoch": i, "train_loss": 1.0, "train_accuracy": 1 - error, "val_accuracy": 0.5}
                   for i, error in enumerate(errors, 1)]
        save_record(tmp_path / plan.name / run.name,
                    record(run, study=plan.name, split="val", history=history))

    race = Saturation.of(cvlib.load_study("saturation", out=tmp_path))
    rows = {f"{kind}, {rate:g}": list(race.seeds(kind, rate).values())
            for kind in ("relu", "tanh") for rate in race.rates(kind)}

    assert race.answer == (
        "ReLU is fastest at rate 0.003, with a median of 15.0 epochs (from 14.0 to 16.0 over 3 seeds); of "
        "its 9 runs 6 got there within 30 epochs. tanh is fastest at rate 0.003, with a median of 16.0 "
        "epochs (from 15.0 to 17.0 over 3 seeds); of its 9 runs 6 got there within 30 epochs. At their best "
        "rates tanh needs 1.1 times as many epochs as ReLU; seed by seed it is 1.1 times. The paper's figure "
        "says six.")
    assert race.largest.endswith("0 of 3 ReLU networks came down to 25 % errors, and 3 of 3 with tanh")
    assert "So far" not in race.overfit
    assert {name: np.shape(runs) for name, runs in race.lines().items()} == dict.fromkeys(
        ("ReLU, 0.003", "ReLU, 0.01", "tanh, 0.003", "tanh, 0.01"), (3, 30))
    arrows = [text for text in plot.epochs_needed(rows, cap=race.cap).texts if text.arrow_patch]
    assert (len(rows), len(arrows)) == (6, race.numbers()["censored"]) == (6, 6)


def test_the_plan_changes_the_activation_and_the_rate_alone():
    plan = get_plan("saturation")
    recipes = {run.recipe for run in plan.runs}

    changing = {name for name, value in next(iter(recipes)).as_dict().items()
                if len({str(recipe.as_dict()[name]) for recipe in recipes}) > 1}

    assert changing <= {"name", "model_options", "lr"}
    assert {run.data for run in plan.runs} == {"cifar10_fifth"}
    assert all(recipe.weight_decay == 0 and recipe.augment == () for recipe in recipes)
    assert not plan.test


def test_four_layer_has_the_parameters_and_products_of_its_description():
    layers = ((3, 32, 32), (32, 32, 16), (32, 64, 8))  # maps in, maps out, side
    model = four_layer()

    parameters = sum(25 * before * after + after for before, after, _ in layers) + 64 * 16 * 10 + 10
    macs = sum(25 * before * after * side**2 for before, after, side in layers) + 64 * 16 * 10

    assert cvlib.cost.count_parameters(model) == parameters == 89_578
    assert cvlib.cost.count_macs(model, (3, 32, 32)) == macs
    assert cvlib.cost.count_parameters(four_layer(width=16)) == 1216 + 6416 + 12832 + 5130


@pytest.mark.parametrize(("name", "kind"), [("relu", torch.nn.ReLU), ("tanh", torch.nn.Tanh)])
def test_the_two_networks_start_alike_but_for_the_activation(name, kind):
    torch.manual_seed(0)
    model = four_layer(activation=name)
    torch.manual_seed(0)
    other = four_layer(activation="tanh" if name == "relu" else "relu")

    kinds = [module for module in model.modules() if isinstance(module, kind)]

    assert len(kinds) == 3
    assert all(torch.equal(mine, theirs) for mine, theirs in
               zip(model.state_dict().values(), other.state_dict().values(), strict=True))


def test_pooling_in_front_of_the_activation_changes_nothing():
    model, images = four_layer(activation="tanh").double(), torch.randn(2, 3, 32, 32, dtype=torch.float64)
    x = images
    for i in (1, 2, 3):
        conv, pool, act = (getattr(model.stages, f"{part}{i}") for part in ("conv", "pool", "act"))
        x = pool(act(conv(x)))

    torch.testing.assert_close(model.head(x), model(images), rtol=0, atol=0)


@pytest.mark.parametrize(("options", "said"), [
    ({"activation": "sigmoid"}, "one of relu, tanh, not 'sigmoid'"), ({"image_size": 1}, "1 pixels shrinks"),
])
def test_what_four_layer_cannot_be_is_refused(options, said):
    with pytest.raises(ValueError, match=said):
        four_layer(**options)
