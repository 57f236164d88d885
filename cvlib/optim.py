"""Optimizers from recipes; learning-rate schedules as plain functions."""
from math import cos, pi

import torch
from torch import nn

from cvlib.recipes import Recipe

__all__ = ["build_optimizer", "lr_at"]

FALLS = {  # share of the run that is over (0 ... 1) -> factor of the learning rate
    "constant": lambda done: 1.0,
    "linear": lambda done: 1.0 - done,
    "cosine": lambda done: 0.5 * (1 + cos(pi * done)),
}


def lr_at(recipe: Recipe, step: int, steps_per_epoch: int) -> float:
    """The learning rate of optimizer step ``step``, counted from 0 over the whole run."""
    total, warmup = recipe.epochs * steps_per_epoch, recipe.warmup_epochs * steps_per_epoch
    if step < warmup:
        return recipe.lr * (step + 1) / (warmup + 1)
    return recipe.lr * FALLS[recipe.schedule]((step - warmup) / max(1, total - warmup))


def build_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """SGD with momentum, or Adam; one rate and one decay for every parameter (AlexNet paper, Sec. 5)."""
    if recipe.optimizer == "adam":
        return torch.optim.Adam(model.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay)
    return torch.optim.SGD(model.parameters(), lr=recipe.lr, momentum=recipe.momentum,
                           weight_decay=recipe.weight_decay)
