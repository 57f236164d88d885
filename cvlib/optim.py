"""Optimizers from recipes; learning-rate schedules as plain functions."""
from fnmatch import fnmatchcase
from math import cos, pi

import torch
from torch import nn

from cvlib.recipes import Cosine, Group, Levels, Linear, Recipe, Steps

__all__ = ["PaperSGD", "build_optimizer", "factor_at", "lr_at", "parameter_groups", "set_rates"]

FUSED = {"cpu", "cuda", "mps"}  # where one kernel moves all parameters: 11 times as fast at AlexNet's size


class PaperSGD(torch.optim.Optimizer):
    """v <- momentum v - weight_decay lr w - lr g, then w <- w + v (AlexNet paper, Sec. 5;
    weights.cu:192-195).

    The rate stands inside the velocity. While it is constant these are `torch.optim.SGD`'s steps; after a cut
    torch's shrink at once, these by ``momentum`` a step, since what was gathered at the old rate goes on. A
    group whose rate is 0 stands still, its velocity too (weights.cu:148).
    """

    def __init__(self, params, lr: float, momentum: float = 0.9, weight_decay: float = 0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Move each parameter that has a gradient; returns what ``closure``, if any, returns."""
        with torch.enable_grad():
            loss = closure() if closure else None
        for group in self.param_groups:
            for parameter in group["params"] if group["lr"] else ():
                if parameter.grad is not None:
                    self._move(parameter, group)
        return loss

    def _move(self, parameter: nn.Parameter, group: dict) -> None:
        state, lr = self.state[parameter], group["lr"]
        if not state:
            state["velocity"] = torch.zeros_like(parameter)
        velocity = state["velocity"].mul_(group["momentum"])
        velocity.add_(parameter, alpha=-lr * group["weight_decay"]).add_(parameter.grad, alpha=-lr)
        parameter.add_(velocity)


def set_rates(optimizer: torch.optim.Optimizer, recipe: Recipe, step: int, steps_per_epoch: int) -> float:
    """Give each of the optimizer's groups, made by `parameter_groups`, its rate at that step; returns the
    recipe's own."""
    own = {group.pattern: group.schedule for group in recipe.groups}
    lr = lr_at(recipe, step, steps_per_epoch)
    for group in optimizer.param_groups:
        schedule = own.get(group.get("pattern"))
        rate = lr_at(recipe, step, steps_per_epoch, schedule) if schedule else lr
        group["lr"] = rate * group["lr_factor"]
    return lr


def lr_at(recipe: Recipe, step: int, steps_per_epoch: int, schedule=None) -> float:
    """The recipe's learning rate at optimizer step ``step``, counted from 0 over the whole run, or what it
    would be by another ``schedule``."""
    total, warmup = recipe.epochs * steps_per_epoch, recipe.warmup_epochs * steps_per_epoch
    if step < warmup:
        return recipe.lr * (step + 1) / (warmup + 1)
    done = (step - warmup) / max(1, total - warmup)
    return recipe.lr * factor_at(schedule or recipe.schedule, done, step / steps_per_epoch)


def factor_at(schedule, done: float, epochs: float) -> float:
    """What multiplies the rate once the share ``done`` (0 ... 1) of the run after its warm-up is over, and
    ``epochs`` of the whole run are."""
    if isinstance(schedule, Steps):
        return schedule.factor ** sum(epochs >= at for at in schedule.at)
    if isinstance(schedule, Levels):
        return ([1.0] + [to for at, to in zip(schedule.at, schedule.to, strict=True) if epochs >= at])[-1]
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
    return [{"params": found, "pattern": group.pattern, "lr_factor": group.lr_factor,
             "lr": recipe.lr * group.lr_factor,
             "weight_decay": recipe.weight_decay if group.weight_decay is None else group.weight_decay}
            for group, found in zip(wanted, members, strict=True) if found]


def build_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """SGD with momentum, torch's or the paper's, Adam or AdamW over `parameter_groups`, which says what
    raises ValueError."""
    groups = parameter_groups(model, recipe)
    fused = {parameter.device.type for group in groups for parameter in group["params"]} <= FUSED
    if recipe.optimizer == "sgd":
        return torch.optim.SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=recipe.nesterov,
                               weight_decay=recipe.weight_decay, fused=fused)
    if recipe.optimizer == "paper_sgd":
        return PaperSGD(groups, lr=recipe.lr, momentum=recipe.momentum, weight_decay=recipe.weight_decay)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[recipe.optimizer]
    return kind(groups, lr=recipe.lr, betas=recipe.betas, eps=recipe.eps, weight_decay=recipe.weight_decay,
                fused=fused)
