"""What training does to a batch of pictures, as a recipe's values say: windows, turns, mirrors, erasing."""
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms import v2

from cvlib.data.draws import uniform
from cvlib.data.preprocess import centre
from cvlib.data.source import Source
from cvlib.data.windows import Windows, erased
from cvlib.recipes.augmentation import AUGMENTATIONS
from cvlib.recipes.values import Value, read_value

__all__ = ["Augment", "Plan"]


class Plan(NamedTuple):
    """What is still to be done to a batch, where the network is; None: nothing.

    ``top`` and ``left`` (N,) choose the window, ``flip`` and ``vflip`` (N,) mirror it, and ``boxes`` (N, 4),
    left, top, right and bottom, are erased.
    """

    top: Tensor | None
    left: Tensor | None
    flip: Tensor | None
    vflip: Tensor | None
    boxes: Tensor | None


class Augment:
    """``values`` of a recipe's ``augment``, or their kinds. Whatever their order, a picture is turned, its
    window is cut, RandAugment works on that, and it is mirrored and erased.

    Each value draws for itself, by the pictures' numbers: one more changes nothing for the others. Raises
    ValueError for an unknown value, for two of a kind, and for a crop with a zoom.
    """

    def __init__(self, values: Sequence[Value | str | Mapping] = ()):
        read = [read_value(value, AUGMENTATIONS) for value in values]
        self.values = {value.kind: value for value in read}
        if len(self.values) < len(read):
            raise ValueError(f"one augmentation twice, of {[value.kind for value in read]}")
        if {"crop", "zoom"} <= self.values.keys():
            raise ValueError("crop and zoom both choose the window: keep one")

    def __call__(self, source: Source, indices: np.ndarray, numbers: np.ndarray, seed: int,
                 epoch: int) -> tuple[np.ndarray, Plan]:
        """Pictures (N, S, S, 3) uint8, squares or already windows, and what remains to be done."""
        def draw(numbers, slot):
            return uniform(seed, epoch, numbers, slot)

        crop, chosen = source.preprocess.crop, partial(self._chosen, numbers, draw)
        images, top, left = self._cut(source, indices, numbers, draw)
        boxes = erased(self.values["erase"], crop, numbers, draw) if "erase" in self.values else None
        plan = (top, left, chosen("flip"), chosen("vflip"), boxes)
        return images, Plan(*(part if part is None else torch.from_numpy(part) for part in plan))

    def _cut(self, source, indices, numbers, draw) -> tuple:
        """Pictures, and where their windows are, if that is still to be cut."""
        preprocess = source.preprocess
        angles = self._angles(numbers, draw)
        if "zoom" in self.values:
            windows = Windows(self.values["zoom"], preprocess.interpolation, numbers, draw, angles)
            images = source.windows(indices, windows, preprocess.crop)
            return self._randomly(images, numbers, draw), None, None
        images, top, left = source.stored(indices), None, None
        if angles is not None:
            images = np.stack([np.asarray(Image.fromarray(image).rotate(angle, Image.Resampling.BILINEAR))
                               for image, angle in zip(images, angles, strict=True)])
        if "crop" in self.values:
            pad = self.values["crop"].pad
            images = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0))) if pad else images
            places = images.shape[1] - preprocess.crop + 1
            top, left = ((draw(numbers, f"crop.{end}") * places).astype(np.int64) for end in ("top", "left"))
        if "randaugment" not in self.values:
            return images, top, left
        return self._randomly(_windows(images, top, left, preprocess.crop), numbers, draw), None, None

    def _angles(self, numbers, draw) -> np.ndarray | None:
        if "rotate" not in self.values:
            return None
        return self.values["rotate"].degrees * (2 * draw(numbers, "rotate") - 1)

    def _chosen(self, numbers, draw, kind: str) -> np.ndarray | None:
        return draw(numbers, kind) < self.values[kind].probability if kind in self.values else None

    def _randomly(self, images: np.ndarray, numbers, draw) -> np.ndarray:
        """RandAugment of each picture, from a generator that is started by the picture's own draw."""
        if "randaugment" not in self.values:
            return images
        value = self.values["randaugment"]
        transform = v2.RandAugment(value.num_ops, value.magnitude)
        seeds = (draw(numbers, "randaugment") * 2**53).astype(int).tolist()
        with torch.random.fork_rng(devices=[]):
            done = []
            for image, seed in zip(images, seeds, strict=True):
                torch.default_generator.manual_seed(seed)  # torch.manual_seed would seed every GPU too
                done.append(np.asarray(transform(Image.fromarray(image))))
        return np.stack(done)


def _windows(images: np.ndarray, top: np.ndarray | None, left: np.ndarray | None, side: int) -> np.ndarray:
    """Cut here what is usually cut where the network is."""
    if top is None:
        top = left = np.full(len(images), centre(images.shape[1], side))
    return np.stack([image[row:row + side, column:column + side]
                     for image, row, column in zip(images, top, left, strict=True)])
