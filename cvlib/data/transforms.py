"""AlexNet's preprocessing (Sec. 2 and 4.1): 0 ... 255 minus the mean picture, random crops, mirror images."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from cvlib.data.augment import AUGMENTATIONS, Draws, cut, ten_crop
from cvlib.data.cache import decoded
from cvlib.data.images import ImageDataset

__all__ = ["Crops", "Normalisation", "Shuffle", "loader", "mean_picture", "normalisation", "stored_size"]


def stored_size(image_size: int) -> int:
    """The side from which crops are cut: the paper's 256 for its 224."""
    return round(image_size * 256 / 224)


@dataclass(frozen=True)
class Normalisation:
    """(pixel - ``mean``) / ``std``; ``mean`` is a picture (S, S, 3) or one value a channel (3,)."""

    mean: np.ndarray
    std: np.ndarray | None = None

    def centre(self, size: int) -> "Normalisation":
        """For crops of ``size``: as in the 2012 source, the centre of the mean picture serves everywhere."""
        start = (len(self.mean) - size) // 2
        inner = slice(start, start + size)
        return self if self.mean.ndim == 1 else Normalisation(self.mean[inner, inner].copy(), self.std)

    def __call__(self, pixels: Tensor) -> Tensor:
        """(..., S, S, 3) uint8 -> float32."""
        centred = torch.sub(pixels, torch.from_numpy(self.mean))
        return centred if self.std is None else centred.div_(torch.from_numpy(self.std))


def normalisation(pixels, input_scale: str) -> Normalisation:
    """What ``pixels`` (N, S, S, 3) of the training set say: see ``Recipe.input_scale``."""
    if input_scale == "raw":
        return Normalisation(mean_picture(pixels))
    counts, values = _histogram(pixels), np.arange(256)
    mean = counts @ values / counts.sum(1)
    std = np.sqrt(counts @ values**2 / counts.sum(1) - mean**2)
    return Normalisation(mean.astype(np.float32), std.astype(np.float32))


def mean_picture(pixels) -> np.ndarray:
    """The mean of each pixel and channel, (N, S, S, 3) uint8 -> (S, S, 3) float32 in 0 ... 255."""
    total = np.zeros(pixels.shape[1:], np.int64)
    for start in range(0, len(pixels), 256):
        total += pixels[start:start + 256].sum(0, dtype=np.uint16)  # 256 times 255 just fits
    return (total / len(pixels)).astype(np.float32)


def _histogram(pixels) -> np.ndarray:
    """How often each channel has each value: (3, 256)."""
    counts = np.zeros((3, 256), np.int64)
    for start in range(0, len(pixels), 256):
        some = pixels[start:start + 256]
        counts += [np.bincount(some[..., channel].ravel(), minlength=256) for channel in range(3)]
    return counts


class Crops(Dataset):
    """Pictures of ``dataset`` cut to ``image_size`` and normalised: (3, S, S) float32, class index.

    ``augment`` holds names of `cvlib.data.augment.AUGMENTATIONS`: those that choose the window, see there;
    "flip" mirrors half of the pictures, "vflip" turns half of them upside down. ``views`` is 1 or 10, see
    `ten_crop`. What a picture draws is a function of (seed, epoch, picture). `__getitems__` cuts a whole
    batch at once, in channels-last memory. Raises ValueError for an unknown augmentation.
    """

    def __init__(self, dataset: ImageDataset, image_size: int, normalise: Normalisation, *,
                 augment: Sequence[str] = (), seed: int = 0, views: int = 1):
        unknown = set(augment) - set(AUGMENTATIONS)
        if unknown:
            raise ValueError(f"unknown augmentation {sorted(unknown)}; there are {AUGMENTATIONS}")
        self.pixels = decoded(dataset, stored_size(image_size))
        self.labels, self.paths = dataset.labels, dataset.paths
        self.image_size, self.augment, self.seed, self.views = image_size, tuple(augment), seed, views
        self.normalise = normalise.centre(image_size)
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Every epoch draws its own crops."""
        self.draws = Draws(len(self), self.seed, epoch)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        images, labels = self.__getitems__([index])
        return images[0], labels[0]

    def __getitems__(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Images (N, 3, S, S), or (N, views, 3, S, S) where there are several, and labels (N,)."""
        indices = np.asarray(indices)
        if self.views == 1:
            batch = self._cut(indices)
        else:
            batch = torch.from_numpy(np.stack([ten_crop(self.pixels[i], self.image_size) for i in indices]))
        return self.normalise(batch).movedim(-1, -3), torch.from_numpy(self.labels[indices])

    def _cut(self, indices: np.ndarray) -> Tensor:
        """This epoch's windows, (N, S, S, 3) uint8; mirrored as one tensor, which is ten times as fast."""
        size = self.image_size
        batch = torch.empty(len(indices), size, size, 3, dtype=torch.uint8)
        for square, index in zip(batch.numpy(), indices, strict=True):
            square[:] = cut(self.pixels[index], size, self.augment, self.draws, index)
        for name, drawn, axis in (("flip", self.draws.flip, 2), ("vflip", self.draws.vflip, 1)):
            if name in self.augment:
                chosen = torch.from_numpy(drawn[indices])
                batch[chosen] = batch[chosen].flip(axis)
        return batch


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


def loader(crops: Crops, batch_size: int, *, shuffle: bool = False, workers: int = 0) -> DataLoader:
    """Batches of ``crops``: (N, 3, S, S) float32 and (N,) int64."""
    sampler = Shuffle(len(crops), crops.seed) if shuffle else None
    return DataLoader(crops, batch_size, sampler=sampler, collate_fn=_already_a_batch, num_workers=workers)


def _already_a_batch(batch):
    return batch
