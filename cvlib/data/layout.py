"""Which folders of a person's own tree are splits: train, val, test; what a tree of other names is told."""
import re
from pathlib import Path
from typing import NamedTuple

from cvlib.data.decode import SUFFIXES
from cvlib.data.listing import subfolders, suffix_of
from cvlib.data.names import ignored, printable
from cvlib.data.places import DatasetLayoutError

__all__ = ["split_folders"]

SPELLINGS = {"train": ("train",), "val": ("val", "valid", "validation"), "test": ("test",)}
LOOKALIKES = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val",
              "validate": "val", "dev": "val", "test": "test", "testing": "test"}
FILLERS = {"set", "sets", "data", "dataset", "image", "images", "img", "imgs", "picture", "pictures",
           "photos", "folder", "split", "seg", "my", "the"}
IMAGENET = "If this is ImageNet: --data imagenet --root DIR, where DIR holds LOC_val_solution.csv"


class Inside(NamedTuple):
    """What lies directly in a folder."""

    folders: int
    pictures: int


def split_folders(root: Path) -> dict[str, str]:
    """{split: folder name} of ``root``; empty where its folders are classes.

    A folder is a split if its name is one's and it holds folders: a class called train, with pictures in it,
    is a class. Raises DatasetLayoutError for a tree of splits that cannot be read as it is.
    """
    names = subfolders(root)
    _refuse_known(root, names)
    roles = {name: _role(name) for name in names if _role(name)}
    others = [name for name in names if name not in roles]
    inside = {name: _inside(root / name) for name in roles}
    if roles and any(_inside(root / name).pictures for name in others):
        inside = {name: _as_class(look) for name, look in inside.items()}
    loose = [name for name in roles if inside[name].pictures and not inside[name].folders]
    if not any(look.folders for look in inside.values()):
        if loose and not others:
            raise DatasetLayoutError(_unlabelled(root, loose))
        return {}
    if loose:
        raise DatasetLayoutError(_unlabelled(root, loose))
    _refuse_other_names(root, roles)
    found = {role: name for role in SPELLINGS for name in roles if roles[name] == role}
    _refuse_incomplete(root, found, others)
    return found


def _role(name: str) -> str | None:
    """Which split a folder of this name looks like: "train" for Train, training_set, TrainData ..."""
    words = [word for word in re.split(r"[^a-z]+", name.casefold()) if word and word not in FILLERS]
    stems = [re.sub(r"(data)?(sets?|data|images|imgs)$", "", word) for word in words]
    return LOOKALIKES.get(stems[0]) if len(stems) == 1 else None


def _inside(folder: Path) -> Inside:
    shown = [entry for entry in folder.iterdir() if not ignored(entry.name)]
    pictures = sum(suffix_of(entry.name) in SUFFIXES for entry in shown)
    return Inside(sum(suffix_of(entry.name) not in SUFFIXES and entry.is_dir() for entry in shown), pictures)


def _as_class(look: Inside) -> Inside:
    """Among classes a folder with pictures in it is one, whatever else it holds."""
    return Inside(0, look.pictures) if look.pictures else look


def _named(names) -> str:
    return ", ".join(map(printable, names))


def _refuse_known(root: Path, names: list[str]) -> None:
    here = printable(root)
    if "ILSVRC" in names or (root / "LOC_val_solution.csv").exists():
        raise DatasetLayoutError(f"{here} looks like ImageNet: --data imagenet --root {here}")
    if {"seg_train", "seg_test"} & set(names):
        raise DatasetLayoutError(f"{here} looks like Intel's scenes: --data intel --root {here}")


def _refuse_other_names(root: Path, roles: dict[str, str]) -> None:
    same = {role: [name for name in roles if roles[name] == role] for role in SPELLINGS}
    for role, names in same.items():
        if len(names) > 1:
            raise DatasetLayoutError(f"{printable(root)} holds {_named(names)}, which all look like {role}: "
                                     f"keep one of them, named {role}")
    wrong = {name: role for role, names in same.items() for name in names if name not in SPELLINGS[role]}
    if wrong:
        renames = " and ".join(f"{printable(name)} to {role}" for name, role in wrong.items())
        raise DatasetLayoutError(f"{printable(root)} holds {_named(roles)}; the names that are read are "
                                 f"train, val (valid, validation) and test. Rename {renames}.")


def _refuse_incomplete(root: Path, found: dict[str, str], others: list[str]) -> None:
    here, only = printable(root), f"only {_named(others)}" if others else "nothing else"
    if "train" not in found:
        raise DatasetLayoutError(f"{here} has {' and '.join(found.values())} and no train folder beside, "
                                 f"{only}. The folder with the training pictures has to be called train.")
    if len(found) == 1:
        rename = "Rename one to test (or val)" if others else "Put test/<class> or val/<class> beside it"
        raise DatasetLayoutError(f"{here} has a train folder and no val or test beside it, {only}. {rename}, "
                                 f"or name {printable(root / 'train')} itself: it is split 80/10/10 then.")


def _unlabelled(root: Path, names: list[str]) -> str:
    return (f"{printable(root)}: the pictures of {_named(names)} lie loose, without class folders, so "
            f"nothing says what they show. Sort them into <class> folders, or move them away. {IMAGENET}.")
