"""The files of root/<class>/: read with one pass over the folders, and for a large tree kept on disk.

ImageNet's 1.28 million paths take hundreds of megabytes as Python strings, in each process again. So the
index of a large tree is one file of flat arrays, which all processes map and none copies. It holds as long as
no folder of the tree has changed: adding, removing and renaming a file changes its folder. Rewriting one in
place does not, and its size in the index is then the old one; delete the index to read anew.
"""
import hashlib
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock

from cvlib.atomic import replaced
from cvlib.data.decode import SUFFIXES
from cvlib.data.listing import Listing, folder_state, size_of

__all__ = ["Index", "PathTable", "read_index"]

LARGE = 100_000  # files from which on an index is kept
SETTLED = 2.0  # seconds after which a change of a folder shows in its time, even on a coarse file system
HEADER = 16  # bytes: the lengths of the description and of the whole
ARRAYS = ("starts", "labels", "sizes")  # int64, and last the names


class PathTable(Sequence[str]):
    """The paths of an index, made into strings one at a time."""

    def __init__(self, index: "Index"):
        self.index = index

    def __len__(self) -> int:
        return len(self.index.starts) - 1

    def __getitem__(self, item):
        if isinstance(item, slice):
            return [self[i] for i in range(len(self))[item]]
        place = range(len(self))[item]
        start, end = self.index.starts[place], self.index.starts[place + 1]
        return os.fsdecode(self.index.names[start:end - 1].tobytes())


class Index:
    """``classes`` (folder names, sorted), ``labels``, ``sizes`` (bytes), ``paths`` and what was ``left_out``.

    ``file`` is where it is kept, None where it is only in memory; another process that receives a kept one
    maps the file anew. `open` raises OSError or ValueError.
    """

    def __init__(self, about: dict, arrays: dict[str, np.ndarray], file: Path | None = None):
        self.about, self.file = about, file
        self.classes, self.left_out = about["classes"], about["left_out"]
        self.starts, self.labels, self.sizes, self.names = (arrays[name] for name in (*ARRAYS, "names"))

    @property
    def paths(self) -> PathTable:
        """``<class>/<file>``, sorted."""
        return PathTable(self)

    @classmethod
    def open(cls, file: Path) -> "Index":
        """The index in ``file``, mapped; raises OSError where there is none, ValueError where it is cut."""
        whole = np.memmap(file, np.uint8, "r").view(np.ndarray)
        described, length = (int(number) for number in whole[:HEADER].view(np.int64))
        if len(whole) != length:
            raise ValueError(f"{file} is cut")
        about = json.loads(whole[HEADER:HEADER + described].tobytes())
        place, arrays = HEADER + described, {}
        for name, count in zip(ARRAYS, (about["files"] + 1, about["files"], about["files"]), strict=True):
            arrays[name] = whole[place:place + 8 * count].view(np.int64)
            place += 8 * count
        return cls(about, arrays | {"names": whole[place:]}, file)

    def save(self, file: Path) -> None:
        """Write to ``file``, whole or not at all."""
        about = json.dumps(self.about).encode()
        about += b" " * (-len(about) % 8)
        arrays = [getattr(self, name) for name in (*ARRAYS, "names")]
        length = HEADER + len(about) + sum(array.nbytes for array in arrays)
        with replaced(file) as temporary, open(temporary, "wb") as stream:
            stream.write(np.array([len(about), length], np.int64).tobytes() + about)
            for array in arrays:
                stream.write(array)

    def __reduce__(self):
        if self.file:
            return Index.open, (self.file,)
        return Index, (self.about, {name: np.array(getattr(self, name)) for name in (*ARRAYS, "names")})


def read_index(root: Path, keep: Path) -> Listing | Index:
    """The files of root/<class>/. Of a large tree the index is kept in folder ``keep``, one process reads it.

    Where ``keep`` cannot be written it is read each time.
    """
    file = keep / f"{hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]}.index"
    kept = _kept(file)
    if kept:
        return kept
    listing = Listing(os.path.abspath(root))
    if listing.read(until=LARGE):
        return listing
    try:
        keep.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock"):
            return _kept(file) or _make(listing, file)
    except (OSError, NotImplementedError):  # the second: no locks on this file system
        return _packed(listing)


def _make(listing: Listing, file: Path) -> Index:
    index = _packed(listing)
    newest = max(state[0] for state in index.about["folders"].values()) / 1e9
    if time.time() - newest < SETTLED:
        return index
    index.save(file)
    return Index.open(file)


def _packed(listing: Listing) -> Index:
    listing.read()
    names = np.frombuffer(b"".join(listing.chunks), np.uint8)
    starts = np.concatenate([[0], np.flatnonzero(names == 0) + 1]).astype(np.int64)
    about = {"classes": listing.classes, "left_out": listing.left_out, "files": len(starts) - 1,
             "folders": listing.folders, "suffixes": sorted(SUFFIXES)}
    index = Index(about, {"starts": starts, "labels": listing.labels, "sizes": None, "names": names})
    index.sizes = np.fromiter((size_of(f"{listing.root}/{path}") for path in index.paths), np.int64)
    return index


def _kept(file: Path) -> Index | None:
    """The index in ``file``, if it is whole and no folder has changed since."""
    try:
        index = Index.open(file)
        same = all(folder_state(folder) == state for folder, state in index.about["folders"].items())
        return index if same and index.about["suffixes"] == sorted(SUFFIXES) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
