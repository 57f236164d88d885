"""What a network says of a data set."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.data_loader import prepare_data_loader
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from cvlib.accelerators import accelerator_for

__all__ = ["Predictions", "evaluate", "on_device", "stream"]

CENTRE = 4  # of the ten views: four corners, the centre, and their mirror images


@dataclass(frozen=True)
class Predictions:
    """(N,) labels, (N, C) natural logarithms of probabilities, and the pictures' paths where they have some;
    ``one_view`` are those of the centre crop alone, where the others are of ten.
    """

    labels: np.ndarray
    log_probabilities: np.ndarray
    paths: Sequence[str] | None
    one_view: np.ndarray | None = None

    @property
    def probabilities(self) -> np.ndarray:
        """(N, C), rows that sum to 1."""
        return np.exp(self.log_probabilities)

    @property
    def loss(self) -> float:
        """Mean cross-entropy in nats."""
        return float(-self.log_probabilities[np.arange(len(self.labels)), self.labels].mean(dtype=float))

    @property
    def accuracy(self) -> float:
        """Top-1, a fraction."""
        return float((self.log_probabilities.argmax(1) == self.labels).mean())


def evaluate(model: nn.Module, loader: DataLoader, *, views: int = 1,
             accelerator: Accelerator | None = None) -> Predictions:
    """Predictions for every picture of ``loader``, in its order; ``model`` is left in evaluation mode.

    With several ``views`` a batch is (N, views, C, H, W) and a picture's probabilities are the mean over its
    views. Several processes score a share each. Raises ValueError for batches of another number of views and
    for a loader without pictures.
    """
    everything = list(stream(model, loader, views=views, accelerator=accelerator))
    if not everything:
        raise ValueError("the loader holds no pictures")
    labels, log_probabilities, *centre = map(np.concatenate, zip(*everything, strict=True))
    return Predictions(labels, log_probabilities, getattr(loader.dataset, "paths", None), *centre)


@torch.no_grad()
def stream(model: nn.Module, loader: DataLoader, *, views: int = 1, accelerator: Accelerator | None = None
           ) -> Iterator[tuple[np.ndarray, ...]]:
    """What `evaluate` puts together, batch after batch: labels, log-probabilities, and of ten views those of
    the centre crop alone. Raises ValueError for batches of another number of views."""
    accelerator = accelerator or accelerator_for()
    model.to(accelerator.device).eval()
    for batch in _shared(loader, accelerator):
        images, labels = on_device(loader.dataset, batch)
        if images.shape[1:-3] != ((views,) if views > 1 else ()):
            raise ValueError(f"batches of shape {tuple(images.shape)} do not hold {views} view(s) a picture")
        with accelerator.autocast():
            logits = model(images.flatten(0, -4))
        log_probabilities = logits.float().log_softmax(1).unflatten(0, (len(labels), views))
        log_mean = log_probabilities.logsumexp(1) - log(views)
        said = (labels, log_mean, log_probabilities[:, CENTRE]) if views > CENTRE else (labels, log_mean)
        yield tuple(part.cpu().numpy() for part in accelerator.gather_for_metrics(said))


def _shared(loader: DataLoader, accelerator: Accelerator) -> DataLoader:
    """This process's share of ``loader``; unlike `Accelerator.prepare` it leaves nothing behind."""
    return prepare_data_loader(loader, accelerator.device, split_batches=True, put_on_device=True,
                               non_blocking=True)


def on_device(dataset: Dataset, batch) -> tuple[Tensor, Tensor]:
    """Images and labels of a batch, its last touches made on the device that it lies on."""
    return dataset.finish(batch) if hasattr(dataset, "finish") else tuple(batch)
