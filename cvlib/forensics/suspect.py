"""One way to evaluate a network wrongly, as a value."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image
from torch import Tensor, nn

from cvlib.data import Normalise, Preprocess

__all__ = ["HONEST", "Framed", "Suspect", "framed", "together"]


def cut(steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
    """The square that the network was trained to see."""
    return steps.cropped(image)


def feed(normalise: Normalise, pixels: Tensor) -> Tensor:
    """Pixels in 0 ... 255 as it was trained to be fed them."""
    return normalise(pixels)


def mode(model: nn.Module, batches: Callable[[], Iterable[Tensor]]) -> nn.Module:
    """The network as it came, in evaluation mode."""
    return model


def read(logits: Tensor) -> Tensor:
    """Scores by which classes are ranked: the logits."""
    return logits


def relabel(labels: np.ndarray, classes: int) -> np.ndarray:
    """The labels as they are."""
    return labels


CHANGES = {"cut": "pixels", "feed": "pixels", "mode": "network", "read": "answers", "relabel": "labels"}


@dataclass(frozen=True)
class Suspect:
    """A mistake: ``says`` names it in words, ``source`` is where somebody is known to have made it.

    The five steps of an evaluation are functions, and a mistake changes one of them. ``cut(steps, image,
    number)`` gives the square (an RGB picture) that is seen of picture ``number``; ``feed(normalise,
    pixels)`` what the network gets of (N, 3, S, S) in 0 ... 255; ``mode(model, batches)`` the network that is
    asked, where ``batches()`` gives all that it will be fed; ``read(logits)`` (N, C) scores;
    ``relabel(labels, classes)`` the labels. ``order`` is that of the pictures, "shuffled" or "sorted" by
    class. With ``shape`` it acts on pictures alone that are not square. ``against`` names what it is compared
    with.
    """

    name: str
    says: str
    source: str = ""
    cut: Callable = cut
    feed: Callable = feed
    mode: Callable = mode
    read: Callable = read
    relabel: Callable = relabel
    order: str = "shuffled"
    shape: bool = False
    against: str = "honest"

    @property
    def changed(self) -> tuple[str, ...]:
        """The steps that it changes."""
        return tuple(step for step in CHANGES if getattr(self, step) is not getattr(HONEST, step))

    @property
    def changes(self) -> tuple[str, ...]:
        """What it changes: of "pixels", "network", "answers" and "labels" those that it does."""
        return tuple(dict.fromkeys(CHANGES[step] for step in self.changed))


HONEST = Suspect("honest", "no mistake")


def together(name: str, says: str, *suspects: Suspect, source: str = "") -> Suspect:
    """One evaluation with the mistakes of several; raises ValueError where two change the same step."""
    steps = {}
    for suspect in suspects:
        for step in suspect.changed:
            if step in steps:
                raise ValueError(f"{suspect.name} changes {step}, which another of them changes too")
            steps[step] = getattr(suspect, step)
    orders = {suspect.order for suspect in suspects}
    return Suspect(name, says, source, **steps, order="sorted" if "sorted" in orders else "shuffled",
                   shape=any(suspect.shape for suspect in suspects))


@dataclass(frozen=True)
class Framed:
    """``cut`` of the middle rows of a picture, three quarters as high as it is wide."""

    cut: Callable

    def __call__(self, steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
        """What is seen of it."""
        high = round(image.width * 3 / 4)
        top = max(0, (image.height - high) // 2)
        return self.cut(steps, image.crop((0, top, image.width, min(image.height, top + high))), number)


def framed(suspect: Suspect) -> Suspect:
    """The same on pictures of 4:3, for data whose pictures are square; it is compared with `HONEST` there."""
    name = f"{HONEST.name}, 4:3"
    return replace(suspect, name=name if suspect == HONEST else suspect.name, cut=Framed(suspect.cut),
                   against=name)
