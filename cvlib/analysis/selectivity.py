"""How colourful the kernels of a first layer are, and whether two towers differ in it.

Sec. 6.1 of the AlexNet paper: the kernels on GPU 1 are largely colour-agnostic, those on GPU 2 largely
colour-specific, in every run, "modulo a renumbering of the GPUs".
"""
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from cvlib.results import RunRecord, results_folder
from cvlib.stats import permutation_test

__all__ = ["PHOTOGRAPHS", "WAYS", "Selectivity", "colour_share", "first_layer", "smoothed", "towers_of"]

GREY = np.ones(3) / 3
PHOTOGRAPHS = np.array([[4695.0, 4356, 4167], [4356, 4629, 4740], [4167, 4740, 5737]])
"""Covariance of red, green and blue (0 ... 255) over every tenth training photograph of Intel."""
GROWN = 1.2  # times its norm at the start: five standard deviations of 363 random weights' norm
FIRST = "first_layers.safetensors"


def colour_share(kernels: np.ndarray, colours: np.ndarray | None = None) -> np.ndarray:
    """The share, 0 ... 1, of each kernel of (N, 3, K, K) that a grey copy of the picture leaves nothing of.

    As a picture it is the share of the kernel's energy off the grey axis: 0 where the three channels are
    equal, 1 where they cancel at every place, 2/3 for one channel alone and, on average, for random weights.
    Neither sign nor scale changes it. It asks for no data, and it is what one sees.

    With ``colours``, a (3, 3) covariance, it is the share of the response's variance that the grey copy does
    not explain, on pictures with such colours at every place and places independent; without, red, green and
    blue have equal variance and are independent. In photographs (`PHOTOGRAPHS`) they nearly move together,
    so that shares are smaller there. A kernel of zeros has NaN.
    """
    colours = np.eye(3) if colours is None else np.asarray(colours, dtype=float)
    kernels = np.asarray(kernels, dtype=float)
    variance = np.einsum("nchw,cd,ndhw->n", kernels, colours, kernels)
    with_grey = np.einsum("nchw,c->nhw", kernels, colours @ GREY)
    with np.errstate(invalid="ignore"):
        return 1 - np.square(with_grey).sum((1, 2)) / (GREY @ colours @ GREY) / variance


def smoothed(kernels: np.ndarray) -> np.ndarray:
    """Means of 3 x 3 neighbours, (..., K, K) -> (..., K - 2, K - 2): of the random weights that a kernel
    started with, and that are still in it, a ninth of the energy is left."""
    size = kernels.shape[-1] - 2
    return np.mean([kernels[..., y:y + size, x:x + size] for y in range(3) for x in range(3)], axis=0)


WAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {  # the first is meant where nothing is said
    "energy": colour_share,
    "smoothed": lambda kernels: colour_share(smoothed(kernels)),
    "photographs": lambda kernels: colour_share(kernels, PHOTOGRAPHS),
}


@dataclass(frozen=True, eq=False)
class Selectivity:
    """The first layer of one network: ``kernels`` (N, 3, K, K), the first half of them tower 1's, which began
    with a norm of ``start``. ``way`` is one of `WAYS`.

    Kernels whose norm has not grown by a fifth have not learned, and are left out.
    """

    name: str
    kernels: np.ndarray
    start: float
    way: str = "energy"

    @classmethod
    def of(cls, record: RunRecord, *, out: str | Path | None = None) -> "Selectivity":
        """Of a run whose first layer was kept, in ``out`` or the committed results.

        Raises ValueError where it was not, and for a recipe of which the start is not known.
        """
        return cls.by_recipe(record.name, first_layer(record, out=out), record.recipe)

    @classmethod
    def by_recipe(cls, name: str, kernels: np.ndarray, recipe: dict) -> "Selectivity":
        """Of a network at hand, by its ``kernels`` (N, 3, K, K) and its recipe as in a record.

        Raises ValueError for a recipe of which the start is not known.
        """
        return cls(name, np.asarray(kernels), _start(recipe, kernels[0].size))

    def by(self, way: str) -> "Selectivity":
        """The same network by another of `WAYS`."""
        return replace(self, way=way)

    @cached_property
    def index(self) -> np.ndarray:
        """Of each kernel, (N,)."""
        return WAYS[self.way](self.kernels)

    @cached_property
    def learned(self) -> np.ndarray:
        """Whether each kernel has, (N,) bool."""
        return np.sqrt(np.square(self.kernels.astype(float)).sum((1, 2, 3))) > GROWN * self.start

    @property
    def towers(self) -> tuple[np.ndarray, np.ndarray]:
        """The indices of tower 1's kernels that learned, and of tower 2's."""
        return self._halves(0)

    @property
    def difference(self) -> float:
        """Tower 2's mean index less tower 1's; NaN where no kernel of one of them learned."""
        first, second = self.towers
        return float(second.mean() - first.mean()) if len(first) and len(second) else float("nan")

    @cached_property
    def p_value(self) -> float:
        """How often kernels dealt to the towers at random differ as much: `stats.permutation_test`; 1 where
        no kernel of a tower learned."""
        return self._p(0)

    @cached_property
    def straddling(self) -> float:
        """The same of two halves cut in the middle of the towers: each has a quarter of both. Neighbours that
        grow alike, and nothing of towers, would make it small."""
        return self._p(len(self.kernels) // 4)

    def numbers(self) -> dict[str, float | int]:
        """``first`` and ``second``, the towers' mean indices, their ``difference`` and ``p``; ``kernels``,
        and in per cent those that ``learned``."""
        first, second = self.towers
        means = {"first": float(first.mean()), "second": float(second.mean())} if self.p_value < 1 else {}
        return means | {"difference": self.difference, "p": self.p_value, "kernels": len(self.kernels),
                        "learned": 100 * float(self.learned.mean())}

    def _halves(self, shift: int) -> tuple[np.ndarray, np.ndarray]:
        index, learned = np.roll(self.index, -shift), np.roll(self.learned, -shift)
        half = len(index) // 2
        return index[:half][learned[:half]], index[half:][learned[half:]]

    def _p(self, shift: int) -> float:
        first, second = self._halves(shift)
        return permutation_test(first, second) if len(first) and len(second) else 1.0


def towers_of(recipe: dict) -> int:
    """Two for a recipe, as in a record, whose network has the paper's towers, else one."""
    layout = recipe["model_options"].get("layout", "two_towers")
    small = recipe["model"] in ("alexnet_mini", "alexnet_third") and layout == "two_towers"
    return 2 if small or recipe["model"] in ("alexnet", "alexnet_2012") else 1


def first_layer(record: RunRecord, *, out: str | Path | None = None) -> np.ndarray:
    """The kernels (N, 3, K, K) that a run left, float16; raises ValueError where there are none."""
    path = (Path(out) if out else results_folder()) / str(record.study) / FIRST
    kept = load_file(path) if path.is_file() else {}
    if record.name not in kept:
        raise ValueError(f"{path} has no first layer of {record.name}: was the run of an earlier version?")
    return kept[record.name]


def _start(recipe: dict, fan_in: int) -> float:
    """The norm that a kernel of ``fan_in`` weights is expected to begin with."""
    if recipe["model"] == "alexnet_one_tower":
        return sqrt(1 / 3)  # PyTorch's own: uniform, with variance 1 / (3 fan_in)
    if not recipe["model"].startswith("alexnet"):
        raise ValueError(f"the start of {recipe['model']}'s first layer is not known here")
    return sqrt(2) if recipe["model_options"].get("init") == "kaiming" else 0.01 * sqrt(fan_in)
