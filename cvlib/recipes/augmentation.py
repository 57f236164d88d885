"""What training may do to pictures, as values; `cvlib.data.augment` does it."""
from dataclasses import dataclass

from cvlib.recipes.values import Value, fractions, numbers

__all__ = ["AUGMENTATIONS", "MIXTURES", "Crop", "CutMix", "Erase", "Flip", "MixUp", "RandAugment", "Rotate",
           "VerticalFlip", "Zoom"]


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
    black pixels around it (ResNet paper, Sec. 4.2: 4 for CIFAR-10)."""

    kind = "crop"
    pad: int = 0

    def fault(self) -> str | None:
        if type(self.pad) is not int or not 0 <= self.pad <= 256:
            return f"pad must be a whole number of pixels in 0 ... 256, not {self.pad!r}"
        return None


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
    """Left and right exchanged."""

    kind = "flip"
    probability: float = 0.5


@dataclass(frozen=True)
class VerticalFlip(_Chance):
    """Upside down."""

    kind = "vflip"
    probability: float = 0.5


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


AUGMENTATIONS = {kind.kind: kind for kind in (Crop, Zoom, Rotate, Flip, VerticalFlip, RandAugment, Erase)}
MIXTURES = {kind.kind: kind for kind in (MixUp, CutMix)}
