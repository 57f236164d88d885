"""What networks said of pictures that they were not trained on, kept as one small file."""
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cvlib.atomic import replaced

__all__ = ["OutOfFold"]


@dataclass(frozen=True)
class OutOfFold:
    """Of every picture, whose file is named: its ``labels`` (N,), the fold that held it out (N,), and natural
    ``log_probabilities`` (N, C) as float16 by the network that was trained on the other folds. ``made`` says
    how: recipe, seed and number of folds, as JSON would give them back."""

    made: dict
    paths: np.ndarray
    labels: np.ndarray
    folds: np.ndarray
    log_probabilities: np.ndarray

    def save(self, path: Path) -> None:
        """Write all of it."""
        names = np.array([os.fsencode(name) for name in self.paths])  # a quarter of what str arrays take
        with replaced(path) as temporary, open(temporary, "wb") as file:
            np.savez_compressed(file, made=json.dumps(self.made), paths=names,
                                labels=self.labels.astype(np.uint16), folds=self.folds.astype(np.uint8),
                                log_probabilities=self.log_probabilities.astype(np.float16))

    @classmethod
    def load(cls, path: Path) -> "OutOfFold":
        """What `save` wrote; raises ValueError that names a file which is missing, cut or foreign."""
        try:
            with np.load(path) as arrays:
                return cls(json.loads(str(arrays["made"])),
                           np.array([os.fsdecode(name) for name in arrays["paths"]]),
                           arrays["labels"].astype(np.int64), arrays["folds"].astype(np.int64),
                           arrays["log_probabilities"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} cannot be read ({error}): bring it back, or delete it and run the "
                             "audit again") from error
