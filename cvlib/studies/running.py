"""A study's runs, one after the other: what has a record is left alone, what was begun goes on."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from cvlib.results import RunRecord
from cvlib.run import Run
from cvlib.studies.plan import Planned, StudyPlan
from cvlib.studies.reading import read_study

__all__ = ["Outcome", "chosen", "run_study"]


@dataclass(frozen=True)
class Outcome:
    """What came of one run: its ``record``, or why there is none. It is ``number`` ``of`` those asked for."""

    planned: Planned
    number: int
    of: int
    record: RunRecord | None = None
    trouble: str | None = None


def chosen(plan: StudyPlan, only: Sequence[str] = ()) -> list[Planned]:
    """The runs whose names match one of ``only`` (as file names do: tiny-1*), in the plan's order; all where
    there is none.

    Raises ValueError for a pattern that no run matches.
    """
    names = [run.name for run in plan.runs]
    for pattern in only:
        if not any(fnmatchcase(name, pattern) for name in names):
            near = ", ".join(get_close_matches(pattern, names, n=3, cutoff=0.0))
            raise ValueError(f"study {plan.name!r} has no run {pattern!r}; did you mean {near}?")
    return [run for run in plan.runs if not only or any(fnmatchcase(run.name, one) for one in only)]


def run_study(plan: StudyPlan, *, out: str | Path = "results", root: str | Path | None = None,
              only: Sequence[str] = ()) -> Iterator[Outcome]:
    """Run what of ``plan`` has no record in ``out``/<study>, each resumable, and say what came of each.

    A run that diverges, or that another process holds, is said and passed over. Raises ValueError before any
    work where a record there is of another plan or ``only`` matches nothing, before a run where its pictures
    are no longer those of the runs that are there, and as `cvlib.Run` does.
    """
    wanted = chosen(plan, only)
    study = read_study(plan, out=out)
    there = {run.name for run, record in zip(study.planned, study.runs, strict=True) if _whole(plan, record)}
    pending, hashes = [run for run in wanted if run.name not in there], {}
    for record in study.runs:
        hashes[record.data["name"]] = record.data["hash"]
    for number, run in enumerate(pending, start=len(wanted) - len(pending) + 1):
        try:
            training = Run(run.recipe, data=run.data, root=root, seed=run.seed, out=Path(out) / plan.name,
                           resume=True, test=plan.test, experiment=run.experiment(plan.name))
            _refuse_other_pictures(training.data, hashes)
            for _ in training:
                pass
        except (FloatingPointError, BlockingIOError) as error:
            yield Outcome(run, number, len(wanted), trouble=str(error))
        else:
            yield Outcome(run, number, len(wanted), record=training.record)


def _refuse_other_pictures(data: dict, hashes: dict[str, str]) -> None:
    before = hashes.setdefault(data["name"], data["hash"])
    if before != data["hash"]:
        raise ValueError(f"the pictures of {data['name']} are not those of the runs that are there (hash "
                         f"{before}, now {data['hash']}): bring those back, or choose another --out")


def _whole(plan: StudyPlan, record: RunRecord) -> bool:
    """Whether nothing is left to do: a run that was made without its test set is scored on it later."""
    return not plan.test or "test" in record.scores or "test" not in record.data["sizes"]
