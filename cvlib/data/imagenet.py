"""ImageNet (ILSVRC 2012) in the tree of Kaggle's "ImageNet Object Localization Challenge".

A class's index is the rank of its synset: n03447447, gondola, is 576. The validation pictures lie loose; the
first word of a row of LOC_val_solution.csv is a picture's synset. The labels of the test pictures were never
published. A picture is turned upright where its EXIF tag says so, which torchvision's evaluation does not do.
"""
from pathlib import Path

import numpy as np

from cvlib.data.decode import SUFFIXES
from cvlib.data.imagenet_hints import PICTURES, about_answers, about_classes, about_loose, about_root
from cvlib.data.imagenet_tables import MAPPING, SOLUTION, read_answers, read_classes
from cvlib.data.images import ImageDataset
from cvlib.data.listing import suffix_of
from cvlib.data.names import ignored, printable
from cvlib.data.pictures import FilePictures
from cvlib.data.places import DatasetLayoutError, locate
from cvlib.data.splits import Splits
from cvlib.data.tree import class_files

__all__ = ["open_imagenet"]

TEST = "the labels of its test pictures were never published, val is what results are reported on"
PART = " For a part of ImageNet say so: sample=True, or --sample."


def open_imagenet(root: str | Path | None = None, sample: bool = False, only: str | None = None) -> Splits:
    """"val", and "train" where ILSVRC/Data/CLS-LOC/train is there; classes are "n01440764 tench" and so on.

    ``sample`` accepts fewer pictures than there are in ImageNet. With ``only`` the other split is not looked
    at: 1.28 million training files take a while to list. Raises DatasetNotFound or, for another or an
    incomplete tree, DatasetLayoutError that says which mistake it looks like.
    """
    folder = locate("imagenet", root)
    for name in (MAPPING, SOLUTION, f"{PICTURES}/val"):
        if not (folder / name).exists():
            raise DatasetLayoutError(f"{printable(folder)} is not Kaggle's ImageNet tree: no {name} in it."
                                     f"{about_root(folder)}")
    classes, train = read_classes(folder / MAPPING), folder / PICTURES / "train"
    has_train, parts, left_out = train.is_dir(), {}, []
    if only != "train" or not has_train:
        parts["val"] = _val(folder, classes, sample)  # before train, which takes longer
    if only != "val" and has_train:
        training, left_out = _train(train, classes, sample)
        parts = {"train": training} | parts
    return Splits(parts, left_out=left_out, sample=sample, reasons={
        "train": f"there is no {PICTURES}/train in {printable(folder)}", "test": TEST})


def _val(folder: Path, classes: dict[str, str], sample: bool) -> ImageDataset:
    place, answers = folder / PICTURES / "val", read_answers(folder / SOLUTION, sample=sample)
    files = sorted(file.name for file in place.iterdir()
                   if suffix_of(file.name) in SUFFIXES and not ignored(file.name))
    if not files:
        raise DatasetLayoutError(f"{printable(place)} holds no pictures.{about_loose(place)}")
    pictures = [Path(file).stem for file in files]
    unknown = [file for file, picture in zip(files, pictures, strict=True) if picture not in answers]
    if unknown:
        more = f" and {len(unknown) - 1:,} more" if len(unknown) > 1 else ""
        raise DatasetLayoutError(f"{printable(place)}: {SOLUTION} has no row for {printable(unknown[0])}"
                                 f"{more}.{about_answers(unknown)}")
    absent = sorted(answers.keys() - set(pictures))
    if absent and not sample:
        raise DatasetLayoutError(
            f"{printable(place)} holds {len(files):,} pictures, not {len(answers):,}: missing are "
            f"{', '.join(map(printable, absent[:5]))}{' ...' if len(absent) > 5 else ''}.{PART}")
    rank = {synset: label for label, synset in enumerate(classes)}
    labels = [rank[answers[picture]] for picture in pictures]
    return ImageDataset("imagenet", list(classes.values()), labels, FilePictures(place, files))


def _train(place: Path, classes: dict[str, str], sample: bool) -> tuple[ImageDataset, list[str]]:
    files = class_files(place)
    unknown = sorted(set(files.classes) - set(classes))
    if unknown:
        raise DatasetLayoutError(f"{printable(place)} holds {', '.join(map(printable, unknown[:6]))}, which "
                                 f"{MAPPING} does not name.{about_classes(place, unknown)}")
    present = np.bincount(files.labels, minlength=len(files.classes))
    absent = len(classes) - np.count_nonzero(present)
    if absent == len(classes) or (absent and not sample):
        left_out = "".join(f" {sentence}." for sentence in files.left_out)
        raise DatasetLayoutError(f"{printable(place)} has no pictures of {absent:,} of {len(classes):,} "
                                 f"synsets.{left_out}{PART if absent < len(classes) else ''}")
    labels = files.labels
    if absent:
        rank = {synset: label for label, synset in enumerate(classes)}
        labels = np.array([rank[name] for name in files.classes], np.int64)[labels]
    pictures = FilePictures(place, files.paths)
    return ImageDataset("imagenet", list(classes.values()), labels, pictures), files.left_out
