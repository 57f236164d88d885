"""A training run between two epochs, in one file that is replaced as a whole. No pickle.

It holds the model with its buffers, the optimizer, and ``progress``: recipe, seed, history and loss scale.
The learning rate is a function of recipe and step, and an epoch's random numbers are one of seed and epoch
(`cvlib.train`), so schedule and random states are in there too.
"""
import json
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from cvlib.atomic import replaced

__all__ = ["CHECKPOINT", "load_checkpoint", "read_progress", "save_checkpoint"]

CHECKPOINT = "checkpoint.safetensors"  # its name in a run's folder


def save_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, progress: dict) -> None:
    """Model, optimizer and ``progress`` (anything JSON can hold) into ``path``."""
    state = optimizer.state_dict()
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for index, slots in state["state"].items():
        tensors |= {f"optimizer.{index}.{slot}": value for slot, value in slots.items()}
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    header = {"progress": json.dumps(progress), "param_groups": json.dumps(state["param_groups"])}
    with replaced(path) as temporary:
        save_file(tensors, temporary, header)


def read_progress(path: Path) -> dict:
    """What `save_checkpoint` was given as ``progress``."""
    with safe_open(path, "pt") as file:
        return json.loads(file.metadata()["progress"])


def load_checkpoint(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Put ``path`` into ``model`` and ``optimizer``, which must be built as the saved ones were."""
    weights, slots = {}, {}
    for name, tensor in load_file(path).items():
        owner, _, rest = name.partition(".")
        if owner == "model":
            weights[rest] = tensor
        else:
            index, slot = rest.split(".")
            slots.setdefault(int(index), {})[slot] = tensor
    model.load_state_dict(weights)
    with safe_open(path, "pt") as file:
        groups = json.loads(file.metadata()["param_groups"])
    optimizer.load_state_dict({"state": slots, "param_groups": groups})
