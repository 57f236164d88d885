"""Predictions on disk: predictions.npz beside record.json, small whatever the number of classes."""
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cvlib.atomic import replaced
from cvlib.results.record import FULL, TopPredictions

__all__ = ["read_predictions", "stored", "write_predictions"]


def stored(log_probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray | TopPredictions:
    """What a record keeps of (N, C) log-probabilities: all of them as float16 up to `FULL` classes, else the
    five best and the true class's. Raises FloatingPointError where one is not a number."""
    if np.isnan(log_probabilities).any():
        raise FloatingPointError("a prediction is not a number: the weights are of no use; try a lower lr")
    half = np.maximum(log_probabilities, np.finfo(np.float16).min).astype(np.float16)
    if half.shape[1] <= FULL:
        return half
    best = np.argsort(-log_probabilities, axis=1, kind="stable")[:, :5]
    return TopPredictions(best.astype(np.uint16), np.take_along_axis(half, best, axis=1),
                          half[np.arange(len(labels)), labels])


def write_predictions(path: Path, splits: Mapping[str, tuple[np.ndarray, Any]], first: str,
                      extra: tuple[np.ndarray, np.ndarray] | None = None) -> None:
    """``splits`` of (labels, what `stored` gave), that of ``first`` under plain names, others prefixed.

    ``extra`` are labels and predicted classes of further pictures.
    """
    arrays = {}
    for split, (labels, said) in splits.items():
        prefix = "" if split == first else f"{split}_"
        arrays[f"{prefix}labels"] = labels.astype(np.uint16)
        if isinstance(said, TopPredictions):
            arrays |= {f"{prefix}top5": said.classes.astype(np.uint16),
                       f"{prefix}top5_log_probabilities": said.values,
                       f"{prefix}true_log_probabilities": said.true}
        else:
            arrays[f"{prefix}log_probabilities"] = said
    if extra:
        arrays |= {"extra_labels": extra[0].astype(np.uint8), "extra_predictions": extra[1].astype(np.uint8)}
    with replaced(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays)


def read_predictions(path: Path, splits: list[str], first: str) -> dict[str, tuple[np.ndarray, Any]]:
    """What `write_predictions` wrote, of those ``splits`` that are there; of "extra" the predicted classes.

    Raises ValueError that names a file which is missing, cut or foreign and says what to do.
    """
    try:
        with np.load(path) as arrays:
            return {split: _read(arrays, "" if split == first else f"{split}_") for split in splits
                    if f"{'' if split == first else f'{split}_'}labels" in arrays}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} cannot be read ({error}): bring it back from where the record came from, "
                         "or delete the folder and run it again") from error


def _read(arrays, prefix: str) -> tuple[np.ndarray, Any]:
    labels = arrays[f"{prefix}labels"].astype(np.int64)
    if f"{prefix}predictions" in arrays:
        return labels, arrays[f"{prefix}predictions"].astype(np.int64)
    if f"{prefix}top5" not in arrays:
        return labels, arrays[f"{prefix}log_probabilities"]
    return labels, TopPredictions(arrays[f"{prefix}top5"].astype(np.int64),
                                  arrays[f"{prefix}top5_log_probabilities"],
                                  arrays[f"{prefix}true_log_probabilities"])
