"""AlexNet's preprocessing (Sec. 2 and 4.1): 0 ... 255 minus the mean picture, random crops, mirror images."""
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from cvlib.data.cache import decoded
from cvlib.data.images import ImageDataset

__all__ = ["Crops", "Shuffle", "loader", "mean_picture", "stored_size", "ten_crop"]

AUGMENTATIONS = ("crop", "zoom", "flip")
LEAST_AREA = 0.45  # of the stored picture, in the smallest window of "zoom"


def stored_size(image_size: int) -> int:
    """The side from which crops are cut: the paper's 256 for its 224."""
    return round(image_size * 256 / 224)


def mean_picture(pixels: np.ndarray) -> np.ndarray:
    """The mean of each pixel and channel, (N, S, S, 3) uint8 -> (S, S, 3) float32 in 0 ... 255."""
    total = np.zeros(pixels.shape[1:], np.int64)
    for start in range(0, len(pixels), 256):
        total += pixels[start:start + 256].sum(0, dtype=np.int64)
    return (total / len(pixels)).astype(np.float32)


class Crops(Dataset):
    """Pictures of ``dataset`` cut to ``image_size`` with the mean taken off: (3, S, S) float32, class index.

    ``augment`` may hold "crop" (a window of S pixels at a random place, else at the centre), "zoom" (a random
    window of 45 to 100 % of the area instead, resized to S: not the paper's) and "flip" (mirrored half of the
    time); ``views`` is 1 or 10, see `ten_crop`. The draw is a function of (seed, epoch, picture): workers and
    processes cannot change it. As in the 2012 source, the centre of ``mean`` is taken off at every crop
    position. `__getitems__` cuts a whole batch at once, in channels-last memory.
    """

    def __init__(self, dataset: ImageDataset, image_size: int, mean: np.ndarray, *,
                 augment: Sequence[str] = (), seed: int = 0, views: int = 1):
        unknown = set(augment) - set(AUGMENTATIONS)
        if unknown:
            raise ValueError(f"unknown augmentation {sorted(unknown)}; there are {AUGMENTATIONS}")
        self.pixels = decoded(dataset, stored_size(image_size))
        self.labels, self.paths = dataset.labels, dataset.paths
        self.image_size, self.augment, self.seed, self.epoch = image_size, tuple(augment), seed, 0
        self.views = views
        self.margin = self.pixels.shape[1] - image_size
        start = self.margin // 2
        self.mean = torch.from_numpy(mean[start:start + image_size, start:start + image_size].copy())

    def set_epoch(self, epoch: int) -> None:
        """Every epoch draws its own crops."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        images, labels = self.__getitems__([index])
        return images[0], labels[0]

    def __getitems__(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Images (N, 3, S, S), or (N, views, 3, S, S) where there are several, and labels (N,)."""
        if self.views == 1:
            batch = np.empty((len(indices), self.image_size, self.image_size, 3), np.uint8)
            for square, index in zip(batch, indices, strict=True):
                square[:] = self._cut(index)
        else:
            batch = np.stack([ten_crop(self.pixels[index], self.image_size) for index in indices])
        images = torch.from_numpy(batch).float().sub_(self.mean)
        return images.movedim(-1, -3), torch.from_numpy(self.labels[np.asarray(indices)])

    def _cut(self, index: int) -> np.ndarray:
        """The window of picture ``index`` in this epoch, (S, S, 3) uint8."""
        size, stored = self.image_size, self.pixels[index]
        start = self.margin // 2
        if not self.augment:
            return stored[start:start + size, start:start + size]
        random = np.random.Generator(np.random.Philox(key=[self.seed, self.epoch], counter=[0, 0, 0, index]))
        flip = random.random() < 0.5 and "flip" in self.augment
        if "zoom" in self.augment:
            cut = _zoomed(random, stored, size)
        else:
            top, left = random.integers(self.margin + 1, size=2) if "crop" in self.augment else (start, start)
            cut = stored[top:top + size, left:left + size]
        return cut[:, ::-1] if flip else cut


def ten_crop(stored: np.ndarray, size: int) -> np.ndarray:
    """The four corners, the centre, and their mirror images (Sec. 4.1): (S, S, 3) -> (10, size, size, 3)."""
    end = len(stored) - size
    places = [(0, 0), (0, end), (end, 0), (end, end), (end // 2, end // 2)]
    five = np.stack([stored[top:top + size, left:left + size] for top, left in places])
    return np.concatenate([five, five[:, :, ::-1]])


def _zoomed(random, stored: np.ndarray, size: int) -> np.ndarray:
    side = len(stored) * np.sqrt(random.uniform(LEAST_AREA, 1.0))
    left, top = random.uniform(0, len(stored) - side, 2)
    box = (left, top, left + side, top + side)
    return np.asarray(Image.fromarray(stored).resize((size, size), Image.Resampling.BILINEAR, box=box))


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
