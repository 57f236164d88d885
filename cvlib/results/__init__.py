"""Records of runs: saved, found and read."""
from difflib import get_close_matches
from pathlib import Path

from cvlib.results.files import (
    RECORD,
    file_list,
    read_record,
    results_folder,
    save_file_list,
    save_record,
)
from cvlib.results.out_of_fold import OutOfFold
from cvlib.results.predictions import stored
from cvlib.results.record import ONE_VIEW, RunRecord, TopPredictions, run_name, score

__all__ = ["ONE_VIEW", "RECORD", "OutOfFold", "RunRecord", "TopPredictions", "file_list", "find_run",
           "load_run", "load_runs", "results_folder", "run_name", "save_file_list", "save_record", "score",
           "stored"]


def find_run(name_or_folder: str | Path) -> Path:
    """The folder of a finished run: itself, or by its name, or study/name, under the results.

    Raises FileNotFoundError that lists the nearest names, and ValueError where several studies have the name.
    """
    if (Path(name_or_folder) / RECORD).is_file():
        return Path(name_or_folder)
    known = {path.parent for path in results_folder().glob(f"*/*/{RECORD}")}
    name = str(name_or_folder)
    found = sorted(path for path in known if name in (path.name, f"{path.parent.name}/{path.name}"))
    if len(found) > 1:
        several = ", ".join(f"{path.parent.name}/{path.name}" for path in found)
        raise ValueError(f"several runs are called {name!r}: say which of {several}")
    if not found:
        names = sorted(path.name for path in known)
        near = ", ".join(get_close_matches(name, names, n=3, cutoff=0.0)) or "none at all"
        raise FileNotFoundError(f"no finished run {name!r}; the nearest are {near}")
    return found[0]


def load_run(name_or_folder: str | Path) -> RunRecord:
    """The record of a run, by its folder or its name under the results.

    Raises FileNotFoundError and ValueError as `find_run` does, and ValueError that names a file which cannot
    be read and says what to do.
    """
    return read_record(find_run(name_or_folder))


def load_runs(*, study: str | None = None, recipe: str | None = None, data: str | None = None,
              seed: int | None = None) -> list[RunRecord]:
    """The committed records with all that was asked for, by study, recipe, data and seed."""
    folders = sorted(results_folder().glob(f"{study or '*'}/*/{RECORD}"))
    records = [read_record(path.parent) for path in folders]
    return sorted((r for r in records if recipe in (None, r.recipe["name"])
                   and data in (None, r.data["name"]) and seed in (None, r.seed)),
                  key=lambda r: (r.study, r.recipe["name"], r.data["name"], r.seed))
