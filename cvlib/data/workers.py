"""Decoding in a process of its own: no torch, no fork, and an end with its parent.

    python -m cvlib.data.workers < job.json     (see `Job`; standard input stays open while the parent lives)
"""
import errno
import hashlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread

import numpy as np
from PIL import Image

from cvlib.data.pictures import pictures_from_json
from cvlib.data.preprocess import Preprocess
from cvlib.data.statistics import channel_products, count_values

__all__ = ["FULL", "Job", "Report", "look", "pixel_digest"]

FULL = 28  # exit status where the disk is full


@dataclass(frozen=True)
class Job:
    """What to do with pictures ``first``, ``first + step`` ... of the whole set, or of ``rows`` of it.

    With a ``pixels`` file (.npy) each resized square is written into its row there. With ``sums`` (a file to
    be, .npz) nothing of the pictures is kept but `Statistics`' sums.
    """

    preprocess: dict | None = None
    pixels: str | None = None
    sums: str | None = None
    rows: Sequence[int] | None = None
    first: int = 0
    step: int = 1


@dataclass(frozen=True)
class Report:
    """What came of a job: a digest for each picture in turn, and what is wrong with pictures by number."""

    digests: list[str]
    broken: dict[int, str]


def pixel_digest(image: Image.Image) -> str:
    """SHA-256 of size and RGB pixels."""
    digest = hashlib.sha256(f"{image.size}".encode())
    digest.update(np.asarray(image))
    return digest.hexdigest()


def look(pictures, job: Job) -> Report:
    """Do ``job``; a picture that cannot be read is reported, and the others are done."""
    numbers = range(len(pictures)) if job.rows is None else job.rows
    preprocess = Preprocess.from_dict(job.preprocess) if job.preprocess else None
    keep = _Sums() if job.sums else _Pixels(job.pixels) if job.pixels else None
    digests, broken = [], {}
    for number in numbers[job.first::job.step]:
        try:
            image = pictures.open(number)
            square = np.asarray(preprocess.resized(image)) if preprocess else None
        except (OSError, MemoryError, ValueError) as error:
            broken[number] = str(error) or f"picture {number}: {type(error).__name__}"
            continue
        if not job.sums:
            digests.append(pixel_digest(image))
        if keep:
            keep.add(number, square)
    if keep:
        keep.close(job.sums)
    return Report(digests, broken)


class _Pixels:
    """Rows of a .npy file, written in place: a full disk is an error here, and in a mapped file the end."""

    def __init__(self, path: str):
        self.start = np.load(path, mmap_mode="r").offset
        self.file = open(path, "r+b")  # noqa: SIM115

    def add(self, number: int, square: np.ndarray) -> None:
        self.file.seek(self.start + number * square.nbytes)
        self.file.write(square)

    def close(self, _) -> None:
        self.file.close()


class _Sums:
    """Whole-number sums of all squares."""

    def __init__(self):
        self.total, self.number = 0, 0
        self.counts, self.products = np.zeros((3, 256), np.int64), np.zeros((3, 3), np.int64)

    def add(self, _, square: np.ndarray) -> None:
        self.total = self.total + square.astype(np.int64)
        self.counts += count_values(square)
        self.products += channel_products(square)
        self.number += 1

    def close(self, path: str) -> None:
        np.savez(path, total=self.total, counts=self.counts, products=self.products, number=self.number)


def main() -> None:
    """Do the job on the first line of standard input; end with whoever holds its other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, which ends this process
    asked = json.loads(sys.stdin.buffer.readline())
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        report = look(pictures_from_json(asked["pictures"]), Job(**asked["job"]))
        Path(asked["report"]).write_text(json.dumps(asdict(report)))
    except OSError as error:
        sys.exit(FULL if error.errno in (errno.ENOSPC, errno.EDQUOT) else f"{type(error).__name__}: {error}")


def _end_with_parent() -> None:
    while os.read(0, 4096):  # not through sys.stdin, whose lock would be held at this process's own end
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
