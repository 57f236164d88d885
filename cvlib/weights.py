"""Networks with weights in them, and other libraries' weights under our names."""
from pathlib import Path

from safetensors.torch import load_file
from torch import Tensor, nn

from cvlib.models import build
from cvlib.results import results_folder

__all__ = ["create_model", "load_torchvision"]

KEY_MAPS = {  # ours -> torchvision's
    "AlexNetOneTower": {
        "stages.conv1": "features.0", "stages.conv2": "features.3", "stages.conv3": "features.6",
        "stages.conv4": "features.8", "stages.conv5": "features.10",
        "head.fc6": "classifier.1", "head.fc7": "classifier.4", "head.fc8": "classifier.6",
    },
}
TORCHVISION_NAMES = {"alexnet_one_tower": "alexnet"}


def create_model(name: str, *, num_classes: int = 1000, weights: str | Path | None = None,
                 **options) -> nn.Module:
    """A network of `list_models`, built and then filled; ``options`` are its builder's.

    ``weights``: None leaves it as initialised; "torchvision" takes the IMAGENET1K weights from torchvision's
    cache or the network; else a .safetensors file, or a run by its name or folder. Raises ValueError that
    lists the nearest names, or says why the weights do not fit; FileNotFoundError where a run has left none.
    """
    model = build(name, num_classes=num_classes, **options)
    if weights == "torchvision":
        load_torchvision(model, _torchvision_weights(name))
    elif weights is not None:
        _fill(model, load_file(_weights_file(Path(weights))), str(weights))
    return model


def load_torchvision(model: nn.Module, state_dict: dict[str, Tensor]) -> None:
    """Copy torchvision's weights of the same network into ``model``.

    Raises ValueError where torchvision has no such network or a name or shape does not fit; nothing is copied
    then.
    """
    names = KEY_MAPS.get(type(model).__name__)
    if names is None:
        raise ValueError(f"torchvision has no {type(model).__name__}, only {', '.join(KEY_MAPS)}")
    ours = {theirs: mine for mine, theirs in names.items()}
    renamed = {}
    for key, tensor in state_dict.items():
        layer, _, kind = key.rpartition(".")
        renamed[f"{ours.get(layer, layer)}.{kind}"] = tensor
    _fill(model, renamed, "the state dict")


def _fill(model: nn.Module, tensors: dict[str, Tensor], source: str) -> None:
    """load_state_dict, with an error that names what does not fit before anything is copied."""
    expected = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    given = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    wrong = [f"{name}: {given.get(name, 'missing')} for {expected.get(name, 'nothing')}"
             for name in sorted(expected.keys() | given.keys()) if expected.get(name) != given.get(name)]
    if wrong:
        raise ValueError(f"{source} does not fit {type(model).__name__}:\n  " + "\n  ".join(wrong[:8]))
    model.load_state_dict(tensors)


def _torchvision_weights(name: str) -> dict[str, Tensor]:
    from torchvision.models import get_model_weights

    if name not in TORCHVISION_NAMES:
        raise ValueError(f"torchvision has no weights for {name}; it has for {', '.join(TORCHVISION_NAMES)}")
    weights = get_model_weights(TORCHVISION_NAMES[name])["IMAGENET1K_V1"]
    return weights.get_state_dict(progress=False, check_hash=True, weights_only=True)


def _weights_file(where: Path) -> Path:
    """A .safetensors file, or the one in a run's folder."""
    in_a_run = [folder / "model.safetensors" for folder in (where, results_folder() / where)]
    candidates = [where] if where.suffix == ".safetensors" else in_a_run
    for path in candidates:
        if path.is_file():
            return path
    raise FileNotFoundError(f"no weights at {' or '.join(map(str, candidates))}; a run leaves them: "
                            "python -m cvlib.run RECIPE --data NAME --seed N --out DIR")
