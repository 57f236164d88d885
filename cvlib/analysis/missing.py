"""The points that are missing from the student report's evaluation on ImageNet.

A loss is measured in logits: the logarithm of right over wrong answers, before less after. A point lost at
82 % of ImageNet is a larger share of the wrong answers than one lost at 56 %.
"""
from dataclasses import dataclass

import numpy as np

from cvlib.analysis.printed import REPORT_IMAGENET

__all__ = ["FAMILIES", "PUBLISHED", "Missing", "logit", "misfit"]

FAMILIES = {"alexnet": "AlexNet", "vgg": "VGG", "resnet": "ResNet", "convnext": "ConvNeXt"}
PUBLISHED = {  # top-1 and top-5 on ImageNet's validation set, per cent: torchvision's IMAGENET1K_V1 of
    "alexnet": (56.522, 79.066), "vgg": (72.376, 90.876),  # alexnet, vgg19,
    "resnet": (78.312, 94.046), "convnext": (82.520, 96.146),  # resnet152, convnext_tiny
}


def logit(share):
    """log(share / (1 - share)) of fractions."""
    return np.log(share) - np.log1p(-np.asarray(share))


def misfit(losses: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """What is left of ``wanted`` (families,) when ``losses`` (..., families) are stretched by the best factor
    that is not negative: 0 where they are proportional, 1 where nothing of it is explained."""
    length = np.linalg.norm(losses, axis=-1) * np.linalg.norm(wanted)
    cosine = np.divide(losses @ wanted, length, out=np.zeros(np.shape(length)), where=length > 0)
    return np.sqrt(1 - np.clip(cosine, 0, 1)**2)


@dataclass(frozen=True)
class Missing:
    """What torchvision publishes less what the report has: ``k`` 0 is top-1, 1 is top-5."""

    k: int = 0

    @property
    def points(self) -> dict[str, float]:
        """By family."""
        return {family: PUBLISHED[family][self.k] - REPORT_IMAGENET[family][self.k] for family in FAMILIES}

    @property
    def logits(self) -> np.ndarray:
        """(families,)."""
        before, after = (np.array([table[family][self.k] for family in FAMILIES]) / 100
                         for table in (PUBLISHED, REPORT_IMAGENET))
        return logit(before) - logit(after)

    def numbers(self) -> dict[str, float]:
        """By family: ``_published`` and ``_reported`` in per cent, ``_points`` and ``_logits`` lost;
        ``equal`` is the `misfit` of losses that are the same in all four."""
        told = {"equal": float(misfit(np.ones(len(FAMILIES)), self.logits))}
        for family, lost in zip(FAMILIES, self.logits, strict=True):
            told |= {f"{family}_published": PUBLISHED[family][self.k],
                     f"{family}_reported": REPORT_IMAGENET[family][self.k],
                     f"{family}_points": self.points[family], f"{family}_logits": float(lost)}
        return told
