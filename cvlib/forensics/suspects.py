"""Everybody who may have taken the points, with a place where each is known to have done so."""
import numpy as np
from torch import Tensor

from cvlib.forensics import network, pixels
from cvlib.forensics.suspect import Suspect, together

__all__ = ["SUSPECTS", "named", "off_by_one", "over_the_batch", "unsorted"]

ISSUES = "https://github.com/"


def over_the_batch(logits: Tensor) -> Tensor:
    """Softmax along the first axis: each class's scores sum to 1 over the pictures of a batch."""
    return logits.softmax(0)


def off_by_one(labels: np.ndarray, classes: int) -> np.ndarray:
    """Each label one too high, as where class 0 is kept for the background; the last becomes 0."""
    return (labels + 1) % classes


def unsorted(labels: np.ndarray, classes: int) -> np.ndarray:
    """Class numbers by another order of the classes than the network's, here one that is drawn."""
    return np.random.default_rng(classes).permutation(classes)[labels]


NEAREST = Suspect("nearest", "resized to the nearest pixel",
                  f"{ISSUES}keras-team/keras-applications/issues/99", cut=pixels.nearest)
ALIASED = Suspect("aliased", "resized without antialiasing",
                  f"{ISSUES}shift-happens-benchmark/icml-2022/pull/62", cut=pixels.aliased)
WHOLE = Suspect("whole", "no margin cut off", f"{ISSUES}onnx/models/issues/433", cut=pixels.whole)
SQUASHED = Suspect("squashed", "squashed into the square", f"{ISSUES}tensorflow/tensorflow/issues/50150",
                   cut=pixels.squashed, shape=True)
TRAIN_CROP = Suspect("train_crop", "training's random crops left on", f"{ISSUES}zoogzog/chexnet/issues/27",
                     cut=pixels.train_crop)
ON_ITS_HEAD = Suspect("on_its_head", "training's vertical flip left on",
                      f"{ISSUES}gpleiss/efficient_densenet_pytorch/issues/51", cut=pixels.on_its_head)
UNNORMALISED = Suspect("unnormalised", "no mean, no deviation", f"{ISSUES}erbloo/dr_cvpr20/issues/1",
                       feed=pixels.unnormalised)
UNDIVIDED = Suspect("undivided", "0 to 255 as stored", f"{ISSUES}jiecaoyu/XNOR-Net-PyTorch/issues/17",
                    feed=pixels.undivided)
BGR = Suspect("bgr", "blue and red exchanged", f"{ISSUES}tensorpack/tensorpack/issues/176", feed=pixels.bgr)
TRAINING = Suspect("training", "training mode", f"{ISSUES}huyvnphan/PyTorch_CIFAR10/issues/4",
                   mode=network.training)
TRAINING_SORTED = Suspect("training_sorted", "training mode, pictures by class",
                          f"{ISSUES}huyvnphan/PyTorch_CIFAR10/issues/4", mode=network.training,
                          order="sorted")
DRIFTED = Suspect("drifted", "statistics moved by a first pass",
                  f"{ISSUES}deep-learning-with-pytorch/dlwpt-code/issues/104", mode=network.drifted,
                  order="sorted")
OVER_THE_BATCH = Suspect("over_the_batch", "softmax over the batch", f"{ISSUES}d2l-ai/d2l-en/pull/2274",
                         read=over_the_batch)
OFF_BY_ONE = Suspect("off_by_one", "labels off by one", f"{ISSUES}ageron/handson-ml/issues/61",
                     relabel=off_by_one)
UNSORTED = Suspect("unsorted", "classes in another order", f"{ISSUES}pytorch/vision/issues/484",
                   relabel=unsorted)
THREE = together("three", "training mode, softmax over the batch, no antialiasing",
                 TRAINING, OVER_THE_BATCH, ALIASED)

SUSPECTS = (NEAREST, ALIASED, WHOLE, SQUASHED, TRAIN_CROP, ON_ITS_HEAD, UNNORMALISED, UNDIVIDED, BGR,
            TRAINING, TRAINING_SORTED, DRIFTED, OVER_THE_BATCH, OFF_BY_ONE, UNSORTED, THREE)


def named(*names: str) -> list[Suspect]:
    """The suspects of these names; all where there is none. Raises ValueError that lists the names."""
    known = {suspect.name: suspect for suspect in SUSPECTS}
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"no suspect {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else list(SUSPECTS)
