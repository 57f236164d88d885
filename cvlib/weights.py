"""Networks with weights in them, and other libraries' weights under our names."""
import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from cvlib.models import build, torchvision_keys
from cvlib.published import FIRST, published_weights
from cvlib.results import find_run
from cvlib.tensors import load_tensors, read_text

__all__ = ["MODEL", "create_model", "fill", "has_classes", "load_torchvision", "network_of", "origin",
           "run_file", "weights_file"]

MODEL = "model.safetensors"
HOW = "A run leaves them: python -m cvlib.run RECIPE --data NAME --seed N --out DIR"


def create_model(name: str, *, num_classes: int = 1000, weights: str | Path | None = None,
                 head: str | None = None, **options) -> nn.Module:
    """A network of `list_models`, built and then filled; ``options`` are its builder's.

    ``weights``: None leaves it as initialised; "torchvision" takes torchvision's IMAGENET1K_V1 weights, from
    its cache or the network, "torchvision:IMAGENET1K_V2" those of that tag; else a .safetensors file, or a
    run by its name or folder. With ``head="new"`` the last layer stays as initialised, for fine-tuning: only
    so may ``num_classes`` be another than the weights have.

    Raises ValueError that lists the nearest names or the tags, or says why the weights do not fit;
    FileNotFoundError where there are none, OSError where torchvision's cannot be fetched.
    """
    if head not in (None, "new"):
        raise ValueError(f"head is None or 'new', not {head!r}")
    model = build(name, num_classes=num_classes, **options)
    tag = _tag(weights)
    if tag:
        fill(model, _renamed(model, published_weights(name, tag).tensors()), str(weights), head=head)
    elif weights is not None:
        path = weights_file(weights)
        made = network_of(path)
        if made not in (None, name):
            raise ValueError(f"{path} holds {made}, not {name}: build that, or give other weights")
        fill(model, load_tensors(path), str(path), head=head)
    return model


def load_torchvision(model: nn.Module, state_dict: Mapping[str, Tensor]) -> None:
    """Copy torchvision's weights of the same network into ``model``, or timm's where its family knows those.

    Axes of length 1 are no difference: a linear layer fits a 1x1 convolution. Raises ValueError where
    torchvision has no such network, or the keys are not one to one with ours, or a shape does not fit;
    nothing is copied then.
    """
    fill(model, _renamed(model, state_dict), "the state dict")


def fill(model: nn.Module, tensors: Mapping[str, Tensor], source: str, *, head: str | None = None) -> None:
    """Copy ``tensors`` of ``source`` into ``model``, all, or with ``head="new"`` all but its last layer.

    Raises ValueError that names what does not fit, before anything is copied.
    """
    expected = model.state_dict()
    last = f"{_last_layer(model)}."
    free = last if head == "new" else "\0"
    wrong = {name: f"{_shape(tensors.get(name), 'missing')} for {_shape(expected.get(name), 'nothing')}"
             for name in sorted(expected.keys() | tensors.keys())
             if not _fits(tensors.get(name), expected.get(name), any_shape=name.startswith(free))}
    if wrong:
        lines = [f"{name}: {why}" for name, why in wrong.items()]
        more = [f"and {len(lines) - 8} more"] if len(lines) > 8 else []
        raise ValueError(f"{source} does not fit {type(model).__name__}:\n  " + "\n  ".join(lines[:8] + more)
                         + _way_out(wrong, tensors, last))
    model.load_state_dict({name: tensor for name, tensor in tensors.items() if not name.startswith(free)},
                          strict=False)


def run_file(run: str | Path, name: str) -> Path:
    """The file ``name`` in a run's folder, by the folder or as `results.find_run` finds it.

    Raises FileNotFoundError that says what leaves one, and ValueError where several studies have the run.
    """
    folder = Path(run) if Path(run).is_dir() else find_run(run)
    if not (folder / name).is_file():
        raise FileNotFoundError(f"{folder} has no {name}: weights stay where they were trained. {HOW}")
    return folder / name


def weights_file(weights: str | Path) -> Path:
    """The .safetensors file that ``weights`` names: itself, or that of a run by its name or folder.

    Raises FileNotFoundError where there is none, ValueError for a file of another kind.
    """
    where = Path(weights)
    if where.suffix == ".safetensors":
        if where.is_file():
            return where
        raise FileNotFoundError(f"no weights at {where}. {HOW}")
    if where.is_file():
        raise ValueError(f"{where} is no .safetensors file, and only those are read: a pickle can run code")
    return run_file(where, MODEL)


def network_of(path: Path) -> str | None:
    """The network that the weights in a file are of, where the file says it."""
    said = _said(path, "model")
    return said.get("name") if isinstance(said, dict) else None


def has_classes(weights: str | Path, classes: Sequence[str]) -> bool:
    """Whether the last layer of ``weights`` tells ``classes`` apart: torchvision's are of ImageNet's 1000.

    Raises FileNotFoundError and ValueError as `weights_file` does."""
    if _tag(weights):
        return len(classes) == 1000
    return _said(weights_file(weights), "classes") == list(classes)


def origin(name: str, weights: str | Path) -> str:
    """What ``weights`` of the network ``name`` are, for a record: their file, and how its hash begins.

    Raises FileNotFoundError and ValueError as `create_model` does."""
    tag = _tag(weights)
    if tag:
        return f"torchvision's {published_weights(name, tag).file.name}"
    path = weights_file(weights)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{path.resolve().parent.name}/{path.name}, sha256 {digest[:16]}"


def _said(path: Path, what: str) -> Any:
    """What a run's file of weights says of itself, "model" or "classes"; None where it does not."""
    try:
        return json.loads(read_text(path)[what])
    except (KeyError, TypeError, json.JSONDecodeError):
        return None


def _tag(weights: str | Path | None) -> str | None:
    """Which of torchvision's weights are meant; None where they are not torchvision's."""
    source, _, tag = weights.partition(":") if isinstance(weights, str) else ("", "", "")
    return tag or FIRST if source == "torchvision" else None


def _renamed(model: nn.Module, state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """torchvision's tensors under our names; the two sets of names must be one to one."""
    patterns = torchvision_keys(model, state_dict).items()
    names = {key: [match.expand(template) for pattern, template in patterns
                   if (match := re.fullmatch(pattern, key))] for key in state_dict}
    ours = Counter(name for targets in names.values() for name in targets)
    expected = model.state_dict()
    faults = {
        "missing": [name for name in expected if not ours[name]],
        "left over": [key for key, targets in names.items() if not targets or targets[0] not in expected],
        "mapped twice": [*(key for key, targets in names.items() if len(targets) > 1),
                         *(name for name, count in ours.items() if count > 1)],
    }
    said = [f"{name}: {fault}" for fault, names in faults.items() for name in names]
    if said:
        more = [f"and {len(said) - 8} more"] if len(said) > 8 else []
        raise ValueError(f"the state dict is not torchvision's of {type(model).__name__}:\n  "
                         + "\n  ".join(said[:8] + more))
    return {(name := names[key][0]): _shaped(tensor, expected[name].shape)
            for key, tensor in state_dict.items()}


def _shaped(tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    """The tensor in that shape, where only axes of length 1 differ."""
    alike = [size for size in tensor.shape if size != 1] == [size for size in shape if size != 1]
    return tensor.reshape(shape) if alike else tensor


def _last_layer(model: nn.Module) -> str:
    return [name for name, module in model.named_modules() if list(module.parameters(recurse=False))][-1]


def _fits(given: Tensor | None, expected: Tensor | None, *, any_shape: bool) -> bool:
    if given is None or expected is None:
        return False
    same_kind = given.is_floating_point() == expected.is_floating_point()
    return same_kind and (any_shape or given.shape == expected.shape)


def _shape(tensor: Tensor | None, otherwise: str) -> str:
    if tensor is None:
        return otherwise
    return f"{tuple(tensor.shape)}" + ("" if tensor.is_floating_point() else f" of {tensor.dtype}")


def _way_out(wrong: Mapping[str, str], tensors: Mapping[str, Tensor], last: str) -> str:
    """What to do where nothing but the number of classes differs."""
    weight = tensors.get(f"{last}weight")
    if weight is None or not all(name.startswith(last) for name in wrong):
        return ""
    return (f"\nThe weights are of {len(weight)} classes: give num_classes={len(weight)}, or head='new' for "
            "a new last layer")
