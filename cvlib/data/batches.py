"""Batches for training and for scores: uint8 as far as the device of the network, then cut and normalised."""
import os
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from threading import Thread
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from cvlib.data.augment import Augment, Plan
from cvlib.data.finish import picked, ten_crop
from cvlib.data.images import ImageDataset
from cvlib.data.lighting import ColorPCA
from cvlib.data.normalise import Normalise
from cvlib.data.source import Source
from cvlib.recipes import Value

__all__ = ["Batch", "Crops", "Shuffle", "loader"]


class Batch(NamedTuple):
    """Pictures (N, S, S, 3) uint8, labels (N,) int64, and what `Crops.finish` has to do to the pictures."""

    images: Tensor
    labels: Tensor
    plan: Plan


class Crops(Dataset):
    """The pictures of ``dataset`` as a network is fed them: batches by `__getitems__`, finished by `finish`.

    ``augment`` holds a recipe's values and ``pca`` the axes of the training set's colours, see `Augment`;
    ``views`` is 1 or 10, see `ten_crop`. What a picture draws is a function of seed, epoch and its number in
    the whole data set (with sharing, of the first one's that it draws with). An item by itself is finished.
    Raises ValueError as `Augment` does, for another number of views, and for ten views of augmented pictures.
    """

    def __init__(self, dataset: ImageDataset, source: Source, normalise: Normalise, *,
                 augment: Sequence[Value | str | Mapping] = (), pca: ColorPCA | None = None, seed: int = 0,
                 views: int = 1):
        if views not in (1, 10) or (views > 1 and augment):
            raise ValueError(f"views must be 1 or, of pictures that are not augmented, 10; not {views!r}")
        self.source, self.normalise, self.augment = source, normalise, Augment(augment, pca)
        self.labels, self.paths, self.numbers = dataset.labels, dataset.paths, np.asarray(dataset.rows)
        self.seed, self.views, self.image_size = seed, views, source.preprocess.crop
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()  # workers live longer than an epoch
        self._placed = {}

    def set_epoch(self, epoch: int) -> None:
        """Every epoch draws its own augmentation."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        images, labels = self.finish(self.__getitems__([index]))
        return images[0], labels[0]

    def __getitems__(self, indices: Sequence[int]) -> Batch:
        """A whole batch at once."""
        indices = np.asarray(indices)
        images, plan = self.augment(self.source, indices, self.numbers[indices], self.seed, int(self._epoch))
        return Batch(torch.from_numpy(images), torch.from_numpy(self.labels[indices]), plan)

    def finish(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Images (N, 3, S, S), or (N, views, 3, S, S) where there are several, float32, and labels, on the
        device that ``batch`` is on."""
        normalise = self._normalise_on(batch.images.device)
        if self.views > 1:
            return ten_crop(batch.images, normalise, self.image_size), batch.labels
        return picked(batch.images, batch.plan, normalise, self.image_size), batch.labels

    def _normalise_on(self, device: torch.device) -> Normalise:
        if device not in self._placed:
            self._placed[device] = deepcopy(self.normalise).to(device)
        return self._placed[device]

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_placed": {}}


class Shuffle(Sampler[int]):
    """A new order every epoch, a function of (seed, epoch) alone."""

    def __init__(self, length: int, seed: int):
        self.length, self.seed, self.epoch = length, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[int]:
        yield from np.random.default_rng([self.seed, self.epoch]).permutation(self.length).tolist()


def loader(crops: Crops, batch_size: int, *, shuffle: bool = False, workers: int | None = None,
           device: torch.device | str | None = None) -> DataLoader:
    """Batches of ``crops``, to be finished by ``crops.finish`` where the network is.

    ``workers`` None: none for decoded pictures and a network on the processor, else as many as there are
    cores, at most 8. They are not forked from this process, whose threads may hold locks; so a script with
    workers needs its ``if __name__ == "__main__":``. They end with it, also where it is killed. With a GPU as
    ``device`` batches are pinned.
    """
    gpu = device is not None and torch.device(device).type == "cuda"
    if workers is None:
        workers = min(8, os.cpu_count() or 1) if gpu or crops.source.kind == "on the fly" else 0
    apart = {"multiprocessing_context": _context(), "persistent_workers": True,
             "worker_init_fn": _end_with_the_run} if workers else {}
    sampler = Shuffle(len(crops), crops.seed) if shuffle else None
    return DataLoader(crops, batch_size, sampler=sampler, collate_fn=_already_a_batch, num_workers=workers,
                      pin_memory=gpu, **apart)


def _context() -> BaseContext:
    """Workers that share no locks with this process; where there is a fork server they start within 0.1 s."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _end_with_the_run(worker: int) -> None:
    """PyTorch's workers watch the process that forked them, which is the fork server and outlives a run that
    was killed: hundreds of megabytes would stay behind."""
    Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()


def _already_a_batch(batch):
    return batch
