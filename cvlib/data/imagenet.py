"""ImageNet (ILSVRC 2012) in the tree of Kaggle's "ImageNet Object Localization Challenge".

A class's index is the rank of its synset: n03447447, gondola, is 576. The validation pictures lie loose; the
first word of a row of LOC_val_solution.csv is a picture's synset. The labels of the test pictures were never
published.
"""
import csv
from pathlib import Path

import numpy as np

from cvlib.data.decode import SUFFIXES
from cvlib.data.images import ImageDataset
from cvlib.data.listing import suffix_of
from cvlib.data.names import ignored, printable
from cvlib.data.pictures import FilePictures
from cvlib.data.places import DatasetLayoutError, locate
from cvlib.data.splits import Splits
from cvlib.data.tree import class_files

__all__ = ["open_imagenet"]

MAPPING, SOLUTION, PICTURES = "LOC_synset_mapping.txt", "LOC_val_solution.csv", "ILSVRC/Data/CLS-LOC"
NUM_CLASSES, NUM_VAL = 1000, 50_000
TEST = "the labels of its test pictures were never published, val is what results are reported on"


def open_imagenet(root: str | Path | None = None, sample: bool = False) -> Splits:
    """"val", and "train" where ILSVRC/Data/CLS-LOC/train is there; classes are "n01440764 tench" and so on.

    ``sample`` accepts fewer pictures than there are in ImageNet. Raises DatasetNotFound or, for another or an
    incomplete tree, DatasetLayoutError.
    """
    folder = locate("imagenet", root)
    for name in (MAPPING, SOLUTION, f"{PICTURES}/val"):
        if not (folder / name).exists():
            raise DatasetLayoutError(f"{printable(folder)} is not Kaggle's ImageNet tree: no {name} in it."
                                     f"{_hint(folder)}")
    classes = _classes(folder / MAPPING)
    parts, left_out = {"val": _val(folder, classes, sample)}, []
    if (folder / PICTURES / "train").is_dir():
        train, left_out = _train(folder / PICTURES / "train", classes, sample)
        parts = {"train": train} | parts
    return Splits(parts, left_out=left_out, sample=sample, reasons={
        "train": f"there is no {PICTURES}/train in {printable(folder)}", "test": TEST})


def _classes(file: Path) -> dict[str, str]:
    """{synset: "synset first name"}, by rank; raises DatasetLayoutError unless there are a thousand."""
    lines = [line.split(None, 1) for line in file.read_text("utf-8-sig").splitlines() if line.strip()]
    names = {words[0]: " ".join([words[0], words[-1].split(",")[0].strip()]) for words in sorted(lines)}
    if len(names) != NUM_CLASSES:
        raise DatasetLayoutError(f"{printable(file)} names {len(names)} synsets, not {NUM_CLASSES}")
    return names


def _val(folder: Path, classes: dict[str, str], sample: bool) -> ImageDataset:
    place, answers = folder / PICTURES / "val", _answers(folder / SOLUTION)
    files = sorted(file.name for file in place.iterdir()
                   if suffix_of(file.name) in SUFFIXES and not ignored(file.name))
    unknown = [file for file in files if answers.get(Path(file).stem) not in classes]
    if unknown:
        raise DatasetLayoutError(f"{printable(place)}: {len(unknown)} pictures, {printable(unknown[0])} "
                                 f"among them, have no synset of {MAPPING} in {SOLUTION}")
    if not files or (len(files) != NUM_VAL and not sample):
        folders = " Its folders are not read: the pictures lie loose in it." if not files else ""
        some = " For a part of ImageNet say so: sample=True." if files else ""
        raise DatasetLayoutError(f"{printable(place)} holds {len(files):,} pictures, not {NUM_VAL:,}."
                                 f"{folders}{some}")
    rank = {synset: label for label, synset in enumerate(classes)}
    labels = [rank[answers[Path(file).stem]] for file in files]
    return ImageDataset("imagenet", list(classes.values()), labels, FilePictures(place, files))


def _answers(file: Path) -> dict[str, str]:
    """{picture: synset}; the boxes behind the synset are dropped."""
    with open(file, encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.reader(stream) if len(row) >= 2 and row[1].split()]
    return {row[0].strip(): row[1].split()[0] for row in rows}


def _train(place: Path, classes: dict[str, str], sample: bool) -> tuple[ImageDataset, list[str]]:
    files = class_files(place)
    unknown = sorted(set(files.classes) - set(classes))
    if unknown:
        raise DatasetLayoutError(f"{printable(place)} holds {', '.join(map(printable, unknown[:6]))}, which "
                                 f"{MAPPING} does not name")
    present = np.bincount(files.labels, minlength=len(files.classes))
    absent = NUM_CLASSES - np.count_nonzero(present)
    if absent and not sample:
        raise DatasetLayoutError(f"{printable(place)} has no pictures of {absent} of {NUM_CLASSES} synsets."
                                 " For a part of ImageNet say so: sample=True.")
    labels = files.labels
    if absent:
        rank = {synset: label for label, synset in enumerate(classes)}
        labels = np.array([rank[name] for name in files.classes], np.int64)[labels]
    pictures = FilePictures(place, files.paths)
    return ImageDataset("imagenet", list(classes.values()), labels, pictures), files.left_out


def _hint(folder: Path) -> str:
    """Which mistake the folder looks like."""
    near = [*folder.resolve().parents[:5], *(child for child in folder.iterdir() if child.is_dir())]
    found = [place for place in near if (place / SOLUTION).is_file()]
    return (f" Did you mean {printable(found[0])}?" if found
            else f" Expected {MAPPING}, {SOLUTION} and {PICTURES}/val (and train).")
