"""The studies of the rivals: what they compare, and that no recipe of theirs fails on its network."""
from dataclasses import replace

import pytest
import torch

import cvlib
from cvlib.optim import parameter_groups
from cvlib.studies import get_plan

STUDIES = ("degradation", "families", "recipes", "roadmap", "shortcuts")


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
