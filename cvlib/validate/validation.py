"""From weights and a data set to a record of kind "evaluation", in parts that outlive a session."""
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from cvlib.accelerators import accelerator_for
from cvlib.data import Crops, Splits, describe, load_dataset, loader, open_source
from cvlib.data.parts import Part
from cvlib.environment import environment
from cvlib.evaluation import stream
from cvlib.results import (
    ONE_VIEW,
    RECORD,
    RunRecord,
    load_run,
    run_name,
    save_file_list,
    save_record,
    score,
    stored,
)
from cvlib.runfolder import RunFolder
from cvlib.validate.chunks import Answers, Chunks, refuse_other
from cvlib.validate.given import Given, open_given

__all__ = ["Validation"]

FEW = 4  # batches that decoding processes would take longer to start than to decode


class Validation:
    """What ``weights`` of the network ``model`` answer to a split: iterate it, then read ``record``.

    Each picture goes through what the weights name. With ten ``views`` the record holds the answers of the
    ten crops' mean, and of the centre crop as ``one_view``. Iterating yields the number of pictures done,
    after each ``chunk`` of them (rounded up to whole batches), which is kept: with ``resume`` the rest alone
    is done, and the record is that of an unbroken evaluation. The folder is
    ``out/<model>+<weights>-<data>-s0``; what is there is not overwritten. ``len`` is the number of chunks to
    do.

    Everything that can be known before any work is answered here, by ValueError (network, weights, data set,
    other classes, numbers, another evaluation in the folder), FileExistsError or another OSError (places).
    When iterated it raises OSError for a picture that cannot be decoded.
    """

    def __init__(self, model: str, weights: str | Path = "torchvision", *, data: str = "imagenet",
                 root: str | Path | None = None, sample: bool = False, split: str = "val", views: int = 1,
                 batch_size: int = 64, chunk: int = 1024, precision: str = "float32",
                 out: str | Path = "results/imagenet", resume: bool = False):
        self.accelerator, self.split, self.views = accelerator_for(precision), split, views
        self.batch_size = batch_size
        self._check_numbers(chunk)
        self.dataset = load_dataset(data, split, root=root, sample=sample)
        self.given = open_given(model, weights, len(self.dataset.classes))
        self.given.check_classes(self.dataset.classes)
        self.data = describe(Splits({split: self.dataset}))
        self.recipe = {"name": _name(self.given, views), "model": model, "views": views,
                       "precision": precision}
        self.files = RunFolder(out, run_name(self.recipe["name"], self.data["name"], 0))
        self.record = self._earlier(resume)
        splits = [split, ONE_VIEW] if views > 1 else [split]
        whole = -(-chunk // batch_size) * batch_size
        self.chunks = Chunks(self.files.path / "chunks", self.identity, len(self.dataset), whole, splits)
        if self.chunks.begun and not resume and not self.record:
            raise FileExistsError(f"{self.files.path} holds a begun evaluation: go on with it by --resume "
                                  "(resume=True), choose another --out, or delete it")

    def _check_numbers(self, chunk: int) -> None:
        if self.split not in ("val", "test") or self.views not in (1, 10):
            raise ValueError(f"split is val or test and views 1 or 10, not {self.split!r} and {self.views!r}")
        if min(self.batch_size, chunk) < 1 or self.batch_size % self.accelerator.num_processes:
            raise ValueError(f"batch_size {self.batch_size} and chunk {chunk} must be above 0, and a batch a "
                             f"multiple of the {self.accelerator.num_processes} processes that share it")

    def _earlier(self, resume: bool) -> RunRecord | None:
        if not (self.files.path / RECORD).exists():
            return None
        if not resume:
            raise FileExistsError(f"{self.files.path} holds a record: choose another --out, or delete it")
        record = load_run(self.files.path)
        before = {"recipe": record.recipe, "digest": record.measured.get("weights_digest"),
                  "split": record.split, "data": record.data["hash"]}
        refuse_other(self.files.path, before, {name: self.identity[name] for name in before})
        return record

    @property
    def identity(self) -> dict:
        """What decides the answers."""
        return {"recipe": self.recipe, "weights": self.given.said, "digest": self.given.digest,
                "preprocess": self.given.preprocess.as_dict(), "split": self.split,
                "data": self.data["hash"]}

    def __len__(self) -> int:
        return 0 if self.record else len(self.chunks.missing())

    def __iter__(self) -> Iterator[int]:
        main = self.accelerator.is_main_process
        if self.record:
            if main:
                self.chunks.clear()  # left by a process that was stopped after it had written the record
            return
        with self.files.locked() if main else nullcontext():
            missing = self.chunks.missing()
            self.accelerator.wait_for_everyone()  # before the first of them writes
            if main:
                self.chunks.begin(environment(self.accelerator.device, self.accelerator.num_processes))
            yield from self._fill(missing, main)
            if main:
                self.record = self._make_record()
                save_record(self.files.path, self.record)
                self.chunks.clear()
            self.accelerator.wait_for_everyone()

    def _fill(self, missing: list[range], main: bool) -> Iterator[int]:
        done, start = len(self.dataset) - sum(map(len, missing)), time.perf_counter()
        for part, answers in zip(missing, self._answers(missing), strict=True):
            if main:
                self.chunks.keep(part, answers)
                self.chunks.count(len(part), time.perf_counter() - start)
            start, done = time.perf_counter(), done + len(part)
            yield done

    def _answers(self, missing: list[range]) -> Iterator[Answers]:
        """What is kept of each part, from one pass over the pictures of all."""
        batches = self._batches(missing) if missing else iter(())
        for part in missing:
            held = [next(batches) for _ in range(0, len(part), self.batch_size)]
            labels, *said = map(np.concatenate, zip(*held, strict=True))
            yield {split: (labels, stored(each, labels))
                   for split, each in zip(self.chunks.splits, said, strict=True)}

    def _batches(self, missing: list[range]) -> Iterator[tuple[np.ndarray, ...]]:
        rows = np.concatenate([self.dataset.rows[part.start:part.stop] for part in missing])
        pictures = Part(self.dataset.whole, rows)
        source = open_source(pictures, self.given.preprocess, kind="on the fly")
        crops = Crops(pictures, source, self.given.normalise, views=self.views)
        batches = loader(crops, self.batch_size, device=self.accelerator.device,
                         workers=0 if len(rows) <= FEW * self.batch_size else None)
        return stream(self.given.model, batches, views=self.views, accelerator=self.accelerator)

    def _make_record(self) -> RunRecord:
        answers, classes = self.chunks.all(), len(self.dataset.classes)
        scores = {split: score(*said, classes) for split, said in answers.items()}
        save_file_list(self.files.out, self.data, self.split, self.dataset.paths)
        labels, log_probabilities = answers.pop(self.split)
        return RunRecord(
            recipe=self.recipe, data=self.data, seed=0, history=[], scores=scores, labels=labels,
            log_probabilities=log_probabilities, others=answers, kind="evaluation", weights=self.given.said,
            preprocess=self.given.preprocess.as_dict(), environments=self.chunks.sittings(),
            measured=self.given.notes())


def _name(given: Given, views: int) -> str:
    """The network, and the weights by torchvision's tag or by their digest."""
    tag = given.source.tag if given.source else given.digest[:8]
    return f"{given.name}+{tag}" + (f",views={views}" if views > 1 else "")
