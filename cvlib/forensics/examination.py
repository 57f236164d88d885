"""The same pictures and the same network, evaluated once as they should be and once as each suspect would."""
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from cvlib.data import ImageDataset, Preprocess
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
    """Each picture as every one of ``cuts`` shows it, (S, S, 3) uint8 each, and its number."""

    def __init__(self, pictures: ImageDataset, steps: Preprocess, cuts: Sequence[Callable]):
        self.pictures, self.steps, self.cuts = pictures, steps, cuts

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[list[Tensor], int]:
        image = self.pictures.image(index)
        return [torch.from_numpy(np.array(cut(self.steps, image, index))) for cut in self.cuts], index


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
    for order in ("shuffled", "sorted"):
        if group := [suspect for suspect in wanted if suspect.order == order]:
            cuts = list(dict.fromkeys(suspect.cut for suspect in group))
            loader = DataLoader(_Seen(pictures, predictor.steps, cuts), batch_size, num_workers=workers,
                                sampler=_order(pictures.labels, order, seed))
            for name, places, best in _asked(predictor, group, partial(_batches, loader, cuts), top, seed):
                ranked[name][places] = best
    classes = len(predictor.classes)
    return {one.name: Answers.of(ranked[one.name], one.relabel(pictures.labels, classes), one.against)
            for one in wanted}


def _order(labels: np.ndarray, order: str, seed: int) -> list[int]:
    if order == "sorted":
        return np.argsort(labels, kind="stable").tolist()
    return np.random.default_rng(seed).permutation(len(labels)).tolist()


def _batches(loader: DataLoader, cuts: Sequence[Callable]) -> Iterator[tuple[dict, np.ndarray]]:
    """(N, 3, S, S) in 0 ... 255 by cut, and the pictures' numbers."""
    for squares, numbers in loader:
        pixels = (pixels.permute(0, 3, 1, 2).float() for pixels in squares)
        yield dict(zip(cuts, pixels, strict=True)), numbers.numpy()


@torch.no_grad()
def _asked(predictor: Predictor, group: Sequence[Suspect], batches: Callable, top: int, seed: int
           ) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """(name, the pictures' numbers, their k best classes) for each batch and suspect.

    A network that several suspects ask alike is asked once. What it drops follows from seed and batch.
    """
    asked = {(one.cut, one.feed, one.mode): None for one in group}
    with torch.random.fork_rng():
        for cut, feed, mode in asked:
            torch.manual_seed(seed)
            asked[cut, feed, mode] = mode(predictor.model, partial(_fed, predictor, cut, feed, batches))
        for batch, (seen, numbers) in enumerate(batches()):
            logits = {}
            for (cut, feed, mode), model in asked.items():
                torch.manual_seed(int(np.random.SeedSequence([seed, batch]).generate_state(1)[0]))
                logits[cut, feed, mode] = model(_placed(predictor, feed, seen[cut])).float()
            for one in group:
                best = one.read(logits[one.cut, one.feed, one.mode]).topk(top, 1).indices
                yield one.name, numbers, best.cpu().numpy()


def _fed(predictor: Predictor, cut: Callable, feed: Callable, batches: Callable) -> Iterator[Tensor]:
    """All that a network will be fed."""
    for seen, _ in batches():
        yield _placed(predictor, feed, seen[cut])


def _placed(predictor: Predictor, feed: Callable, pixels: Tensor) -> Tensor:
    """As the suspect feeds them, on the network's device."""
    where = next(predictor.model.parameters()).device
    return feed(predictor.normalise, pixels.to(where))
