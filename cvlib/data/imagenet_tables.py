"""The two tables of Kaggle's ImageNet tree: which synsets are the classes, and what each validation picture
shows. A table that was opened on Windows is read (BOM, CRLF); one that says something else is refused.
"""
import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

from cvlib.data.names import printable
from cvlib.data.places import DatasetLayoutError

__all__ = ["MAPPING", "NUM_VAL", "SOLUTION", "read_answers", "read_classes", "synsets"]

MAPPING, SOLUTION = "LOC_synset_mapping.txt", "LOC_val_solution.csv"
NUM_VAL = 50_000
HEADER = ["ImageId", "PredictionString"]
TRAINING = re.compile(r"n\d{8}_\d+")  # how training pictures are called


@cache
def synsets() -> tuple[str, ...]:
    """The 1,000 of ILSVRC 2012, in the order of their ranks: n03447447, gondola, is number 576."""
    return tuple(Path(__file__).with_name("synsets.txt").read_text("ascii").split())


def read_classes(file: Path) -> dict[str, str]:
    """{synset: "synset first name"}, by rank, in whatever order the lines are.

    Raises DatasetLayoutError unless each of the thousand synsets has one line.
    """
    lines = [line.split(None, 1) for line in _text(file).splitlines() if line.strip()]
    counts, known = Counter(words[0] for words in lines), set(synsets())
    foreign, twice = sorted(counts.keys() - known), [name for name in counts if counts[name] > 1]
    if foreign:
        raise DatasetLayoutError(f"{printable(file)}: {_some(foreign)} among its {len(counts):,} first words "
                                 f"are no synset of ILSVRC 2012: each line is a synset (n01440764) and its "
                                 f"names, {len(known):,} in all. Is it of another ImageNet?")
    if twice:
        raise DatasetLayoutError(f"{printable(file)} has more than one line for {_some(twice)}")
    if len(counts) != len(known):
        raise DatasetLayoutError(f"{printable(file)} names {len(counts):,} synsets, not {len(known):,}: "
                                 f"{_some(sorted(known - counts.keys()))} are missing. Is it cut?")
    return {words[0]: " ".join([words[0], words[-1].split(",")[0].strip()]) for words in sorted(lines)}


def read_answers(file: Path, *, sample: bool) -> dict[str, str]:
    """{picture: synset}. Of a row the first word counts, the boxes behind it are dropped.

    Raises DatasetLayoutError for another table, for a picture with two answers, and unless ``sample`` says
    that it is a part, for other than 50,000 pictures.
    """
    rows = [row for row in csv.reader(_text(file).splitlines()) if any(map(str.strip, row))]
    if not rows or [word.strip() for word in rows[0]] != HEADER:
        raise DatasetLayoutError(_not_the_header(file, rows[0] if rows else []))
    pairs = [(row[0].strip(), next(iter(row[1].split()), "") if len(row) > 1 else "") for row in rows[1:]]
    known = set(synsets())
    foreign = [picture for picture, synset in pairs if synset not in known]
    if foreign:
        synset = dict(pairs)[foreign[0]]
        raise DatasetLayoutError(
            f"{printable(file)}: {_some(foreign)} of its {len(pairs):,} rows do not start with a synset, the "
            f"first of them with '{printable(synset)}'. In LOC_sample_submission.csv rows start with a "
            "number: is it that one, renamed?")
    answers = dict(pairs)
    torn = sorted({picture for picture, synset in pairs if answers[picture] != synset})
    if torn:
        raise DatasetLayoutError(f"{printable(file)} gives {_some(torn)} two different synsets")
    if len(answers) != NUM_VAL and not sample:
        raise DatasetLayoutError(f"{printable(file)} has answers for {len(answers):,} pictures, not "
                                 f"{NUM_VAL:,}.{_other_number(answers)}")
    return answers


def _other_number(answers: dict[str, str]) -> str:
    if answers and all(map(TRAINING.fullmatch, answers)):
        return " They are training pictures: is it LOC_train_solution.csv, renamed?"
    return " For a part of ImageNet say so: sample=True, or --sample."


def _text(file: Path) -> str:
    """What the file says; raises DatasetLayoutError where it is not UTF-8."""
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetLayoutError(f"{printable(file)} is not UTF-8 ({error.reason}): an editor on Windows may "
                                 "have saved it as UTF-16; unpack it again, or save it as UTF-8") from error


def _not_the_header(file: Path, first: list[str]) -> str:
    said = printable(",".join(first)[:60])
    why = ("it is separated by semicolons, as a spreadsheet program saves it" if ";" in said
           else "is it another table?" if said else "it is empty")
    return f"{printable(file)} must start with {','.join(HEADER)} and starts with '{said}': {why}"


def _some(names: list[str]) -> str:
    """The first few by name, and how many more."""
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(map(printable, names[:3])) + more
