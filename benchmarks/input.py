"""From JPEG files to normalised, cropped, flipped batches of 64 at 128 pixels, shuffled, two ways.

    python benchmarks/input.py            # Intel's training photographs, two cores on both sides

torchvision's side is ImageFolder, transforms.v2 on uint8 tensors (its fast path) and two workers. Ours is the
decoded source, built by two processes, then read by one with two threads and finished on the processor.
Both resize to 146 pixels and crop to 128. Ratios are of pictures a second, ours over theirs; each of the
rounds measures both in turn.
"""
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import torch
from torch.utils.data import DataLoader, Subset
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

import cvlib
from cvlib.data import Crops, Preprocess, load_dataset, loader, normalise_of, open_source

CORES, BATCH, ROUNDS = 2, 64, 5
PREPROCESS = Preprocess(size=146, crop=128)
WANTED = {"first epoch, with the building of the cache": 0.9, "a later run, its opening included": 5.0,
          "a later epoch": 5.0}


def seconds(batches) -> float:
    """Wall time of one pass."""
    start = time.perf_counter()
    finish = getattr(batches.dataset, "finish", lambda batch: batch)
    for batch in batches:
        finish(batch)
    return time.perf_counter() - start


def ours() -> tuple[float, float]:
    """Wall time from nothing to the end of an epoch, and of the epoch alone."""
    start = time.perf_counter()
    dataset = load_dataset("intel", "train")
    source = open_source(dataset, PREPROCESS)
    crops = Crops(dataset, source, normalise_of(source), augment=("crop", "flip"))
    batches = loader(crops, BATCH, shuffle=True)
    epoch = seconds(batches)
    return time.perf_counter() - start, epoch


def theirs() -> DataLoader:
    """The same pictures and the same work."""
    train, size, crop = load_dataset("intel", "train"), PREPROCESS.size, PREPROCESS.crop
    transform = v2.Compose([
        v2.ToImage(), v2.Resize(size), v2.CenterCrop(size), v2.RandomCrop(crop), v2.RandomHorizontalFlip(),
        v2.ToDtype(torch.float32, scale=True), v2.Normalize([0.45] * 3, [0.25] * 3),
    ])
    pictures = ImageFolder(train.pictures.root, transform)
    return DataLoader(Subset(pictures, train.rows.tolist()), BATCH, shuffle=True, num_workers=CORES)


def main() -> None:
    torch.set_num_threads(CORES)
    try:
        batches = theirs()
    except cvlib.data.DatasetNotFound as error:
        sys.exit(str(error))
    ratios = {what: [] for what in WANTED}
    for _ in range(ROUNDS):
        torchvision = seconds(batches)
        with tempfile.TemporaryDirectory() as empty:
            os.environ["CVLIB_CACHE"] = empty
            first, _ = ours()
            later, epoch = ours()
            size = sum(file.stat().st_size for file in Path(empty).rglob("*") if file.is_file())
        for taken, times in zip((first, later, epoch), ratios.values(), strict=True):
            times.append(torchvision / taken)
    print(f"{len(batches.dataset):,} photographs, {ROUNDS} rounds; the cache holds {size / 1e6:,.0f} MB")
    for what, times in ratios.items():
        print(f"{what:<44} {median(times):5.2f} times torchvision, {min(times):.2f} to {max(times):.2f} "
              f"(wanted {WANTED[what]})")


if __name__ == "__main__":
    main()
