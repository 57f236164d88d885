"""From the records in a folder to a study; a record of another plan is refused."""
from pathlib import Path

from cvlib.recipes import differences
from cvlib.results import RECORD, RunRecord, load_run, results_folder
from cvlib.studies.plan import Planned, StudyPlan
from cvlib.studies.study import Study

__all__ = ["read_study"]


def read_study(plan: StudyPlan, *, out: str | Path | None = None) -> Study:
    """What there is of ``plan`` in ``out``/<study>; None is the committed results.

    Raises ValueError for a record that cannot be read, or that is of another plan: it names what differs.
    """
    folder = (Path(out) if out else results_folder()) / plan.name
    there = [run for run in plan.runs if (folder / run.name / RECORD).is_file()]
    pairs = [(run, load_run(folder / run.name)) for run in there]
    for run, record in pairs:
        changes = [*_differences(plan.name, run, record)]
        if changes:
            raise ValueError(f"{folder / run.name} is of another plan of {plan.name!r}: "
                             f"{'; '.join(changes)}. Move that folder away, or choose another --out")
    return Study(plan, there, [record for _, record in pairs])


def _differences(study: str, run: Planned, record: RunRecord):
    """What a record says otherwise than the plan, in words."""
    yield from differences(record.recipe, run.recipe.as_dict())
    if record.seed != run.seed:
        yield f"seed {record.seed!r}, now {run.seed!r}"
    if record.data["name"] != run.data_name:
        yield f"data {record.data['name']!r}, now {run.data_name!r}"
    before, now = record.experiment or {}, run.experiment(study)
    levels, planned = before.get("factors") or {}, now["factors"]
    for name in {**planned, **levels}:
        if levels.get(name) != planned.get(name):
            yield f"factor {name} {levels.get(name)!r}, now {planned.get(name)!r}"
    for name in {**now, **before}:
        if name != "factors" and before.get(name) != now.get(name):
            yield f"experiment {name} {before.get(name)!r}, now {now.get(name)!r}"
