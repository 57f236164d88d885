"""What a first layer's kernels answer to: a direction and a width of stripes, or a colour.

Sec. 6.1 of the AlexNet paper: "a variety of frequency- and orientation-selective kernels, as well as various
colored blobs".
"""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cvlib.analysis.selectivity import Selectivity, smoothed

__all__ = ["Tuning", "coherence", "stripe_angles", "wavelengths"]

SHUFFLES = 99
PADDED = 32  # places a side on which the spectrum is looked at
NEAR = 22.5  # degrees: half of all directions are as near to level or upright


def tensors(kernels: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The structure tensor of each of (..., C, K, K) kernels once smoothed: sums over places and channels of
    the products of slopes, across by across, down by down, across by down; each (...)."""
    down, across = np.gradient(smoothed(np.asarray(kernels, float)), axis=(-2, -1))
    return tuple((a * b).sum((-3, -2, -1)) for a, b in ((across, across), (down, down), (across, down)))


def coherence(kernels: np.ndarray) -> np.ndarray:
    """How far the slopes of each of (..., C, K, K) kernels agree on one direction, 0 ... 1: 1 for stripes and
    straight edges, 0 for what is alike in all directions. 0 for a flat kernel."""
    across, down, both = tensors(kernels)
    total = across + down
    return np.hypot(across - down, 2 * both) / np.where(total > 0, total, 1)


def stripe_angles(kernels: np.ndarray) -> np.ndarray:
    """In which direction the stripes of each kernel run, in degrees: 0 is level, 90 upright, 45 rises to the
    right; below 180."""
    across, down, both = tensors(kernels)
    return (90 - np.degrees(0.5 * np.arctan2(2 * both, across - down))) % 180


def wavelengths(kernels: np.ndarray) -> np.ndarray:
    """The length in pixels of the wave that is strongest in each of (..., C, K, K) kernels once each
    channel's mean is taken off."""
    kernels = np.asarray(kernels, float)
    plain = kernels - kernels.mean((-2, -1), keepdims=True)
    power = (np.abs(np.fft.fft2(plain, s=(PADDED, PADDED))) ** 2).sum(-3)
    turns = np.hypot(*np.meshgrid(*[np.fft.fftfreq(PADDED)] * 2, indexing="ij")).ravel()
    return 1 / turns[1:][power.reshape(*power.shape[:-2], -1)[..., 1:].argmax(-1)]


@dataclass(frozen=True, eq=False)
class Tuning:
    """The kernels of a first ``layer``, each beside shuffles of its own places.

    A kernel has a direction where it has learned and is more coherent than every one of `SHUFFLES` copies
    whose places were dealt anew: one of a hundred would be by chance.
    """

    layer: Selectivity

    @property
    def name(self) -> str:
        """The network's."""
        return self.layer.name

    @cached_property
    def coherence(self) -> np.ndarray:
        """Of each kernel, (N,)."""
        return coherence(self.layer.kernels)

    @cached_property
    def directions(self) -> np.ndarray:
        """Of each kernel's stripes, in degrees, (N,)."""
        return stripe_angles(self.layer.kernels)

    @cached_property
    def wavelengths(self) -> np.ndarray:
        """Of each kernel, in pixels, (N,)."""
        return wavelengths(self.layer.kernels)

    @cached_property
    def colours(self) -> np.ndarray:
        """The colour share of each kernel once smoothed, (N,)."""
        return self.layer.by("smoothed").index

    @cached_property
    def oriented(self) -> np.ndarray:
        """Which kernels have a direction, (N,) bool."""
        return self.layer.learned & (self._shuffled < self.coherence).all(0)

    @property
    def plain(self) -> np.ndarray:
        """Which have learned, and have none, (N,) bool."""
        return self.layer.learned & ~self.oriented

    @property
    def order(self) -> np.ndarray:
        """Places of the kernels (N,): those with a direction by it, then the others that learned from the
        greyest to the most colourful, then the rest."""
        kind = np.where(self.oriented, 0, np.where(self.layer.learned, 1, 2))
        return np.lexsort((np.where(self.oriented, self.directions, self.colours), kind))

    @property
    def along(self) -> np.ndarray:
        """Which of those with a direction are within `NEAR` degrees of level or upright, bool."""
        return np.abs((self.directions[self.oriented] + 45) % 90 - 45) <= NEAR

    @property
    def greyer(self) -> float:
        """The mean colour share of those that have learned without a direction, less that of those with one;
        NaN where there are none of either."""
        parts = [self.colours[kind] for kind in (self.plain, self.oriented)]
        return float(parts[0].mean() - parts[1].mean()) if min(map(len, parts)) else float("nan")

    def numbers(self) -> dict[str, float | int]:
        """``kernels``, and how many have ``learned``; of these ``oriented``, those with a direction, and as
        ``share`` in per cent; of these ``along``, in per cent. Where there are any: ``wave_short`` and
        ``wave_long``, between which the wavelengths of eight in ten lie; mean colour shares
        ``colour_oriented`` and ``colour_plain`` of those with and without a direction."""
        learned, oriented = int(self.layer.learned.sum()), int(self.oriented.sum())
        counts = {"kernels": len(self.oriented), "learned": learned, "oriented": oriented,
                  "share": 100 * oriented / max(1, learned)}
        if oriented:
            short, long = np.quantile(self.wavelengths[self.oriented], (0.1, 0.9))
            counts |= {"along": 100 * float(self.along.mean()), "wave_short": float(short),
                       "wave_long": float(long)}
        colours = {"colour_oriented": self.oriented, "colour_plain": self.plain}
        return counts | {name: float(self.colours[kind].mean()) for name, kind in colours.items()
                         if kind.any()}

    def says(self) -> Sequence[str]:
        """Of each kernel, in its own order, what it is."""
        return [f"stripes at {angle:.0f}°, {wave:.0f} pixels" if oriented else
                "no direction" if learned else "not learned"
                for angle, wave, oriented, learned in
                zip(self.directions, self.wavelengths, self.oriented, self.layer.learned, strict=True)]

    @cached_property
    def _shuffled(self) -> np.ndarray:
        """Coherences of the shuffled kernels, (`SHUFFLES`, N)."""
        kernels, draws = self.layer.kernels.astype(float), np.random.default_rng(0)
        flat = kernels.reshape(*kernels.shape[:2], -1)
        return np.array([coherence(flat[..., draws.permutation(flat.shape[-1])].reshape(kernels.shape))
                         for _ in range(SHUFFLES)])
