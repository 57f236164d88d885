"""A finished run as one module: pictures in, probabilities out. It needs no training data."""
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from cvlib.data.decode import _rgb, _upright
from cvlib.data.normalise import Normalise
from cvlib.data.preprocess import Preprocess
from cvlib.models import build
from cvlib.tensors import load_tensors, read_text
from cvlib.weights import MODEL, fill, run_file

__all__ = ["Predictor", "load_predictor"]

PREPROCESS = "preprocess.safetensors"
REMEDY = "copy the run's whole folder again, or train it again"


class Predictor(nn.Module):
    """(N, 3, S, S) in 0 ... 255 -> probabilities (N, C) of ``classes``; always in evaluation mode.

    What the run subtracted and divided by are buffers of it. Raises ValueError for pictures of another size.
    """

    def __init__(self, model: nn.Module, normalise: Normalise, classes: Sequence[str], steps: Preprocess):
        super().__init__()
        self.normalise, self.model = normalise, model
        self.classes, self.steps = list(classes), steps
        self.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> "Predictor":
        """Nothing: dropout has no place in a prediction."""
        return super().train(False)

    def preprocess(self, image: Image.Image) -> Tensor:
        """What the run's network sees of a picture of any size and mode: (3, S, S) float32 in 0 ... 255.

        It is turned upright as its EXIF tag says, 16 bits are scaled to 8, transparency is laid on white.
        """
        image.load()
        pixels = np.array(self.steps.cropped(_rgb(_upright(image))), dtype=np.float32)
        return torch.from_numpy(pixels).permute(2, 0, 1).contiguous()

    def forward(self, images: Tensor) -> Tensor:
        side = self.steps.crop
        if images.ndim != 4 or images.shape[1:] != (3, side, side):
            raise ValueError(f"pictures are (N, 3, {side}, {side}) in 0 ... 255, not {tuple(images.shape)}: "
                             "stack what preprocess gives")
        images = images.to(self.normalise.mean.dtype)
        return self.model(self.normalise(images)).softmax(1)


def load_predictor(run_or_folder: str | Path) -> Predictor:
    """The network of a finished run with all that happens to a picture before it.

    Raises FileNotFoundError for a run without its weights, and ValueError that names a file which is cut,
    foreign or of another run; both say what to do.
    """
    prepared = run_file(run_or_folder, PREPROCESS)
    weights = run_file(prepared.parent, MODEL)
    said, beside = _described(prepared), read_text(weights)
    if any(beside.get(name, text) != text for name, text in read_text(prepared).items()):
        raise ValueError(f"{weights} and {prepared} are of two runs: {REMEDY}")
    model, classes = said["model"], said["classes"]
    try:
        steps = Preprocess.from_dict(said["preprocess"])
        normalise = _normalise(load_tensors(prepared), steps.crop)
        if model["options"]["num_classes"] != len(classes):
            raise ValueError(f"{len(classes)} classes for {model['options']['num_classes']} outputs")
        with torch.random.fork_rng(devices=[]):  # weights that are thrown away draw nothing
            network = build(model["name"], **model["options"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{prepared} describes nothing that can be used ({error}): {REMEDY}") from error
    fill(network, load_tensors(weights), str(weights))
    return Predictor(network, normalise, classes, steps)


def _described(path: Path) -> dict[str, Any]:
    """What the file says beside its tensors: "preprocess", "classes" and "model"."""
    text = read_text(path)
    try:
        return {name: json.loads(text[name]) for name in ("preprocess", "classes", "model")}
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path} does not say what a run says ({error}): {REMEDY}") from error


def _normalise(tensors: dict[str, Tensor], side: int) -> Normalise:
    """Raises ValueError for what a picture cannot be normalised with."""
    for name, values in tensors.items():
        if values.shape not in ((3, 1, 1), (3, side, side)) or not values.isfinite().all():
            raise ValueError(f"its {name} is {tuple(values.shape)} and must be 3 finite values, or 3 a pixel")
    return Normalise(tensors["mean"], tensors.get("std"))
