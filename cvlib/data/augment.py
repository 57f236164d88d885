"""What training does to a batch of pictures, as a recipe's values say: windows, turns, mirrors, erasing."""
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from scipy.special import ndtri
from torch import Tensor
from torchvision.transforms import v2

from cvlib.data.draws import uniform
from cvlib.data.lighting import ColorPCA, PCALighting
from cvlib.data.preprocess import centre
from cvlib.data.source import Source
from cvlib.data.windows import Windows, erased
from cvlib.recipes.augmentation import AUGMENTATIONS
from cvlib.recipes.values import Value, read_value

__all__ = ["Augment", "Plan"]


class Plan(NamedTuple):
    """What is still to be done to a batch, where the network is; None: nothing.

    ``top`` and ``left`` (N,) choose the window, ``flip`` and ``vflip`` (N,) mirror it. ``light`` (N, 3) is
    added to red, green and blue, in grey levels, and what the picture then differs from the mean by is
    multiplied by ``gain`` (N,). ``boxes`` (N, 4), left, top, right and bottom, are erased.
    """

    top: Tensor | None
    left: Tensor | None
    flip: Tensor | None
    vflip: Tensor | None
    boxes: Tensor | None
    light: Tensor | None = None
    gain: Tensor | None = None


class Augment:
    """``values`` of a recipe's ``augment``, or their kinds. Whatever their order, a picture is turned, its
    window is cut, RandAugment works on that, and it is mirrored, lit and erased.

    Each value draws for itself, by the pictures' numbers: one more changes nothing for the others. ``pca``
    are the axes of the training set's colours, which lighting needs. Raises ValueError for an unknown value,
    for two of a kind, for a crop with a zoom, and for lighting without axes.
    """

    def __init__(self, values: Sequence[Value | str | Mapping] = (), pca: ColorPCA | None = None):
        read = [read_value(value, AUGMENTATIONS) for value in values]
        self.values = {value.kind: value for value in read}
        if len(self.values) < len(read):
            raise ValueError(f"one augmentation twice, of {[value.kind for value in read]}")
        if {"crop", "zoom"} <= self.values.keys():
            raise ValueError("crop and zoom both choose the window: keep one")
        light = self.values.get("lighting")
        if light and pca is None:
            raise ValueError("lighting needs the axes of the training set's colours: give it their color_pca")
        self.lighting = light and PCALighting(pca, light.std, scale=light.scale, per=light.per,
                                              divide=light.divide)

    def __call__(self, source: Source, indices: np.ndarray, numbers: np.ndarray, seed: int,
                 epoch: int) -> tuple[np.ndarray, Plan]:
        """Pictures (N, S, S, 3) uint8, squares or already windows, and what remains to be done."""
        def draw(numbers, slot):
            return uniform(seed, epoch, numbers, slot)

        crop, chosen = source.preprocess.crop, partial(self._chosen, numbers, draw)
        images, top, left = self._cut(source, indices, numbers, draw)
        boxes = erased(self.values["erase"], crop, numbers, draw) if "erase" in self.values else None
        plan = (top, left, chosen("flip"), chosen("vflip"), boxes, *self._lit(numbers, draw))
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
            top, left = self._places(images.shape[1] - preprocess.crop + 1, numbers, draw)
        if "randaugment" not in self.values:
            return images, top, left
        return self._randomly(_windows(images, top, left, preprocess.crop), numbers, draw), None, None

    def _places(self, there: int, numbers, draw) -> list[np.ndarray]:
        crop = self.values["crop"]
        if (crop.places or 1) > there:
            raise ValueError(f"crop: there are {there} places each way, not {crop.places}")
        first, places = _shared(numbers, crop.shared), crop.places or there
        return [(draw(first, f"crop.{end}") * places).astype(np.int64) for end in ("top", "left")]

    def _lit(self, numbers, draw) -> tuple[np.ndarray | None, np.ndarray | None]:
        """What is added to the colours of each picture (N, 3), and the gain where it is not 1, (N,)."""
        if not self.lighting:
            return None, None
        first = _shared(numbers, 1 if self.lighting.per == "image" else len(numbers))
        drawn = np.stack([draw(first, f"lighting.{axis}") for axis in range(3)], axis=1)
        normal = ndtri(np.maximum(drawn, 2.0**-54))  # of 0 it would be infinite
        gain = np.full(len(numbers), self.lighting.gain, np.float32) if self.lighting.divide else None
        return self.lighting.noise(normal).astype(np.float32), gain

    def _angles(self, numbers, draw) -> np.ndarray | None:
        if "rotate" not in self.values:
            return None
        return self.values["rotate"].degrees * (2 * draw(numbers, "rotate") - 1)

    def _chosen(self, numbers, draw, kind: str) -> np.ndarray | None:
        if kind not in self.values:
            return None
        value = self.values[kind]
        return draw(_shared(numbers, getattr(value, "shared", 1)), kind) < value.probability

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


def _shared(numbers: np.ndarray, pictures: int) -> np.ndarray:
    """Of each of ``numbers`` (N,) the first of the ``pictures`` that draw together: its own where one draws
    alone."""
    return numbers[np.arange(len(numbers)) // pictures * pictures]


def _windows(images: np.ndarray, top: np.ndarray | None, left: np.ndarray | None, side: int) -> np.ndarray:
    """Cut here what is usually cut where the network is."""
    if top is None:
        top = left = np.full(len(images), centre(images.shape[1], side))
    return np.stack([image[row:row + side, column:column + side]
                     for image, row, column in zip(images, top, left, strict=True)])
