"""From a recipe, a data set and a seed to a record: the one place that knows every part.

    python -m cvlib.run RECIPE [--data NAME] [--root DIR] [--seed N] [--out DIR] [--resume]
                               [--set key=value ...]
"""
import argparse
import os
import sys
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.utils.data import DataLoader

from cvlib.atomic import replaced
from cvlib.checkpoint import CHECKPOINT, read_progress
from cvlib.data import describe, load_dataset
from cvlib.data.cache import decoded
from cvlib.data.transforms import Crops, Normalisation, loader, normalisation, stored_size
from cvlib.environment import environment
from cvlib.models import build, options_of
from cvlib.probe import first_convolution, lrn_divisors
from cvlib.recipes import RECIPES, Recipe, changed, get_recipe
from cvlib.results import RunRecord, load_run, run_name, save_file_list, save_record, score
from cvlib.train import EpochStats, accelerator_for, evaluate, fit

__all__ = ["Run", "main"]


class Run:
    """One training: iterate it, then read ``record``, ``model`` and ``predictions`` (of the test set).

    Its folder is ``out/<recipe>-<data>-s<seed>``. Raises FileExistsError where that holds a finished or a
    begun run and ``resume`` is not set. With it a begun run goes on after its last whole epoch, and a
    finished one is read: it yields nothing. Raises ValueError for a recipe whose network cannot be built, and
    when iterated OSError for pictures that cannot be decoded, both before anything is trained.
    """

    def __init__(self, recipe: Recipe, *, data: str = "scenes", root: str | Path | None = None, seed: int = 0,
                 out: str | Path = "runs", resume: bool = False):
        self.recipe, self.seed = recipe, seed
        with torch.device("meta"):  # shapes without memory: a network that cannot be is refused at once
            self._build(num_classes=2)
        self.accelerator = accelerator_for(recipe)
        self.datasets = {split: load_dataset(data, split, root=root) for split in ("train", "val", "test")}
        self.folder = Path(out) / run_name(recipe.name, self.datasets["train"].name, seed)
        self.record = self._earlier(resume)
        torch.manual_seed(seed)
        self.model = self._build(len(self.datasets["train"].classes)).to(memory_format=torch.channels_last)
        if self.record:
            self.model.load_state_dict(load_file(self.folder / "model.safetensors"))

    def _earlier(self, resume: bool) -> RunRecord | None:
        """The record of the finished run in this folder, if there is one and it may be read."""
        begun = [name for name in ("record.json", CHECKPOINT) if (self.folder / name).exists()]
        if begun and not resume:
            raise FileExistsError(f"{self.folder} holds {begun[0]}: go on with it by --resume (resume=True), "
                                  "choose another --out, or delete it")
        if begun[:1] != ["record.json"]:
            return None
        record = load_run(self.folder)
        if record.recipe != self.recipe.as_dict():
            raise ValueError(f"{self.folder} is a run of other settings: choose another --out or delete it")
        return record

    def _build(self, num_classes: int) -> nn.Module:
        """The untrained network for these classes and, where its shape depends on it, this picture size."""
        options = dict(self.recipe.model_options) | {"num_classes": num_classes}
        if "image_size" in options_of(self.recipe.model):
            options["image_size"] = self.recipe.image_size
        return build(self.recipe.model, **options)

    @cached_property
    def normalise(self) -> Normalisation:
        """As the training set's pixels say, at the size from which crops are cut."""
        pixels = decoded(self.datasets["train"], stored_size(self.recipe.image_size))
        return normalisation(pixels, self.recipe.input_scale)

    def loader(self, split: str, *, views: int = 1) -> DataLoader:
        """Batches of a split; train alone is shuffled and augmented."""
        training = split == "train"
        crops = Crops(self.datasets[split], self.recipe.image_size, self.normalise, seed=self.seed,
                      views=views, augment=self.recipe.augment if training else ())
        workers = 0 if self.accelerator.device.type == "cpu" else min(8, os.cpu_count())
        return loader(crops, self.recipe.batch_size, shuffle=training, workers=workers)

    def __iter__(self) -> Iterator[EpochStats]:
        if self.record:
            return
        for left in self.folder.glob(".*.tmp"):  # by a process that was killed while it wrote
            left.unlink()
        loaders = [self.loader(split) for split in ("train", "val", "test")]  # decodes all there is
        yield from fit(self.model, *loaders[:2], self.recipe, seed=self.seed, accelerator=self.accelerator,
                       checkpoint=self.folder)
        self.model = self.accelerator.unwrap_model(self.model, keep_fp32_wrapper=False)
        self.record = self._make_record()
        if self.accelerator.is_main_process:
            self._save()

    @property
    def predictions(self) -> np.ndarray:
        """The class of each test picture, (N,)."""
        return self.record.predictions

    def _make_record(self) -> RunRecord:
        views, scored = self.recipe.views, {}
        for split in ("val", "test"):
            scored[split] = evaluate(self.model, self.loader(split, views=views), views=views,
                                     accelerator=self.accelerator)
        stored = {split: said.probabilities.astype(np.float16) for split, said in scored.items()}
        return RunRecord(
            recipe=self.recipe.as_dict(), data=describe(self.datasets), seed=self.seed,
            environment=environment(self.accelerator.device, self.accelerator.num_processes),
            history=read_progress(self.folder / CHECKPOINT)["history"],
            scores=score(scored["test"].labels, stored["test"]),
            val_scores=score(scored["val"].labels, stored["val"]),
            lrn_divisors=lrn_divisors(self.model, self.loader("val")),
            labels=scored["test"].labels, probabilities=stored["test"],
        )

    def _save(self) -> None:
        """The weights, then the record: a folder with a record is whole."""
        first = {"weight": first_convolution(self.model).weight}
        for name, tensors in (("model", self.model.state_dict()), ("conv1", first)):
            with replaced(self.folder / f"{name}.safetensors") as temporary:
                save_file({key: tensor.detach().cpu().contiguous() for key, tensor in tensors.items()},
                          temporary)
        save_file_list(self.folder.parent, self.record.data, self.datasets["test"].paths)
        save_record(self.folder, self.record)


def main(arguments: list[str] | None = None) -> None:
    """The command line; what a person can mend is said without a traceback."""
    options = parse(arguments)
    try:
        recipe = changed(get_recipe(options.recipe), options.set)
        run = Run(recipe, data=options.data, root=options.root, seed=options.seed, out=options.out,
                  resume=options.resume)
    except (ValueError, OSError) as error:
        sys.exit(f"cvlib.run: {error}")
    say = run.accelerator.print
    try:
        for stats in run:
            say(f"epoch {stats.epoch:3d}  train loss {stats.train_loss:.3f}  val loss {stats.val_loss:.3f}  "
                f"val accuracy {stats.val_accuracy:.3f}  {stats.seconds:.0f} s", flush=True)
    except (OSError, FloatingPointError) as error:
        sys.exit(f"cvlib.run: {error}")
    say(f"test accuracy {run.record.scores['accuracy']:.4f}; {run.folder}")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The options of ``python -m cvlib.run``."""
    parser = argparse.ArgumentParser(prog="python -m cvlib.run", description=__doc__.splitlines()[0])
    parser.add_argument("recipe", help=f"one of {', '.join(RECIPES)}")
    parser.add_argument("--data", default="scenes", help="scenes, intel, or a folder of your own")
    parser.add_argument("--root", help="where the data set lies, if not in one of the usual places")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="runs", help="the run's folder is made in this one")
    parser.add_argument("--resume", action="store_true", help="go on after the last whole epoch")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE",
                        help="change fields of the recipe")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
