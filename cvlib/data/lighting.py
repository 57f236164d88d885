"""Noise along the principal axes of the colours of a training set (AlexNet paper, Sec. 4.1).

The paper adds alpha_i lambda_i p_i to every pixel, with alpha_i ~ N(0, 0.1) and lambda_i an *eigenvalue* of
the covariance of RGB. That is a variance: in grey levels squared its noise would be of a thousand grey
levels, and of another size for every unit in which pixels are counted. The 2012 source multiplies by the
*standard deviation*, its root (convdata_jpeg.py:65), which scales as the pixels do; ``scale`` says which.
"""
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cvlib.data.statistics import Statistics, channel_products, count_values

__all__ = ["ColorPCA", "PCALighting", "color_pca"]

SCALES = ("std", "eigenvalue")


class ColorPCA(NamedTuple):
    """The ``mean`` of RGB in 0 ... 255, (3,), the ``eigenvalues`` of its covariance over all pixels, (3,),
    largest first, in grey levels squared, and the axes, the columns of ``eigenvectors`` (3, 3).

    An axis points where its largest component is positive. All are float64.
    """

    mean: np.ndarray
    eigenvalues: np.ndarray
    eigenvectors: np.ndarray

    @property
    def stds(self) -> np.ndarray:
        """The standard deviations along the axes, (3,), in grey levels."""
        return np.sqrt(self.eigenvalues)

    @classmethod
    def of(cls, statistics: Statistics) -> "ColorPCA":
        """From exact sums. Raises ValueError where there is no picture."""
        values, axes = np.linalg.eigh(statistics.channel_covariance)
        axes = axes * np.sign(axes[np.abs(axes).argmax(0), range(3)])
        return cls(statistics.channel_mean, np.maximum(values[::-1], 0.0), axes[:, ::-1].copy())

    def as_dict(self) -> dict[str, list]:
        """As JSON would give it back."""
        return {name: value.tolist() for name, value in self._asdict().items()}


def color_pca(images: np.ndarray | Iterable) -> ColorPCA:
    """The axes of the colours of ``images``: an array (N, H, W, 3) of uint8, or anything that yields
    pictures, PIL images or arrays (H, W, 3) of uint8, alone or with a label, as `load_dataset` does. All are
    read once, and one is held at a time: the memory is that of a picture, the sums are of whole numbers and
    exact.

    Raises ValueError for a picture of another shape or type, and where there is none.
    """
    number, counts, products = 0, np.zeros((3, 256), np.int64), np.zeros((3, 3), np.int64)
    for pixels in _pictures(images):
        number += 1
        counts += count_values(pixels)
        products += channel_products(pixels)
    return ColorPCA.of(Statistics.known(number, np.zeros(0), counts, products))


class PCALighting:
    """Pictures (..., 3, H, W) in 0 ... 255, float -> the same with noise on every pixel, not clipped.

    The noise of a picture is the sum of alpha_i s_i p_i over the axes p_i, with alpha_i from N(0, ``std``);
    s_i is the standard deviation along the axis, as in the source, or its square, the paper's eigenvalue. It
    is drawn for each picture, or with ``per`` "batch" once for all. ``divide``, the source's too: what a
    picture differs from the mean by is then divided by 1 + std (convdata_jpeg.py:179), in training alone.

    Raises ValueError for another scale or ``per`` and for a std below 0.
    """

    def __init__(self, pca: ColorPCA, std: float = 0.1, *, scale: str = "std", per: str = "image",
                 divide: bool = False):
        if scale not in SCALES:
            raise ValueError(f"scale is 'std', the source's, or 'eigenvalue', the paper's, not {scale!r}")
        if per not in ("image", "batch"):
            raise ValueError(f"per is 'image' or 'batch', not {per!r}")
        if not std >= 0:
            raise ValueError(f"std must be 0 or above, not {std!r}")
        self.pca, self.std, self.per, self.divide = pca, std, per, divide
        self.axes = pca.eigenvectors * (pca.stds if scale == "std" else pca.eigenvalues)

    @property
    def gain(self) -> float:
        """What is left of a picture's difference from the mean."""
        return 1 / (1 + self.std) if self.divide else 1.0

    def noise(self, normal: np.ndarray) -> np.ndarray:
        """What is added to red, green and blue, in grey levels, (..., 3), where ``normal`` (..., 3) from N(0,
        1) was drawn for the three axes."""
        return self.std * np.asarray(normal) @ self.axes.T

    def __call__(self, images: Tensor, generator: torch.Generator | None = None) -> Tensor:
        shape = images.shape[:-3] if self.per == "image" else (1,) * (images.ndim - 3)
        normal = torch.randn(*shape, 3, generator=generator, dtype=torch.float64)
        noise, mean = (torch.from_numpy(np.asarray(values)).to(images)[..., None, None]
                       for values in (self.noise(normal.numpy()), self.pca.mean))
        return mean + (images - mean + noise) * self.gain


def _pictures(images: np.ndarray | Iterable) -> Iterator[np.ndarray]:
    for item in images:
        picture = item[0] if isinstance(item, tuple) else item
        pixels = np.asarray(picture.convert("RGB") if isinstance(picture, Image.Image) else picture)
        if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[-1] != 3:
            raise ValueError(f"a picture is (H, W, 3) of uint8, not {pixels.shape} of {pixels.dtype}")
        yield pixels

