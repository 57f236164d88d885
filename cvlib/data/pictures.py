"""Where a data set's pictures come from: files below a folder, CIFAR's batches, or the drawn scenes."""
import hashlib
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from cvlib import scenes
from cvlib.data.cifar_batches import read_batch
from cvlib.data.decode import open_picture
from cvlib.data.index import Index, PathTable
from cvlib.data.listing import size_of

__all__ = ["BatchPictures", "DrawnPictures", "FilePictures", "key_of", "pictures_from_json"]


def key_of(parts) -> str:
    """A short name for a sequence of strings: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(_bytes("\n".join(map(str, parts)))).hexdigest()[:16]


class FilePictures:
    """Picture files; ``paths`` are relative to ``root``."""

    def __init__(self, root: str | Path, paths: Sequence[str]):
        self.root = Path(root)
        self.paths = paths if isinstance(paths, PathTable) else list(paths)

    def __len__(self) -> int:
        return len(self.paths)

    def open(self, index: int, least: int | None = None) -> Image.Image:
        """Picture ``index`` in RGB; raises PictureError for a file that gives none. See `open_picture`."""
        return open_picture(f"{self.root}/{self.paths[index]}", least=least)

    def key(self) -> str:
        """A string that differs where any file's name or content differs; a broken file is no hindrance."""
        digest = hashlib.sha256(_bytes("\n".join(self.paths)))
        for path in self.paths:
            content = _content(f"{self.root}/{path}")
            digest.update(b"broken" if content is None else b"%d:" % len(content) + content)
        return digest.hexdigest()[:16]

    def stamp(self) -> str:
        """A string that differs where any file was touched."""
        touched = [_state(f"{self.root}/{path}") for path in self.paths]
        return key_of([self.root.resolve(), *self.paths, *touched])

    def sizes(self) -> np.ndarray:
        """Bytes a file, (N,) int64; -1 where there is no file."""
        if isinstance(self.paths, PathTable):
            return self.paths.index.sizes
        return np.array([size_of(f"{self.root}/{path}") for path in self.paths], np.int64)

    def as_json(self) -> dict:
        """What another process needs to open the same pictures: an index is named, not copied."""
        packed = isinstance(self.paths, PathTable) and self.paths.index.file
        known = {"index": str(self.paths.index.file)} if packed else {"paths": list(self.paths)}
        return {"kind": "files", "root": str(self.root)} | known


class BatchPictures:
    """The pictures of CIFAR's batches: ``files`` in the folder ``root``, ``sizes`` pictures in each.

    A file is read when the first of its pictures is opened. Pictures are named ``<file>/<number>``.
    """

    def __init__(self, root: str | Path, files: Sequence[str], sizes: Sequence[int]):
        self.root, self.files, self.sizes = Path(root), list(files), list(sizes)
        self.paths = [f"{file}/{number:05d}" for file, size in zip(files, sizes, strict=True)
                      for number in range(size)]
        self._read: dict[str, np.ndarray] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def open(self, index: int, least: int | None = None) -> Image.Image:
        """Picture ``index``, whatever ``least`` is; raises PictureError for a damaged file."""
        file, number = self.paths[index].split("/")
        if file not in self._read:
            self._read[file] = read_batch(self.root / file)[0]
        return Image.fromarray(self._read[file][int(number)])

    def key(self) -> str:
        """A string that differs where a file's name or content differs."""
        return FilePictures(self.root, self.files).key()

    def stamp(self) -> str:
        """A string that differs where any file was touched."""
        return FilePictures(self.root, self.files).stamp()

    def as_json(self) -> dict:
        """What another process needs to open the same pictures."""
        return {"kind": "batches", "root": str(self.root), "files": self.files, "sizes": self.sizes}

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_read": {}}


class DrawnPictures:
    """The drawn scenes of ``split``."""

    def __init__(self, split: str):
        self.split = split
        labels = [scenes.label_of(index) for index in range(scenes.SIZES[split])]
        self.paths = [f"{split}/{scenes.CLASSES[label]}/{index:04d}" for index, label in enumerate(labels)]

    def __len__(self) -> int:
        return len(self.paths)

    def open(self, index: int, least: int | None = None) -> Image.Image:
        """Drawing ``index``, whatever ``least`` is."""
        return scenes.draw(self.split, range(len(self))[index])

    def key(self) -> str:
        """A string that differs where the drawings differ."""
        return key_of([scenes.EDITION, self.split, len(self)])

    def stamp(self) -> None:
        """None: `key` is as quick."""

    def as_json(self) -> dict:
        """What another process needs to draw the same pictures."""
        return {"kind": "drawn", "split": self.split}


def pictures_from_json(values: dict) -> FilePictures | BatchPictures | DrawnPictures:
    """The pictures whose `as_json` this is."""
    if values["kind"] == "batches":
        return BatchPictures(values["root"], values["files"], values["sizes"])
    if values["kind"] == "drawn":
        return DrawnPictures(values["split"])
    paths = Index.open(Path(values["index"])).paths if "index" in values else values["paths"]
    return FilePictures(values["root"], paths)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _state(path: str) -> tuple | str:
    try:
        state = os.stat(path)
    except OSError as error:
        return type(error).__name__
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, state.st_mode


def _content(path: str) -> bytes | None:
    """None for what is no plain file: a pipe would wait, a device never end."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return None
        with open(path, "rb", buffering=0) as file:  # half the time of read_bytes
            return file.read()
    except OSError:
        return None
