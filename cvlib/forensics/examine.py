"""The same pictures and the same network, evaluated once as they should be and once as each suspect would."""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from cvlib.data import ImageDataset
from cvlib.forensics.suspect import HONEST, Suspect, framed
from cvlib.predictor import Predictor

__all__ = ["Answers", "examine"]


@dataclass(frozen=True)
class Answers:
    """Of each picture, in the data set's order: the class that was answered, ``best`` (N,), whether it is the
    ``right`` one, and whether that is ``among`` the k best. ``against`` names the answers to compare with."""

    best: np.ndarray
    right: np.ndarray
    among: np.ndarray
    against: str = HONEST.name

    @classmethod
    def of(cls, ranked: np.ndarray, labels: np.ndarray, against: str = HONEST.name) -> "Answers":
        """From the k best classes of each picture, (N, k), the best first."""
        hits = ranked == labels[:, None]
        return cls(ranked[:, 0], hits[:, 0], hits.any(1), against)


class _Seen(Dataset):
    """Pictures as a suspect cuts them, (S, S, 3) uint8, and their numbers."""

    def __init__(self, pictures: ImageDataset, cut: Callable):
        self.pictures, self.cut = pictures, cut

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return torch.from_numpy(np.array(self.cut(self.pictures.image(index), index))), index


def examine(predictor: Predictor, pictures: ImageDataset, suspects: Sequence[Suspect], *, top: int = 5,
            batch_size: int = 64, seed: int = 0, square: bool = False, workers: int = 0
            ) -> dict[str, Answers]:
    """What the network answers as each of ``suspects`` evaluates it, by name, the honest answers first.

    ``top`` is the k of `Answers`. Where all pictures are ``square``, a suspect that acts on their shape is
    given their middle rows, 4:3, and compared with honest answers to these. ``seed`` decides the order
    "shuffled" and what dropout drops. The network is left as it was. Raises OSError for a picture that cannot
    be decoded.
    """
    wanted = [HONEST, *suspects]
    if square and any(suspect.shape for suspect in suspects):
        wanted = [HONEST, framed(HONEST), *(framed(one) if one.shape else one for one in suspects)]
    ranked = {suspect.name: np.empty((len(pictures), top), np.int64) for suspect in wanted}
    where = next(predictor.model.parameters()).device
    for (cut, order), group in _groups(wanted):
        numbers = _order(pictures.labels, order, seed)
        loader = DataLoader(_Seen(pictures, partial(cut, predictor.steps)), batch_size, sampler=numbers,
                            num_workers=workers)
        for name, places, best in _asked(predictor, group, partial(_batches, loader, where), top, seed):
            ranked[name][places] = best
    classes = len(predictor.classes)
    return {one.name: Answers.of(ranked[one.name], one.relabel(pictures.labels, classes), one.against)
            for one in wanted}


def _groups(suspects: Sequence[Suspect]) -> Iterator[tuple[tuple, list[Suspect]]]:
    """Those that see the same squares in the same order, so that each square is made once."""
    def key(suspect: Suspect) -> tuple:
        return suspect.cut, suspect.order

    kinds = list(dict.fromkeys(map(key, suspects)))
    for number, group in groupby(sorted(suspects, key=lambda one: kinds.index(key(one))),
                                 key=lambda one: kinds.index(key(one))):
        yield kinds[number], list(group)


def _order(labels: np.ndarray, order: str, seed: int) -> list[int]:
    if order == "sorted":
        return np.argsort(labels, kind="stable").tolist()
    return np.random.default_rng(seed).permutation(len(labels)).tolist()


def _batches(loader: DataLoader, where: torch.device) -> Iterator[tuple[Tensor, np.ndarray]]:
    """(N, 3, S, S) in 0 ... 255 on the network's device, and the pictures' numbers."""
    for pixels, numbers in loader:
        yield pixels.to(where).permute(0, 3, 1, 2).float(), numbers.numpy()


@torch.no_grad()
def _asked(predictor: Predictor, group: Sequence[Suspect], batches: Callable, top: int, seed: int
           ) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(name, the pictures' numbers, their k best classes) for each batch and suspect."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        models = {}
        for one in group:
            if (one.mode, one.feed) not in models:
                fed = partial(_fed, one.feed, predictor, batches)
                models[one.mode, one.feed] = one.mode(predictor.model, fed)
        for pixels, numbers in batches():
            logits = {(mode, feed): model(feed(predictor.normalise, pixels)).float()
                      for (mode, feed), model in models.items()}
            for one in group:
                scores = one.read(logits[one.mode, one.feed])
                yield one.name, numbers, scores.topk(top, 1).indices.cpu().numpy()


def _fed(feed: Callable, predictor: Predictor, batches: Callable) -> Iterator[Tensor]:
    for pixels, _ in batches():
        yield feed(predictor.normalise, pixels)
