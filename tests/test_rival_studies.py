"""The studies of the rivals: what they compare, and that no recipe of theirs fails on its network."""
from dataclasses import replace

import pytest
import torch

import cvlib
from cvlib.optim import parameter_groups
from cvlib.recipes import get_recipe
from cvlib.studies import get_plan

STUDIES = ("degradation", "families", "four", "recipes", "roadmap", "shortcuts")


@pytest.mark.parametrize("name", STUDIES)
def test_every_network_of_a_study_reads_its_pictures_and_has_what_its_recipe_s_groups_name(name):
    for recipe in {run.recipe for run in get_plan(name).runs}:
        cvlib.models.check(recipe.model, recipe.image_size, **recipe.model_options)
        with torch.device("meta"):
            assert parameter_groups(cvlib.models.build(recipe.model, **recipe.model_options), recipe)


def test_plain_and_residual_networks_of_the_study_differ_in_nothing_but_shortcuts_and_depth():
    recipes = {run.recipe for run in get_plan("degradation").runs}

    assert {recipe.model for recipe in recipes} == {"plain20_cifar", "plain56_cifar", "resnet20_cifar",
                                                    "resnet56_cifar"}
    assert len({replace(recipe, name="x", model="x") for recipe in recipes}) == 1


def test_the_base_of_the_study_of_shortcuts_is_a_run_of_degradation():
    base = {replace(run.recipe, name="x") for run in get_plan("degradation").runs
            if run.factors == {"residual": 1, "deep": 0}}

    others = {replace(run.recipe, name="x", model_options={"width": 8})
              for run in get_plan("shortcuts").runs}

    assert others == base
    assert {run.recipe.model_options["shortcut"] for run in get_plan("shortcuts").runs} == {"B", "C"}


def test_the_road_has_each_step_once_and_its_ends_three_times_by_one_recipe():
    runs = get_plan("roadmap").runs
    steps = [run.recipe.model_options["step"] for run in runs]

    assert {step: steps.count(step) for step in steps} == {0: 3, 12: 3} | dict.fromkeys(range(1, 12), 1)
    assert len({replace(run.recipe, name="x", model_options={}, groups=()) for run in runs}) == 1
    assert all(run.blocks["step"] == step for run, step in zip(runs, steps, strict=True))


def test_the_old_recipe_trains_the_network_at_which_the_road_begins():
    old, new = (get_plan(name).runs[0].recipe for name in ("recipes", "roadmap"))

    assert old.model_options.items() <= new.model_options.items()
    assert (old.optimizer, new.optimizer) == ("sgd", "adamw")


def test_the_families_meet_under_both_kinds_of_recipe_with_the_same_seeds():
    runs = get_plan("families").runs

    assert len({(run.blocks["family"], run.blocks["kind"], run.seed) for run in runs}) == len(runs) == 24


def test_the_four_networks_differ_in_nothing_but_themselves_and_alexnet_s_pixels():
    recipes = {run.recipe.model: run.recipe for run in get_plan("four").runs}

    assert set(recipes) == {"alexnet", "vgg19", "resnet152", "convnext_tiny"}
    assert len({replace(recipe, name="x", model="x", model_options={}, image_size=64)
                for recipe in recipes.values()}) == 1
    assert {recipe.image_size for model, recipe in recipes.items() if model != "alexnet"} == {64}


@pytest.mark.parametrize("run", get_plan("four").runs, ids=lambda run: run.recipe.model)
def test_at_its_size_each_of_the_four_ends_in_a_map_of_2x2(run):
    assert last_map(run.recipe.model, run.recipe.image_size) == (2, 2)


def test_alexnet_with_a_pixel_less_ends_in_one_place():
    assert last_map("alexnet", get_recipe("alexnet_full").image_size - 1) == (1, 1)


def last_map(name, size):
    options = {"image_size": size} if "image_size" in cvlib.models.options_of(name) else {}
    with torch.device("meta"):
        model = cvlib.create_model(name, num_classes=6, **options)
        return tuple(model.stages(model.stem(torch.empty(1, 3, size, size))).shape[2:])
