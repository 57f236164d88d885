"""What a run leaves behind: record.json and predictions.npz, so that every score can be computed again."""
import json
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from cvlib.atomic import replaced
from cvlib.metrics import classification_scores
from cvlib.stats import wilson_interval

__all__ = ["RunRecord", "file_list", "load_run", "results_folder", "run_name", "save_file_list",
           "save_record", "score"]

SCHEMA = 1


@dataclass(frozen=True)
class RunRecord:
    """A finished run. Scores are fractions; ``labels`` (N,) and ``probabilities`` (N, C) are of the test set.

    ``history`` has one dict an epoch (fields of EpochStats), ``data`` the name, hash, classes and sizes,
    ``lrn_divisors`` the 1, 50 and 99 % quantiles of each LRN's divisor on validation.
    """

    recipe: dict
    data: dict
    seed: int
    environment: dict
    history: list[dict]
    scores: dict
    val_scores: dict
    lrn_divisors: dict[str, list[float]]
    labels: np.ndarray
    probabilities: np.ndarray
    experiment: dict | None = None

    @property
    def name(self) -> str:
        """Its folder's name."""
        return run_name(self.recipe["name"], self.data["name"], self.seed)

    @property
    def predictions(self) -> np.ndarray:
        """The most probable class of each test picture, (N,)."""
        return self.probabilities.argmax(1)

    @property
    def seconds(self) -> float:
        """Wall time of training, all epochs."""
        return sum(epoch["seconds"] for epoch in self.history)


def run_name(recipe: str, data: str, seed: int) -> str:
    """The folder of a run."""
    return f"{recipe}-{data}-s{seed}"


def score(labels: np.ndarray, probabilities: np.ndarray) -> dict:
    """The scores that a record keeps, from the probabilities as stored."""
    predictions = probabilities.argmax(1)
    scores = classification_scores(labels, predictions, probabilities.shape[1])
    correct = int((labels == predictions).sum())
    return {
        "n": len(labels), "accuracy": scores.accuracy,
        "accuracy_interval": list(wilson_interval(correct, len(labels))),
        "macro_precision": scores.macro_precision, "macro_recall": scores.macro_recall,
        "macro_f1": scores.macro_f1,
    }


def save_record(folder: Path, record: RunRecord) -> None:
    """Write predictions.npz, then record.json: where the second exists the run is finished."""
    with replaced(folder / "predictions.npz") as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, labels=record.labels.astype(np.uint16), probabilities=record.probabilities)
    fields = {"schema": SCHEMA} | asdict(record)
    del fields["labels"], fields["probabilities"]
    with replaced(folder / "record.json") as temporary:
        temporary.write_text(json.dumps(fields, indent=1) + "\n")


def save_file_list(results: Path, data: dict, test_paths: list[str]) -> None:
    """The order of the test set's predictions, once for each content of a data set."""
    path = results / "data" / f"{data['hash']}.json"
    if not path.exists():
        with replaced(path) as temporary:
            temporary.write_text(json.dumps(data | {"test": test_paths}, indent=0) + "\n")


def file_list(record: RunRecord) -> list[str]:
    """The files of the test set in the order of ``labels`` and ``probabilities``, of a committed record."""
    return json.loads((results_folder() / "data" / f"{record.data['hash']}.json").read_text())["test"]


def results_folder() -> Path:
    """The committed records: the checkout's results/, or the wheel's copy of it."""
    package = Path(__file__).parent
    checkout = package.parent / "results"
    return checkout if checkout.is_dir() else package / "_records"


def load_run(name_or_folder: str | Path) -> RunRecord:
    """The record of a run, by its folder or its name under the results.

    Raises FileNotFoundError that lists the nearest names, and ValueError for a record of another schema.
    """
    folder = Path(name_or_folder)
    if not (folder / "record.json").is_file():
        folder = results_folder() / name_or_folder
    if not (folder / "record.json").is_file():
        known = sorted(path.parent.name for path in results_folder().glob("*/record.json"))
        near = ", ".join(get_close_matches(str(name_or_folder), known, n=3, cutoff=0.0)) or "none at all"
        raise FileNotFoundError(f"no finished run {str(name_or_folder)!r}; the nearest are {near}")
    fields = json.loads((folder / "record.json").read_text())
    if fields.pop("schema") != SCHEMA:
        raise ValueError(f"{folder} is of another version of the course: schema {SCHEMA} is read here")
    with np.load(folder / "predictions.npz") as stored:
        labels, probabilities = stored["labels"].astype(np.int64), stored["probabilities"]
    return RunRecord(**fields, labels=labels, probabilities=probabilities)
