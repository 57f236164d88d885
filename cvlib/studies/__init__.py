"""Studies: runs with a plan, and what they say together.

A study is a function that returns a `StudyPlan`, listed in `STUDIES`; ``python -m cvlib.studies NAME`` runs
what of it has no record yet, and `load_study` reads it. `cvlib.studies.running` alone needs torch.
"""
from difflib import get_close_matches
from pathlib import Path

from cvlib.studies.ablation import ablation_plan
from cvlib.studies.colours import colours_plan
from cvlib.studies.degradation import degradation_plan, shortcuts_plan
from cvlib.studies.effects import estimate_effects
from cvlib.studies.factor import Factor, corner
from cvlib.studies.factorial import Design, strength
from cvlib.studies.families import families_plan, four_plan
from cvlib.studies.intervals import Replicates
from cvlib.studies.layouts import factorial_runs, one_at_a_time, replicates
from cvlib.studies.middle import middle_layers_plan
from cvlib.studies.norms import norms_plan
from cvlib.studies.padding import padding_plan
from cvlib.studies.plan import Planned, StudyPlan
from cvlib.studies.reading import read_study
from cvlib.studies.road import recipes_plan, roadmap_plan
from cvlib.studies.saturation import saturation_plan
from cvlib.studies.singles import singles_plan
from cvlib.studies.smoothing import smoothing_plan
from cvlib.studies.starts import starts_plan
from cvlib.studies.study import Study
from cvlib.studies.tiny import tiny_plan
from cvlib.studies.towers import towers_plan

__all__ = ["STUDIES", "Design", "Factor", "Planned", "Replicates", "Study", "StudyPlan", "corner",
           "estimate_effects", "factorial_runs", "get_plan", "load_study", "one_at_a_time", "read_study",
           "replicates", "strength"]

STUDIES = {"ablation": ablation_plan, "colours": colours_plan, "degradation": degradation_plan,
           "families": families_plan, "four": four_plan, "middle_layers": middle_layers_plan,
           "norms": norms_plan, "padding": padding_plan, "recipes": recipes_plan, "roadmap": roadmap_plan,
           "saturation": saturation_plan, "shortcuts": shortcuts_plan, "singles": singles_plan,
           "smoothing": smoothing_plan, "starts": starts_plan, "tiny": tiny_plan, "towers": towers_plan}


def get_plan(name: str, *, data: str | None = None) -> StudyPlan:
    """The plan of that study, on other ``data`` if given; raises ValueError that lists the nearest names."""
    if name not in STUDIES:
        near = ", ".join(get_close_matches(str(name), STUDIES, n=3, cutoff=0.0))
        raise ValueError(f"no study {name!r}; did you mean {near}?")
    plan = STUDIES[name]()
    return plan.on(data) if data else plan


def load_study(name: str, *, out: str | Path | None = None, data: str | None = None) -> Study:
    """A study as its records tell it: the committed ones, or those in ``out``/<name>, made on other ``data``.

    Raises ValueError as `get_plan` does, and for a record that cannot be read or is of another plan.
    """
    return read_study(get_plan(name, data=data), out=out)
