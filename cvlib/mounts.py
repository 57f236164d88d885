"""Where Kaggle mounts what a notebook has attached: its new layout, then the old one.

In the new one a data set of an owner lies in datasets/<owner>/<slug> and a competition's in
competitions/<slug>; in the old one both lie in <slug>. Nothing there can be written.
"""
import os
from pathlib import Path

__all__ = ["attached", "competition_folders", "dataset_folders", "inputs"]


def inputs() -> Path:
    """What holds all of it: /kaggle/input, or for a rehearsal elsewhere ``$CVLIB_KAGGLE_INPUT``."""
    return Path(os.environ.get("CVLIB_KAGGLE_INPUT") or "/kaggle/input")


def dataset_folders(name: str) -> list[Path]:
    """The places of the data set "owner/slug"."""
    return [inputs() / "datasets" / name, inputs() / name.split("/")[1]]


def competition_folders(slug: str) -> list[Path]:
    """The places of a competition's files."""
    return [inputs() / "competitions" / slug, inputs() / slug]


def attached(file: str) -> Path | None:
    """The first file of that name at the top of a data set, whoever owns it; None where there is none."""
    found = [path for places in ("datasets/*/*", "*") for path in sorted(inputs().glob(f"{places}/{file}"))]
    return next((path for path in found if path.is_file()), None)
