"""From a recipe, a data set and a seed to a record: the one place that knows every part.

    python -m cvlib.run RECIPE [--data NAME] [--root DIR] [--sample] [--seed N] [--out DIR] [--resume]
                               [--no-test] [--set key=value ...]

Several GPUs or machines: accelerate launch -m cvlib.run RECIPE ...
"""
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from torch import nn
from torch.utils.data import DataLoader

from cvlib import models
from cvlib.accelerators import accelerator_for, checked_seed
from cvlib.checkpoint import CHECKPOINT, check_same, read_progress
from cvlib.data import open_dataset
from cvlib.environment import environment
from cvlib.evaluation import Predictions, evaluate
from cvlib.feed import Feed, told
from cvlib.probe import first_convolution, lrn_measures
from cvlib.recipes import Recipe
from cvlib.results import ONE_VIEW, RunRecord, load_run, run_name, save_file_list, save_record, score, stored
from cvlib.runfolder import RunFolder
from cvlib.starting import Start
from cvlib.train import EpochStats, Watch, fit

__all__ = ["Run", "main"]


class Run:
    """One training: iterate it, then read ``record``, ``model`` and ``predictions`` (of the test set).

    Its folder is ``out/<recipe>-<data>-s<seed>``. Raises FileExistsError where that holds a finished or a
    begun run and ``resume`` is not set. With it a begun run goes on after its last whole epoch, and a
    finished one is read: it yields nothing, and needs no weights. Without ``test`` the test set is never
    looked at, which is for tuning; resumed with it, a finished run is scored on it then. ``sample`` accepts a
    part of ImageNet, ``watch`` is `fit`'s.

    Everything that can be known before any work is answered here, by ValueError (recipe, network, seed, data
    set, another run in the folder) or OSError (places, weights to start from). When iterated it raises
    OSError for pictures that cannot be decoded and for a folder that another process holds, and
    FloatingPointError.
    """

    def __init__(self, recipe: Recipe, *, data: str = "scenes", root: str | Path | None = None, seed: int = 0,
                 out: str | Path = "runs", resume: bool = False, test: bool = True, sample: bool = False,
                 experiment: dict | None = None, watch: Watch | None = None):
        self.recipe, self.seed, self.test, self.experiment = recipe, checked_seed(seed), test, experiment
        self.watch = watch
        self.accelerator = accelerator_for(recipe.precision)
        self._check_processes()
        models.check(recipe.model, recipe.image_size, **recipe.model_options)
        self.datasets = open_dataset(data, root=root, sample=sample)
        self.datasets.check()
        self.feed = Feed(recipe, self.datasets, self.seed, self.accelerator.device)
        self.files = RunFolder(out, run_name(recipe.name, self.datasets.name, self.seed))
        self.start = Start(recipe, self.datasets.classes, self.seed)
        self.record = self._earlier(resume)
        self._model = None
        if recipe.weights and self.record is None:
            with self.accelerator.main_process_first():  # one of them fetches
                self._model = self.start.network()

    def _check_processes(self) -> None:
        processes, size = self.accelerator.num_processes, self.recipe.batch_size
        if size % processes:
            raise ValueError(f"batch_size {size} cannot be shared by {processes} processes: it is that of "
                             "all together, so take a multiple")

    def _earlier(self, resume: bool) -> RunRecord | None:
        """The record of the finished run in this folder, if there is one and it may be read."""
        begun = self.files.begun()
        if begun and not resume:
            raise FileExistsError(f"{self.folder} holds {begun}: go on with it by --resume (resume=True), "
                                  "choose another --out, or delete it")
        if begun != "record.json":
            return None
        record = load_run(self.folder)
        now = {"recipe": self.recipe.as_dict(), "seed": self.seed}
        before = {"recipe": record.recipe, "seed": record.seed}
        check_same(self.folder, before | {"data": {}}, now | {"data": {}})
        check_same(self.folder, before | {"data": {"all": told(record.data)}},
                   now | {"data": {"all": self.feed.content}})
        return record

    @property
    def folder(self) -> Path:
        """Where it leaves what it leaves."""
        return self.files.path

    @property
    def data(self) -> dict:
        """Name, hash, classes and sizes of the data set; raises OSError as `describe` does."""
        return self.feed.data

    @property
    def model(self) -> nn.Module:
        """The network: untrained before the run; of a finished one as its weights say.

        Raises FileNotFoundError where a finished run's weights are not there, ValueError where they are cut.
        """
        if self._model is None:
            self._model = self.start.network(filled=self.record is None)
            if self.record:
                self.files.load_weights(self._model)
        return self._model

    def loader(self, split: str, *, views: int = 1) -> DataLoader:
        """Batches of a split; train alone is shuffled and augmented."""
        return self.feed.loader(split, views=views, training=split == "train")

    @property
    def splits(self) -> list[str]:
        """Those that are scored: validation, and unless ``test`` is off what is there of test and extra."""
        wanted = ("val", "test", "extra") if self.test else ("val",)
        return [split for split in wanted if split in self.datasets]

    def __iter__(self) -> Iterator[EpochStats]:
        if self.record and set(self.splits) <= set(self.record.scores):
            return
        main = self.accelerator.is_main_process
        with self.files.locked() if main else nullcontext():
            if self.record:
                history = self.record.history
            else:
                history = yield from self._train(main)
            self.record = self._make_record(history)
            if main:
                self._save()
            self.accelerator.wait_for_everyone()

    def _train(self, main: bool):
        self._model = self.start.network()  # a loop that was stopped has left a half-trained one
        checkpoint = self.folder / CHECKPOINT
        done = len(read_progress(checkpoint)["history"]) if checkpoint.exists() else 0
        loaders = [self.loader(split) for split in ("train", "val", *self.splits)]  # decodes all there is
        if main:
            here = environment(self.accelerator.device, self.accelerator.num_processes)
            from_where = {"weights": self.start.origin} if self.recipe.weights else {}
            self.files.begin_sitting(here | {"source": self.feed.source} | from_where, done)
        yield from fit(self._model, *loaders[:2], self.recipe, seed=self.seed, accelerator=self.accelerator,
                       checkpoint=self.folder, watch=self.watch if main else None)
        return read_progress(checkpoint)["history"]

    @property
    def predictions(self) -> np.ndarray:
        """The class of each test picture (of validation where there is no test set), (N,)."""
        return self.record.predictions

    def evaluate(self, split: str, *, views: int = 1) -> Predictions:
        """What the finished network says of any split; raises as ``model`` does, and ValueError for a run
        that is not finished."""
        if self.record is None:
            raise ValueError(f"{self.folder} is not finished: iterate the run first")
        return self._evaluate(split, views)

    def _evaluate(self, split: str, views: int) -> Predictions:
        model = self.accelerator.unwrap_model(self.model, keep_fp32_wrapper=False)
        batches = self.feed.loader(split, views=views)
        return evaluate(model, batches, views=views, accelerator=self.accelerator)

    def _make_record(self, history: list[dict]) -> RunRecord:
        earlier, classes = self.record, len(self.datasets.classes)
        first = "test" if "test" in self.splits else "val"
        views = dict.fromkeys(self.splits, self.recipe.views) | {"extra": 1}
        said = {split: self._said(split, views[split]) for split in self.splits}
        if self.recipe.views > 1:
            said[ONE_VIEW] = self._said(first, 1)
        scores = {split: score(*each, classes) for split, each in said.items()}
        if self.accelerator.is_main_process:
            for split in self.splits:
                save_file_list(self.files.out, self.data, split, self.datasets[split].paths)
        extra = said.pop("extra", None)
        labels, log_probabilities = said.pop(first)
        sittings = earlier.environments if earlier else self.files.sittings()
        return RunRecord(
            recipe=self.recipe.as_dict(), preprocess=self.feed.preprocess.as_dict(), data=self.data,
            seed=self.seed, history=history, scores=scores,
            environments=sittings, weights=next(iter(sittings), {}).get("weights"),
            experiment=earlier.experiment if earlier else self.experiment,
            measured=earlier.measured if earlier else self._measured(),
            labels=labels, log_probabilities=log_probabilities, others=said,
            extra=extra and (extra[0], extra[1].argmax(1)),
        )

    def _measured(self) -> dict:
        """What else a record tells: LRN's divisors, the colours' axes, and scores of the training
        pictures."""
        measured = lrn_measures(self.model, self.start.network(), self.loader("val"))
        if self.feed.pca:
            measured["color_pca"] = self.feed.pca.as_dict()
        if self.recipe.score_train:
            measured["train"] = score(*self._said("train", 1), len(self.datasets.classes))
        return measured

    def _said(self, split: str, views: int):
        """Labels, and what a record keeps of the network's answers."""
        predicted = self._evaluate(split, views)
        return predicted.labels, stored(predicted.log_probabilities, predicted.labels)

    def _save(self) -> None:
        """The weights and what goes before them, then the record: a folder with a record is whole."""
        model = self.accelerator.unwrap_model(self.model, keep_fp32_wrapper=False)
        self.files.save_weights(model, self.feed.normalise, {
            "preprocess": self.feed.preprocess.as_dict(), "classes": self.datasets.classes,
            "model": {"name": self.recipe.model, "options": self.start.options}})
        self.files.keep_first_layer(first_convolution(model).weight)
        save_record(self.folder, self.record)


def main(arguments: list[str] | None = None) -> None:
    """The command line: see `cvlib.command`."""
    from cvlib.command import main as command
    command(arguments, Run)


if __name__ == "__main__":
    main()
