"""Recipes are checked before any work, and reach the optimizer."""
from dataclasses import FrozenInstanceError, replace

import pytest
import torch

import cvlib
from cvlib import recipes
from cvlib.data import augment
from cvlib.optim import build_optimizer, lr_at
from cvlib.recipes import RECIPES

RECIPE = cvlib.Recipe(name="test", model="alexnet_mini", image_size=64, epochs=4, batch_size=8, lr=0.1)


@pytest.mark.parametrize("name", RECIPES)
def test_a_named_recipe_names_itself_and_a_network_that_exists(name):
    recipe = cvlib.get_recipe(name)

    assert recipe.name == name
    assert recipe.model in cvlib.list_models()


@pytest.mark.parametrize("change", [{"epochs": 0}, {"lr": -1.0}, {"momentum": 1.0}, {"optimizer": "sdg"},
                                    {"schedule": "step"}, {"precision": "half"}, {"weight_decay": -1e-4},
                                    {"warmup_epochs": 9}, {"augment": ("crops",)}])
def test_a_bad_value_is_refused_by_its_name(change):
    with pytest.raises(ValueError, match=next(iter(change)).split("_")[0]):
        replace(RECIPE, **change)


def test_recipes_and_the_preprocessing_know_the_same_augmentations():
    assert recipes.AUGMENTATIONS == augment.AUGMENTATIONS


def test_a_recipe_cannot_be_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        RECIPE.lr = 1.0
    with pytest.raises(TypeError):
        RECIPE.model_options["image_size"] = 32


def test_an_unknown_recipe_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean alexnet_mini"):
        cvlib.get_recipe("alexnet-mini")


@pytest.mark.parametrize(("schedule", "expected"), [
    ("constant", [0.1, 0.1, 0.1]), ("linear", [0.1, 0.05, 0.0]), ("cosine", [0.1, 0.05, 0.0]),
])
def test_schedules_by_value_at_start_middle_and_end(schedule, expected):
    recipe = replace(RECIPE, schedule=schedule)

    assert [lr_at(recipe, step, 10) for step in (0, 20, 40)] == pytest.approx(expected)


def test_the_warm_up_rises_to_the_full_rate():
    recipe = replace(RECIPE, warmup_epochs=1)
    rates = [lr_at(recipe, step, 10) for step in range(11)]

    assert rates == sorted(rates)
    assert rates[10] == recipe.lr
    assert rates[0] < recipe.lr / 10


@pytest.mark.parametrize(("name", "kind"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam)])
def test_the_recipe_reaches_the_optimizer(name, kind):
    recipe = replace(RECIPE, optimizer=name, momentum=0.8, weight_decay=0.003)

    optimizer = build_optimizer(torch.nn.Linear(2, 2), recipe)

    assert isinstance(optimizer, kind)
    assert optimizer.defaults["lr"] == 0.1
    assert optimizer.defaults["weight_decay"] == 0.003
    if name == "sgd":
        assert optimizer.defaults["momentum"] == 0.8
