"""Mistakes with pixels: which part of a picture is seen, how it is resized, and on which scale it is fed.

Cuts are (steps, image, number) -> RGB picture of ``steps.crop`` pixels a side; feeds (normalise, pixels) ->
(N, 3, S, S). What a cut draws at random follows from the picture's number.
"""
from collections.abc import Callable
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from cvlib.data import Normalise, Preprocess
from cvlib.data.preprocess import centre

__all__ = ["aliased", "bgr", "nearest", "on_its_head", "resized_by", "squashed", "train_crop", "undivided",
           "unnormalised", "whole"]

Size = tuple[int, int]


def resized_by(resize: Callable[[Image.Image, Size], Image.Image], steps: Preprocess,
               image: Image.Image) -> Image.Image:
    """``steps.cropped(image)`` with another way to resize, (picture, (width, height)) -> picture."""
    if steps.order == "square":
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        image, size = image.crop((left, top, left + side, top + side)), (steps.size, steps.size)
    else:
        longer = int(steps.size * max(image.size) / min(image.size))
        size = (steps.size, longer) if image.width <= image.height else (longer, steps.size)
    left, top = (centre(length, steps.crop) for length in size)
    return resize(image, size).crop((left, top, left + steps.crop, top + steps.crop))


def nearest(steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
    """One pixel of the original for each pixel seen, none averaged."""
    return resized_by(lambda whole, size: whole.resize(size, Image.Resampling.NEAREST), steps, image)


def aliased(steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
    """Four neighbours weighted, however far the picture is shrunk: torchvision's resizing of a tensor without
    ``antialias``, its default until version 0.17."""
    from torchvision.transforms.v2 import functional

    def resize(whole: Image.Image, size: Size) -> Image.Image:
        pixels = functional.resize(functional.pil_to_tensor(whole), list(size[::-1]), antialias=False)
        return functional.to_pil_image(pixels)

    return resized_by(resize, steps, image)


def whole(steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
    """The shorter side made as long as the crop: no margin is cut off, so everything is seen smaller."""
    return replace(steps, size=steps.crop).cropped(image)


def squashed(steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
    """All of the picture pressed into the square, whatever its shape."""
    return image.resize((steps.crop, steps.crop), Image.Resampling.BILINEAR)


def train_crop(steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
    """A random window of 8 to 100 % of the picture, as torchvision's reference training cuts it."""
    from torchvision.transforms import RandomResizedCrop

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(number)
        return RandomResizedCrop(steps.crop)(image)


def on_its_head(steps: Preprocess, image: Image.Image, number: int) -> Image.Image:
    """Every second picture, by a seeded toss, upside down: a vertical flip left on."""
    seen = steps.cropped(image)
    tossed = torch.randint(2, (), generator=torch.Generator().manual_seed(number))
    return seen.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if tossed else seen


def unnormalised(normalise: Normalise, pixels: Tensor) -> Tensor:
    """0 ... 1, as ``ToTensor`` gives it: no mean subtracted, nothing divided by a deviation."""
    return pixels / 255


def undivided(normalise: Normalise, pixels: Tensor) -> Tensor:
    """0 ... 255, as it is stored."""
    return pixels.float()


def bgr(normalise: Normalise, pixels: Tensor) -> Tensor:
    """Blue where red belongs, as OpenCV reads a file; then normalised."""
    return normalise(pixels.flip(1))
