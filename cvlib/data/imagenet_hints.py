"""Which mistake a folder looks like that is not Kaggle's ImageNet tree."""
import re
from pathlib import Path

from cvlib.data.imagenet_tables import MAPPING, SOLUTION
from cvlib.data.listing import subfolders
from cvlib.data.names import printable

__all__ = ["about_answers", "about_classes", "about_loose", "about_root"]

PICTURES = "ILSVRC/Data/CLS-LOC"
SYNSET = re.compile(r"n\d{8}")


def about_root(folder: Path) -> str:
    """Of a folder without the two tables and the pictures."""
    near = [*folder.resolve().parents[:5], *(child for child in folder.iterdir() if child.is_dir())]
    found = [place for place in near if (place / SOLUTION).is_file()]
    if found:
        return f" Did you mean {printable(found[0])}?"
    packed = [file.name for file in folder.iterdir() if re.search(r"\.(zip|tar|tar\.gz|tgz)$", file.name)]
    if packed:
        return f" {printable(packed[0])} is in it: unpack that first."
    sorted_in = [name for name in ("val", "train") if _synsets(folder / name)]
    if sorted_in:
        return (f" Class folders lie in its {' and '.join(sorted_in)}, as torchvision's ImageFolder wants "
                f"them: read it as a folder of your own, --data {printable(folder)}.")
    return f" Expected {MAPPING}, {SOLUTION} and {PICTURES}/val (and train)."


def about_loose(val: Path) -> str:
    """Of a val folder without a picture loose in it."""
    inside = _synsets(val)
    if inside:
        return (f" Its class folders ({inside:,}) are not read: Kaggle's val has its pictures loose, "
                f"and {SOLUTION} says what they show. Move the pictures up, or unpack it again.")
    deeper = [name for name in subfolders(val) if any((val / name).glob("*.JPEG"))]
    return (f" Its folders are not read: the pictures lie loose in {PICTURES}/val."
            + (f" Those in {printable(deeper[0])} lie a level too deep: move them up." if deeper else ""))


def about_classes(train: Path, unknown: list[str]) -> str:
    """Of training folders that are no synsets."""
    deeper = [name for name in unknown if _synsets(train / name)]
    if deeper:
        return f" The class folders lie a level deeper, in {printable(deeper[0])}: move them up."
    return (" A class folder is called by its synset (n01440764); a flat folder of pictures is no class, and "
            "their names alone do not say what they show.")


def about_answers(unknown: list[str]) -> str:
    """Of pictures in val that the solution does not know."""
    if any("_test_" in name for name in unknown):
        return " They are test pictures, whose labels were never published: move them away."
    return ""


def _synsets(folder: Path) -> int:
    """How many folders in ``folder`` are called like synsets."""
    return sum(bool(SYNSET.fullmatch(name)) for name in subfolders(folder)) if folder.is_dir() else 0
