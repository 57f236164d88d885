"""One pass over root/<class>/: which pictures there are, and what is left out."""
import os
from collections import Counter
from pathlib import Path

import numpy as np

from cvlib.data.decode import SUFFIXES
from cvlib.data.names import ignored, normal, printable

__all__ = ["Listing", "folder_state", "size_of", "subfolders", "suffix_of"]

NAMED = 6  # folders or suffixes that a sentence counts one by one


def suffix_of(name: str) -> str:
    """``.jpg`` of ``cat.JPG``."""
    return os.path.splitext(name)[1].lower()


def folder_state(folder: str) -> list[int]:
    """What changes when a file of ``folder`` is added, removed or renamed."""
    state = os.stat(folder)
    return [state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def size_of(path: str) -> int:
    """Bytes in a file; -1 where there is none."""
    try:
        return os.stat(path).st_size
    except OSError:
        return -1


def subfolders(folder: Path) -> list[str]:
    """Names of the folders in ``folder``, sorted; hidden ones and machines' own passed over."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if not ignored(entry.name) and entry.is_dir())


class Listing:
    """The pictures of root/<class>/, classes and files sorted by name.

    A picture is what has a picture's suffix: a broken link or a folder called x.jpg is named when it is
    opened, not passed over. ``classes`` are the folders' names; ``chunks`` hold the paths of one class each,
    every one ended by a zero byte; ``folders`` the state of each folder when it was read.
    """

    def __init__(self, root: str | Path):
        self.root, self.folders, self.chunks, self.counts = Path(root), {}, [], []
        self.unread, self.nested, self.loose, self.dead, names = Counter(), Counter(), 0, [], []
        for entry in self._entries(str(root)):
            if entry.is_dir():
                names.append(entry.name)
            elif suffix_of(entry.name) in SUFFIXES:
                self.loose += 1
            elif entry.is_symlink() and not os.path.exists(entry.path):
                self.dead.append(entry.name)
        self.classes = sorted(names, key=lambda name: (normal(name), name))

    def read(self, until: float = float("inf")) -> bool:
        """Read on, class by class, up to about ``until`` pictures; whether that was all."""
        while len(self.counts) < len(self.classes):
            if sum(self.counts) >= until:
                return False
            files = self._read(self.classes[len(self.counts)])
            self.chunks.append(os.fsencode("".join(files)))
            self.counts.append(len(files))
        return True

    @property
    def labels(self) -> np.ndarray:
        """The class of each picture, (N,) int64."""
        return np.repeat(np.arange(len(self.counts), dtype=np.int64), self.counts)

    @property
    def paths(self) -> list[str]:
        """``<class>/<file>`` of each picture."""
        return os.fsdecode(b"".join(self.chunks)).split("\0")[:-1]

    @property
    def left_out(self) -> list[str]:
        """A sentence for each kind of thing that is not read."""
        unread, nested, dead = self.unread.total(), self.nested.total(), len(self.dead)
        kinds = {
            f"{_some(unread, 'file')} of the class folders with suffixes that are not read "
            f"({_most(self.unread)})": unread,
            f"{_some(nested, 'picture')} in folders inside the class folders ({_most(self.nested)}): "
            "move them up into the class folder": nested,
            f"{_some(self.loose, 'picture')} beside the class folders": self.loose,
            f"{_some(dead, 'link')} to nothing ({_most(Counter(self.dead))})": dead,
        }
        return [f"{printable(self.root)}: left out {what}" for what, count in kinds.items() if count]

    def _entries(self, folder: str) -> list[os.DirEntry]:
        self.folders[folder] = folder_state(folder)
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not ignored(entry.name)]

    def _read(self, name: str) -> list[str]:
        """The paths of the pictures in class folder ``name``, each ended by a zero byte."""
        files = []
        for entry in self._entries(f"{self.root}/{name}"):
            suffix = suffix_of(entry.name)
            if suffix in SUFFIXES:
                files.append(entry.name)
            elif entry.is_dir():
                self._count_nested(f"{name}/{entry.name}")
            else:
                self.unread[suffix or "no suffix"] += 1
        return [f"{name}/{file}\0" for file in sorted(files)]

    def _count_nested(self, name: str) -> None:
        for place, folders, files in os.walk(f"{self.root}/{name}"):
            self.folders[place] = folder_state(place)
            folders[:] = [folder for folder in folders if not ignored(folder)]
            self.nested[name] += sum(suffix_of(file) in SUFFIXES for file in files if not ignored(file))


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _most(counts: Counter) -> str:
    """The most frequent with their counts, in an order that no file system decides."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{printable(name)} {count}" for name, count in ordered[:NAMED])
    return named + (" ..." if len(counts) > NAMED else "")
