"""A training run between two epochs, in one file that is replaced as a whole. No pickle.

It holds the model with its buffers, the averaged weights where there are some, the optimizer, and
``progress``: data, recipe, seed, history, loss scale, sittings. The learning rate is a function of recipe and
step, and an epoch's random numbers are one of seed and epoch (`cvlib.train`), so neither is stored.
"""
import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import Dataset, TensorDataset

from cvlib.recipes import differences
from cvlib.tensors import load_tensors, read_text, save_tensors

__all__ = ["CHECKPOINT", "check_same", "content_of", "load_checkpoint", "read_progress", "save_checkpoint"]

CHECKPOINT = "checkpoint.safetensors"  # its name in a run's folder


def save_checkpoint(path: Path, modules: dict[str, nn.Module], optimizer: torch.optim.Optimizer,
                    progress: dict) -> None:
    """``modules`` by name, the optimizer and ``progress`` (anything JSON can hold) into ``path``."""
    state = optimizer.state_dict()
    tensors = {f"{owner}.{name}": tensor for owner, module in modules.items()
               for name, tensor in module.state_dict().items()}
    for index, slots in state["state"].items():
        tensors |= {f"optimizer.{index}.{slot}": value for slot, value in slots.items()}
    save_tensors(path, tensors, {"progress": json.dumps(progress),
                                 "param_groups": json.dumps(state["param_groups"])})


def read_progress(path: Path) -> dict[str, Any]:
    """What `save_checkpoint` was given as ``progress``; raises ValueError that says what to do with a file
    that is none."""
    try:
        progress = json.loads(read_text(path)["progress"])
        return {name: progress[name] for name in ("data", "recipe", "seed", "history")} | progress
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no checkpoint that can be read ({error}): delete it, and the run starts "
                         "again from its first epoch") from error


def load_checkpoint(path: Path, modules: dict[str, nn.Module], optimizer: torch.optim.Optimizer) -> None:
    """Put ``path`` into ``modules`` and ``optimizer``, which must be built as the saved ones were; raises
    ValueError where they are not."""
    states: dict[str, dict] = {owner: {} for owner in modules}
    slots: dict[int, dict] = {}
    try:
        for name, tensor in load_tensors(path).items():
            owner, _, rest = name.partition(".")
            if owner == "optimizer":
                index, slot = rest.split(".")
                slots.setdefault(int(index), {})[slot] = tensor
            else:
                states[owner][rest] = tensor
        groups = json.loads(read_text(path)["param_groups"])
        for owner, module in modules.items():
            module.load_state_dict(states[owner])
        optimizer.load_state_dict({"state": slots, "param_groups": groups})
        _lay_out_alike(optimizer)
    except (KeyError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path} does not fit this network ({error}): delete it, and the run starts again "
                         "from its first epoch") from error


def _lay_out_alike(optimizer: torch.optim.Optimizer) -> None:
    """Give momenta the memory format of their parameters: a fused optimizer walks both as plain memory."""
    for parameter, slots in optimizer.state.items():
        for name, value in slots.items():
            if torch.is_tensor(value) and value.shape == parameter.shape:
                slots[name] = torch.empty_like(parameter, dtype=value.dtype).copy_(value)


def content_of(dataset: Dataset) -> dict[str, Any]:
    """What tells a data set from another: its own ``content``, the bytes of a TensorDataset, else its size.
    """
    if hasattr(dataset, "content"):
        return dataset.content
    if isinstance(dataset, TensorDataset):
        digest = hashlib.sha256()
        for tensor in dataset.tensors:
            digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
        return {"hash": digest.hexdigest()[:16], "size": len(dataset)}
    return {"size": len(dataset)}


def check_same(folder: Path, before: dict, now: dict) -> None:
    """Raise ValueError that names each field in which two runs' ``data`` (by split), ``recipe`` and ``seed``
    differ."""
    found = [f"data: {text}" for text in _data_differences(before["data"], now["data"])]
    found += differences(before["recipe"], now["recipe"])
    if before["seed"] != now["seed"]:
        found.append(f"seed {before['seed']}, now {now['seed']}")
    if found:
        raise ValueError(f"{folder} holds another run: " + "; ".join(found) + ". Choose another --out, or "
                         "delete that folder")


def _data_differences(before: dict, now: dict) -> list[str]:
    """Each once, whatever the number of splits that have it."""
    texts = []
    for split in now:
        was, this = before.get(split, {}), now[split]
        texts += [f"{name} {_short(was.get(name))}, now {_short(this.get(name))}"
                  for name in sorted(was.keys() | this.keys()) if was.get(name) != this.get(name)]
    return list(dict.fromkeys(texts))


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
