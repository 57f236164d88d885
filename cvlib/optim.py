"""Optimizers from recipes; learning-rate schedules as plain functions."""
from fnmatch import fnmatchcase
from math import cos, pi

import torch
from torch import nn

from cvlib.recipes import Cosine, Group, Linear, Recipe, Steps

__all__ = ["build_optimizer", "factor_at", "lr_at", "parameter_groups"]

FUSED = {"cpu", "cuda", "mps"}  # where one kernel moves all parameters: 11 times as fast at AlexNet's size


def lr_at(recipe: Recipe, step: int, steps_per_epoch: int) -> float:
    """The recipe's learning rate at optimizer step ``step``, counted from 0 over the whole run."""
    total, warmup = recipe.epochs * steps_per_epoch, recipe.warmup_epochs * steps_per_epoch
    if step < warmup:
        return recipe.lr * (step + 1) / (warmup + 1)
    done = (step - warmup) / max(1, total - warmup)
    return recipe.lr * factor_at(recipe.schedule, done, step / steps_per_epoch)


def factor_at(schedule, done: float, epochs: float) -> float:
    """What multiplies the rate once the share ``done`` (0 ... 1) of the run after its warm-up is over, and
    ``epochs`` of the whole run are."""
    if isinstance(schedule, Steps):
        return schedule.factor ** sum(epochs >= at for at in schedule.at)
    if isinstance(schedule, Linear):
        return 1 - (1 - schedule.to) * done
    if isinstance(schedule, Cosine):
        return schedule.to + (1 - schedule.to) * 0.5 * (1 + cos(pi * done))
    return 1.0


def parameter_groups(model: nn.Module, recipe: Recipe) -> list[dict]:
    """One group a pattern of ``recipe.groups`` and one for the rest, each with its ``lr_factor``.

    A parameter belongs to the first pattern that matches its name. Raises ValueError for a pattern that is
    left with none.
    """
    wanted = [*recipe.groups, Group("*")]
    members: list[list] = [[] for _ in wanted]
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            first = next(i for i, group in enumerate(wanted) if fnmatchcase(name, group.pattern))
            members[first].append(parameter)
    idle = [group.pattern for group, found in zip(recipe.groups, members, strict=False) if not found]
    if idle:
        raise ValueError(f"no parameter of {recipe.model} is left for the group {idle[0]!r}: its names are "
                         f"like {', '.join(name for name, _ in list(model.named_parameters())[:4])}")
    return [{"params": found, "lr_factor": group.lr_factor, "lr": recipe.lr * group.lr_factor,
             "weight_decay": recipe.weight_decay if group.weight_decay is None else group.weight_decay}
            for group, found in zip(wanted, members, strict=True) if found]


def build_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """SGD with momentum, Adam or AdamW over `parameter_groups`, which says what raises ValueError."""
    groups = parameter_groups(model, recipe)
    fused = {parameter.device.type for group in groups for parameter in group["params"]} <= FUSED
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=recipe.nesterov,
                               weight_decay=recipe.weight_decay, fused=fused)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe.optimizer]
    return kind(groups, lr=recipe.lr, betas=recipe.betas, eps=recipe.eps, weight_decay=recipe.weight_decay,
                fused=fused)
