"""The files of CIFAR-10's python version: pickles, read without running anything that stands in them.

A pickle may name any function of any module and have it called. CIFAR's name three of NumPy's, which rebuild
an array, and nothing else is let through.
"""
import codecs
import pickle
from pathlib import Path

import numpy as np

from cvlib.data.decode import PictureError
from cvlib.data.names import printable

__all__ = ["SIDE", "read_batch"]

SIDE = 32  # pixels
VALUES = 3 * SIDE * SIDE
REBUILD = np.empty(0).__reduce__()[0]  # NumPy's own, wherever this version keeps it


def _latin1(text: str, encoding: str) -> bytes:
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it encodes as {encoding!r}")
    return codecs.encode(text, encoding)


ALLOWED = {("numpy", "ndarray"): np.ndarray, ("numpy", "dtype"): np.dtype, ("_codecs", "encode"): _latin1,
           **{(f"numpy.{core}.multiarray", "_reconstruct"): REBUILD for core in ("core", "_core")}}


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str):
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it wants to call {module}.{name}")
        return ALLOWED[module, name]


def read_batch(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The pictures (N, 32, 32, 3) uint8 and the labels (N,) int64 of one file.

    Raises PictureError where it is no such file, is damaged, or would run code of its own.
    """
    try:
        with open(path, "rb") as file:
            said = {_text(key): value for key, value in _Reader(file, encoding="bytes").load().items()}
        rows, labels = np.asarray(said["data"]), np.asarray(said["labels"])
    except Exception as error:  # a damaged pickle provokes whatever it likes
        reason = f"it has no {error}" if isinstance(error, KeyError) else error
        raise PictureError(_refused(path, reason)) from error
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise PictureError(_refused(path, f"its labels are {labels.shape} {labels.dtype}, not whole numbers"))
    if rows.dtype != np.uint8 or rows.shape != (len(labels), VALUES):
        shapes = f"its data are {rows.shape} {rows.dtype}, not ({len(labels)}, {VALUES}) uint8"
        raise PictureError(_refused(path, shapes))
    planes = rows.reshape(-1, 3, SIDE, SIDE)
    return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), labels.astype(np.int64)


def _refused(path: Path, reason: object) -> str:
    return f"{printable(path)} is no batch of CIFAR-10: {printable(reason)}; fetch it again"


def _text(key: bytes | str) -> str:
    return key.decode() if isinstance(key, bytes) else key
