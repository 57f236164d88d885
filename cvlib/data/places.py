"""Where data sets live."""
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from cvlib.data.cache import cache_folder
from cvlib.data.names import printable
from cvlib.mounts import competition_folders, dataset_folders

__all__ = ["KAGGLE", "DatasetLayoutError", "DatasetNotFound", "locate"]

KAGGLE = {"intel": "puneet6060/intel-image-classification"}  # name -> owner/slug
PAGES = {"cifar10": "www.cs.toronto.edu/~kriz/cifar.html"}  # published elsewhere, downloaded by hand
COMPETITIONS = {"imagenet": "imagenet-object-localization-challenge"}  # 155 GB: never downloaded unasked


class DatasetNotFound(FileNotFoundError):  # noqa: N818
    """No folder of that data set; the message lists what was tried and the ways out."""


class DatasetLayoutError(ValueError):
    """A folder that does not hold what its data set should; the message says what it looks like instead."""


def locate(name: str, root: str | Path | None = None) -> Path:
    """The folder of data set ``name``.

    Tried in this order: ``root``, and then nothing else; ``$CVLIB_DATA/<name>``; Kaggle's mounts, new layout
    then old; the course's cache folder; kagglehub, where a network answers. Raises DatasetNotFound with the
    list of what was tried.
    """
    if root is not None:
        if str(root) and Path(root).is_dir():
            return Path(root)
        raise DatasetNotFound(f"{name}: there is no folder {printable(root) or 'of an empty name'}")
    tried = list(_places(name))
    for place in tried:
        if place.is_dir():
            return place
    return _download(name, tried)


def _places(name: str) -> Iterator[Path]:
    if os.environ.get("CVLIB_DATA"):
        yield Path(os.environ["CVLIB_DATA"]) / name
    if name in KAGGLE:
        yield from dataset_folders(KAGGLE[name])
    if name in COMPETITIONS:
        yield from competition_folders(COMPETITIONS[name])
    yield cache_folder() / "datasets" / name


def _download(name: str, tried: list[Path]) -> Path:
    if name in KAGGLE and _answers("www.kaggle.com"):
        import kagglehub
        return Path(kagglehub.dataset_download(KAGGLE[name]))
    unset = [] if os.environ.get("CVLIB_DATA") else ["$CVLIB_DATA, which is not set"]
    source, last = _source(name)
    raise DatasetNotFound("\n  ".join([
        f"{name} is not on this machine. Looked in:", *unset, *map(printable, tried), source,
    ]) + "\nThree ways out:\n  " + "\n  ".join([
        f"set CVLIB_DATA to a folder that holds {name}/;",
        f"name the folder of {name} itself: --root DIR, or root=DIR in Python;", last,
    ]))


def _source(name: str) -> tuple[str, str]:
    """Where the data set is published and what came of it, and how it is had from there."""
    if name in COMPETITIONS:
        page = f"kaggle.com/competitions/{COMPETITIONS[name]}"
        return (f"{page}: 155 GB, not downloaded unasked",
                f"accept the rules at {page} and run: kaggle competitions download -c {COMPETITIONS[name]}")
    if name in PAGES:
        return (f"{PAGES[name]}: not downloaded unasked",
                f"fetch the python version from {PAGES[name]} and unpack it, or run "
                "torchvision.datasets.CIFAR10(DIR, download=True), and name DIR.")
    page = f"kaggle.com/datasets/{KAGGLE[name]}" if name in KAGGLE else "its own page"
    return f"{page}: no network answers", f"run once with a network, which downloads it from {page}."


def _answers(host: str, seconds: float = 3.0) -> bool:
    """Whether ``host`` accepts a connection within ``seconds``."""
    try:
        socket.create_connection((host, 443), timeout=seconds).close()
    except OSError:
        return False
    return True
