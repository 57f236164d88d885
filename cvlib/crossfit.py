"""Every picture judged by a network that has not seen it: k trainings, each without one fold in k.

A fold is a matter of a picture's pixels, so that two copies of one picture are always held out together.
"""
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cvlib import models
from cvlib.accelerators import accelerator_for
from cvlib.data import ImageDataset, Part, Splits
from cvlib.data.cache import pixel_digests
from cvlib.data.images import key_of
from cvlib.evaluation import Predictions, evaluate
from cvlib.feed import Feed
from cvlib.recipes import Recipe
from cvlib.results import OutOfFold
from cvlib.train import fit

__all__ = ["crossfit", "folds_of"]


def folds_of(digests: Sequence[str], folds: int) -> np.ndarray:
    """The fold, 0 ... ``folds`` - 1, of each picture by its digest, (N,)."""
    return np.array([int(digest, 16) % folds for digest in digests])


def crossfit(dataset: ImageDataset, recipe: Recipe, out: Path, *, folds: int = 3, seed: int = 0,
             say: Callable[[str], None] = print) -> OutOfFold:
    """Log-probabilities of each picture of ``dataset`` from the network that was trained without its fold.

    A fold that is done is kept in a hidden folder of ``out`` until all are, so the same call goes on where it
    was stopped; another recipe, seed or data set starts anew. Raises ValueError for fewer than two folds and
    where one would be empty, OSError and FloatingPointError as a run does.
    """
    made, digests = {"recipe": recipe.as_dict(), "seed": seed, "folds": folds}, pixel_digests(dataset)
    fold = folds_of(digests, max(folds, 1))
    if folds < 2 or len(set(fold.tolist())) < folds:
        raise ValueError(f"{folds} folds of {len(dataset)} pictures: two or more are needed, and pictures in "
                         "each")
    kept = out / f".folds-{key_of([made, *digests, *dataset.labels])}"
    kept.mkdir(parents=True, exist_ok=True)
    said = np.empty((len(dataset), len(dataset.classes)), np.float16)
    for number in range(folds):
        path, held = kept / f"{number}.npz", np.flatnonzero(fold == number)
        if not path.exists():
            answers = _held_out(dataset, recipe, held, seed + number, say)
            OutOfFold(made, answers.paths, answers.labels, fold[held], answers.log_probabilities).save(path)
        said[held] = OutOfFold.load(path).log_probabilities
    shutil.rmtree(kept)
    return OutOfFold(made, np.array(dataset.paths), dataset.labels, fold, said)


def _held_out(dataset: ImageDataset, recipe: Recipe, held: np.ndarray, seed: int,
              say: Callable[[str], None]) -> Predictions:
    """Train on all pictures but ``held``, and say what the network thinks of those."""
    rest = np.setdiff1d(np.arange(len(dataset)), held)
    accelerator = accelerator_for(recipe.precision)
    feed = Feed(recipe, Splits({"train": Part(dataset, rest), "val": Part(dataset, held)}), seed,
                accelerator.device)
    model = _untrained(recipe, len(dataset.classes), seed)
    loaders = [feed.loader("train", training=True), feed.loader("val")]
    for stats in fit(model, *loaders, recipe, seed=seed, accelerator=accelerator):
        say(f"network {seed}  epoch {stats.epoch:2d}  train loss {stats.train_loss:.3f}  "
            f"held out accuracy {stats.val_accuracy:.3f}  {stats.seconds:.0f} s")
    return evaluate(accelerator.unwrap_model(model, keep_fp32_wrapper=False),
                    feed.loader("val", views=recipe.views), views=recipe.views, accelerator=accelerator)


def _untrained(recipe: Recipe, num_classes: int, seed: int) -> nn.Module:
    size = {"image_size": recipe.image_size} if "image_size" in models.options_of(recipe.model) else {}
    torch.manual_seed(seed)
    model = models.build(recipe.model, **size | dict(recipe.model_options) | {"num_classes": num_classes})
    return model.to(memory_format=torch.channels_last)
