"""Weights with all that belongs to them: how pictures are prepared, which classes the outputs are."""
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import nn

from cvlib.data import Normalise, Preprocess
from cvlib.models import TORCHVISION_NAMES
from cvlib.predictor import PREPROCESS, load_predictor
from cvlib.published import FIRST, Published, published_weights
from cvlib.weights import create_model, network_of, weights_file

__all__ = ["Given", "open_given"]

STRAY = 20  # of a thousand names that may be spelled otherwise; a shuffled list agrees on almost none


@dataclass(frozen=True)
class Given:
    """A network ``name`` filled with weights, and what a picture goes through before it.

    ``said`` is what a record calls the weights, ``source`` what torchvision publishes with them, where they
    are torchvision's.
    """

    name: str
    model: nn.Module
    said: str
    preprocess: Preprocess
    normalise: nn.Module
    classes: Sequence[str] | None = None
    source: Published | None = None

    @cached_property
    def digest(self) -> str:
        """The first 16 hex digits of a SHA-256 of all tensors and their names."""
        whole = hashlib.sha256()
        for name, tensor in sorted(self.model.state_dict().items()):
            whole.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode())
            whole.update(tensor.detach().cpu().contiguous().numpy().tobytes())
        return whole.hexdigest()[:16]

    def notes(self) -> dict[str, Any]:
        """What a record keeps beside the scores: the digest, and of torchvision's weights whether the file
        was the published one and what is published of it."""
        noted = {"weights_digest": self.digest}
        if self.source:
            noted |= {"as_published": self.source.is_as_published,
                      "published": {"accuracy": self.source.top1, "top5": self.source.top5}}
        return noted

    def check_classes(self, classes: Sequence[str]) -> None:
        """Raise ValueError where the data set's classes are not those of the outputs, in their order: every
        score would be of other classes then."""
        if self.classes is None:
            return
        if len(self.classes) != len(classes):
            raise ValueError(f"{self.said} knows {len(self.classes)} classes, the data set {len(classes)}")
        wrong = [place for place, (output, name) in enumerate(zip(self.classes, classes, strict=True))
                 if not _same(output, name)]
        if len(wrong) > (STRAY if self.source else 0):
            first = wrong[0]
            raise ValueError(f"output {first} of {self.said} is {self.classes[first]!r} and class {first} of "
                             f"the data set {classes[first]!r}; {len(wrong)} of {len(classes)} differ: they "
                             "are in another order, or others")


def open_given(name: str, weights: str | Path, num_classes: int) -> Given:
    """The network ``name`` with ``weights``: "torchvision", "torchvision:TAG", a .safetensors file, or a run.

    Pictures are prepared as the run says, or as torchvision's weights do; for a file alone as torchvision's
    first weights of the same network do. Raises ValueError and OSError as `create_model` does, and
    ValueError for a file alone of a network that torchvision has not.
    """
    origin, _, tag = str(weights).partition(":")
    if origin == "torchvision":
        source = published_weights(name, tag or FIRST)
        model = create_model(name, num_classes=num_classes, weights=f"torchvision:{source.tag}")
        return Given(name, model, f"torchvision:{source.tag}", source.preprocess,
                     Normalise.fixed(source.preprocess), source.categories, source)
    file = weights_file(weights)
    if (file.parent / PREPROCESS).is_file():
        return _of_run(name, file)
    if name not in TORCHVISION_NAMES:
        raise ValueError(f"nothing says how pictures are prepared for {file}: put the run's {PREPROCESS} "
                         "beside it, or name the run")
    preprocess = published_weights(name).preprocess
    model = create_model(name, num_classes=num_classes, weights=file)
    return Given(name, model, file.name, preprocess, Normalise.fixed(preprocess))


def _of_run(name: str, file: Path) -> Given:
    made = network_of(file)
    if made != name:
        raise ValueError(f"{file} holds {made}, not {name}: name that network, or give other weights")
    run = load_predictor(file.parent)
    return Given(name, run.model, file.resolve().parent.name, run.steps, run.normalise, run.classes)


def _same(output: str, name: str) -> bool:
    """Whether they name one class: a data set may put the synset before the name, torchvision words after."""
    plain = name.split(" ", 1)[-1]
    return output in (name, plain) or output.startswith(f"{plain} ")
