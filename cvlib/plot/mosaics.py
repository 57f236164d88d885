"""Kernels as pixels."""
import numpy as np
from matplotlib.colors import to_rgb

from cvlib.plot.style import PAGE

__all__ = ["mosaic", "shades"]


def shades(kernels: np.ndarray) -> np.ndarray:
    """(N, 3, K, K) -> (N, K, K, 3) in 0 ... 1, each kernel to its own scale; zero is the middle grey."""
    kernels = kernels.astype(float).transpose(0, 2, 3, 1)
    largest = np.abs(kernels).max((1, 2, 3), keepdims=True)
    return 0.5 + 0.5 * kernels / np.where(largest > 0, largest, 1)


def mosaic(pictures: np.ndarray, columns: int) -> np.ndarray:
    """(N, K, K, 3) -> one picture, row by row, with a weight's width of paper between two kernels."""
    number, side = len(pictures), pictures.shape[1]
    rows, step = -(-number // columns), side + 1
    image = np.full((rows * step - 1, columns * step - 1, 3), to_rgb(PAGE))
    for i, picture in enumerate(pictures):
        y, x = (step * place for place in divmod(i, columns))
        image[y:y + side, x:x + side] = picture
    return image
