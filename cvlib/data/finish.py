"""The last touches of a batch, on the device of the network: windows, mirrors, normalisation, light,
erasing."""
import numpy as np
import torch
from torch import Tensor

from cvlib.data.augment import Plan
from cvlib.data.normalise import Normalise
from cvlib.data.preprocess import centre

__all__ = ["five_places", "picked", "ten_crop"]


def picked(images: Tensor, plan: Plan, normalise: Normalise, side: int) -> Tensor:
    """(N, S, S, 3) uint8 -> (N, 3, side, side) float32 in channels-last memory, as ``plan`` says.

    On a processor picture after picture, which fits its caches and copies nothing twice, in NumPy: torch
    would start its threads for each picture, which is slow where cores are shared. Elsewhere the whole batch
    at once, by indices that are made on the device: nothing waits for it.
    """
    one_by_one = images.device.type == "cpu" and any(part is not None for part in plan[:4])
    if one_by_one:
        done = _one_by_one(images, plan, normalise, side)
    else:
        done = normalise(_gathered(images, plan, side).permute(0, 3, 1, 2))
    if plan.light is not None:
        done = _lit(done, plan, normalise.std)
    return done if plan.boxes is None else _erase(done, plan.boxes)


def ten_crop(images: Tensor, normalise: Normalise, side: int) -> Tensor:
    """The four corners, the centre, and their mirror images (AlexNet paper, Sec. 4.1): (N, S, S, 3) uint8 ->
    (N, 10, 3, side, side) float32."""
    five = [images[:, top:top + side, left:left + side] for top, left in five_places(images.shape[1], side)]
    views = torch.stack([*five, *(view.flip(2) for view in five)], 1)
    return normalise(views.flatten(0, 1).permute(0, 3, 1, 2)).unflatten(0, views.shape[:2])


def five_places(size: int, side: int) -> list[tuple[int, int]]:
    """Top and left of the corners and of the centre."""
    end, middle = size - side, centre(size, side)
    return [(0, 0), (0, end), (end, 0), (end, end), (middle, middle)]


def _one_by_one(images: Tensor, plan: Plan, normalise: Normalise, side: int) -> Tensor:
    count, middle = len(images), centre(images.shape[1], side)
    tops, lefts = ([middle] * count if part is None else part.tolist() for part in plan[:2])
    mirrors = [[False] * count if part is None else part.tolist() for part in plan[2:4]]
    mean = normalise.mean.expand(3, side, side).permute(1, 2, 0).contiguous().numpy()
    done, mirrored = np.empty((count, side, side, 3), np.float32), np.empty((side, side, 3), np.uint8)
    squares = images.contiguous().numpy()
    for place, (top, left, flip, vflip) in enumerate(zip(tops, lefts, *mirrors, strict=True)):
        window = squares[place, top:top + side, left:left + side]
        if flip:
            _pixels(mirrored)[:] = _pixels(squares[place])[top:top + side, left:left + side][:, ::-1]
            window = mirrored
        np.subtract(window[::-1] if vflip else window, mean, out=done[place])
    centred = torch.from_numpy(done).permute(0, 3, 1, 2)
    return centred if normalise.std is None else centred.div_(normalise.std)


def _pixels(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) bytes as (H, W) items of three, which can be mirrored without a loop over the channels."""
    return picture.view("V3")[..., 0]


def _gathered(images: Tensor, plan: Plan, side: int) -> Tensor:
    """Windows, mirrored: (N, side, side, 3) uint8."""
    middle = centre(images.shape[1], side)
    if all(part is None for part in plan[:4]):
        return images[:, middle:middle + side, middle:middle + side]
    rows, columns = (_axis(images, start, mirrored, middle, side)
                     for start, mirrored in ((plan.top, plan.vflip), (plan.left, plan.flip)))
    pictures = torch.arange(len(images), device=images.device)
    return images[pictures[:, None, None], rows[:, :, None], columns[:, None, :]]


def _axis(images: Tensor, start: Tensor | None, mirrored: Tensor | None, middle: int, side: int) -> Tensor:
    """Which rows, or columns, each window has, in turn: (N, side)."""
    count = torch.arange(side, device=images.device)
    ahead = count.expand(len(images), side)
    if mirrored is not None:
        ahead = torch.where(mirrored[:, None], side - 1 - count, count)
    return ahead + (middle if start is None else start[:, None])


def _lit(images: Tensor, plan: Plan, std: Tensor | None) -> Tensor:
    """Add the light, which is in grey levels, to pictures whose mean was taken off."""
    light = plan.light[:, :, None, None]
    images.add_(light if std is None else light / std)
    return images if plan.gain is None else images.mul_(plan.gain[:, None, None, None])


def _erase(images: Tensor, boxes: Tensor) -> Tensor:
    """Set the boxes to 0, which is the mean."""
    count = torch.arange(images.shape[-1], device=images.device)
    left, top, right, bottom = boxes[:, :, None].unbind(1)
    across, down = (left <= count) & (count < right), (top <= count) & (count < bottom)
    return images.masked_fill_((down[:, :, None] & across[:, None, :])[:, None], 0.0)
