"""What training may do to pictures, as values; `cvlib.data.augment` does it."""
from dataclasses import dataclass

from cvlib.recipes.values import Value, fractions, numbers

__all__ = ["AUGMENTATIONS", "MIXTURES", "Crop", "CutMix", "Erase", "Flip", "Lighting", "MixUp", "RandAugment",
           "Rotate", "VerticalFlip", "Zoom"]


def _sharing(pictures) -> str | None:
    if type(pictures) is not int or pictures < 1:
        return f"shared must be a whole number of pictures above 0, not {pictures!r}"
    return None


class _Chance(Value):
    """Something that happens to a picture with ``probability``."""

    def fault(self) -> str | None:
        if not numbers(self.probability) or not 0 <= self.probability <= 1:
            return f"probability must be in 0 ... 1, not {self.probability!r}"
        return None


class _Box(Value):
    """A window with ``area``, a share of the picture's, and ``ratio``, width over height."""

    def fault(self) -> str | None:
        if not fractions(self.area):
            return f"area must be two shares in 0 ... 1, the smaller first, not {self.area!r}"
        if not fractions(self.ratio, most=100):
            return f"ratio must be two numbers above 0, the smaller first, not {self.ratio!r}"
        return None


@dataclass(frozen=True)
class Crop(Value):
    """A window of the network's size at a random place (AlexNet paper, Sec. 4.1), of the picture with ``pad``
    black pixels around it (ResNet paper, Sec. 4.2: 4 for CIFAR-10).

    ``places`` are those each way, from the top left; None: all that there are, 33 for 224 of 256 pixels as in
    the source (convdata_jpeg.py:239), where the paper's factor of 2048 counts 32. ``shared`` pictures that
    follow each other in a batch have one place, 32 in the source (convdata_jpeg.py:77).
    """

    kind = "crop"
    pad: int = 0
    places: int | None = None
    shared: int = 1

    def fault(self) -> str | None:
        if type(self.pad) is not int or not 0 <= self.pad <= 256:
            return f"pad must be a whole number of pixels in 0 ... 256, not {self.pad!r}"
        if self.places is not None and (type(self.places) is not int or self.places < 1):
            return f"places must be a whole number above 0, or None, not {self.places!r}"
        return _sharing(self.shared)


@dataclass(frozen=True)
class Zoom(_Box):
    """A window of random area and shape at a random place, resized to the network's size."""

    kind = "zoom"
    area: tuple[float, float] = (0.45, 1.0)
    ratio: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True)
class Rotate(Value):
    """A turn about the centre by up to ``degrees`` to either side, black where nothing is left."""

    kind = "rotate"
    degrees: float = 15.0

    def fault(self) -> str | None:
        if not numbers(self.degrees) or not 0 <= self.degrees <= 180:
            return f"degrees must be in 0 ... 180, not {self.degrees!r}"
        return None


@dataclass(frozen=True)
class Flip(_Chance):
    """Left and right exchanged, for ``shared`` pictures that follow each other in a batch or for none of
    them."""

    kind = "flip"
    probability: float = 0.5
    shared: int = 1

    def fault(self) -> str | None:
        return super().fault() or _sharing(self.shared)


@dataclass(frozen=True)
class VerticalFlip(_Chance):
    """Upside down."""

    kind = "vflip"
    probability: float = 0.5


@dataclass(frozen=True)
class Lighting(Value):
    """Noise along the axes of the training set's colours (AlexNet paper, Sec. 4.1): see
    `cvlib.data.PCALighting`.

    ``scale`` "std" is what the source did, "eigenvalue" the paper's letter; ``divide`` is the source's, by 1
    + std.
    """

    kind = "lighting"
    std: float = 0.1
    scale: str = "std"
    per: str = "image"
    divide: bool = False

    def fault(self) -> str | None:
        if not numbers(self.std) or self.std < 0:
            return f"std must be 0 or above, not {self.std!r}"
        if self.scale not in ("std", "eigenvalue"):
            return f"scale must be 'std' or 'eigenvalue', not {self.scale!r}"
        if self.per not in ("image", "batch"):
            return f"per must be 'image' or 'batch', not {self.per!r}"
        return None if type(self.divide) is bool else f"divide must be True or False, not {self.divide!r}"


@dataclass(frozen=True)
class RandAugment(Value):
    """``num_ops`` random operations of strength ``magnitude``, below 31 (arXiv:1909.13719, torchvision's)."""

    kind = "randaugment"
    num_ops: int = 2
    magnitude: int = 9

    def fault(self) -> str | None:
        if type(self.num_ops) is not int or self.num_ops < 1:
            return f"num_ops must be a whole number above 0, not {self.num_ops!r}"
        if type(self.magnitude) is not int or not 0 <= self.magnitude <= 30:
            return f"magnitude must be a whole number in 0 ... 30, not {self.magnitude!r}"
        return None


@dataclass(frozen=True)
class Erase(_Box):
    """With ``probability`` a window is set to the mean (arXiv:1708.04896)."""

    kind = "erase"
    probability: float = 0.25
    area: tuple[float, float] = (0.02, 0.33)
    ratio: tuple[float, float] = (0.3, 3.3)

    def fault(self) -> str | None:
        return _Chance.fault(self) or _Box.fault(self)


class _Beta(Value):
    """A mixture of two pictures with a share drawn from Beta(alpha, alpha)."""

    def fault(self) -> str | None:
        if not numbers(self.alpha) or not self.alpha > 0:
            return f"alpha must be a number above 0, not {self.alpha!r}"
        return None


@dataclass(frozen=True)
class MixUp(_Beta):
    """Pictures and labels averaged with another of the batch (arXiv:1710.09412)."""

    kind = "mixup"
    alpha: float = 0.8


@dataclass(frozen=True)
class CutMix(_Beta):
    """A window of another picture of the batch pasted in, labels by area (arXiv:1905.04899)."""

    kind = "cutmix"
    alpha: float = 1.0


AUGMENTATIONS = {kind.kind: kind for kind in (Crop, Zoom, Rotate, Flip, VerticalFlip, RandAugment, Lighting,
                                         Erase)}
MIXTURES = {kind.kind: kind for kind in (MixUp, CutMix)}
