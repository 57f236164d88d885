"""Records on disk: results/<study>/<run>/record.json and predictions.npz; the order of pictures beside."""
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from cvlib.atomic import replaced
from cvlib.recipes import completed
from cvlib.results.predictions import read_predictions, write_predictions
from cvlib.results.record import ONE_VIEW, RunRecord

__all__ = ["RECORD", "file_list", "read_record", "results_folder", "save_file_list", "save_record"]

RECORD = "record.json"  # where a run's folder has one, the run is finished
SCHEMA = 2
APART = {"labels", "log_probabilities", "others", "extra", "study", "unknown"}  # not in record.json


def results_folder() -> Path:
    """The committed records: the checkout's results/, or the wheel's copy of it."""
    package = Path(__file__).parents[1]
    checkout = package.parent / "results"
    return checkout if checkout.is_dir() else package / "_records"


def save_record(folder: Path, record: RunRecord) -> None:
    """Write predictions.npz, then record.json: where the second exists the run is finished."""
    predictions = {record.split: (record.labels, record.log_probabilities)} | record.others
    write_predictions(folder / "predictions.npz", predictions, record.split, record.extra)
    known = {f.name: getattr(record, f.name) for f in fields(record) if f.name not in APART}
    with replaced(folder / RECORD) as temporary:
        temporary.write_text(json.dumps({"schema": SCHEMA} | known | record.unknown, indent=1,
                                        allow_nan=False) + "\n")


def read_record(folder: Path) -> RunRecord:
    """The record in a run's folder. Fields of a later version are kept, missing ones have their defaults, in
    its recipe too.

    Raises ValueError that names a file which is cut, foreign or of another schema, and says what to do.
    """
    path = folder / RECORD
    values = _read_json(path)
    if values.get("schema") != SCHEMA:
        raise ValueError(f"{path} is of schema {values.get('schema')!r}, and schema {SCHEMA} is read here: "
                         "update the course, or make the record again")
    known = {f.name for f in fields(RunRecord)} - APART
    unknown = {name: value for name, value in values.items() if name not in known | {"schema"}}
    given = {name: value for name, value in values.items() if name in known}
    missing = [name for name in ("recipe", "data", "seed", "history", "scores") if name not in given]
    if missing:
        raise ValueError(f"{path} has no {', '.join(missing)}: it is cut or not ours; delete the folder and "
                         "run it again")
    split = "test" if "test" in given["scores"] else "val"
    said = read_predictions(folder / "predictions.npz", list(given["scores"]), split)
    if split not in said:
        raise ValueError(f"{folder / 'predictions.npz'} has no predictions of {split}: it is not this run's")
    labels, log_probabilities = said.pop(split)
    given["recipe"] = completed(given["recipe"])
    return RunRecord(**given, labels=labels, log_probabilities=log_probabilities,
                     extra=said.pop("extra", None), others=said, study=folder.resolve().parent.name,
                     unknown=unknown)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is cut or no JSON ({error}): bring it back from where it came from, or "
                         "delete the folder and run it again") from error
    if not isinstance(values, dict):
        raise ValueError(f"{path} holds no record, but {type(values).__name__}: delete the folder and run it "
                         "again")
    return values


def save_file_list(out: Path, data: dict, split: str, paths) -> None:
    """The order of the pictures of ``split``, once for each content of a data set, in ``out``/data."""
    path = _lists(out) / f"{data['hash']}.json"
    listed = _read_json(path) if path.exists() else {name: data[name] for name in
                                                     ("name", "hash", "classes", "sizes")}
    if split not in listed:
        with replaced(path) as temporary:
            temporary.write_text(json.dumps(listed | {split: list(paths)}, indent=0) + "\n")


def _lists(out: Path) -> Path:
    inside = out.resolve().is_relative_to(results_folder().resolve())
    return (results_folder() if inside else out) / "data"


def file_list(record: RunRecord, split: str | None = None, *, out: str | Path | None = None) -> list[str]:
    """The files of ``split`` (the record's own, unless said) in the order of its predictions.

    Raises FileNotFoundError where no list of that data set is kept, ValueError where it lacks the split.
    """
    path = _lists(Path(out) if out else results_folder()) / f"{record.data['hash']}.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not there: {record.name} was made elsewhere; give out=, the "
                                "folder that holds its run's folder")
    listed, split = _read_json(path), record.split if split in (None, ONE_VIEW) else split
    if split not in listed:
        raise ValueError(f"{path} lists no {split}")
    return listed[split]
