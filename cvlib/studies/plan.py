"""What a study means to run, as values: nothing here trains or reads a record."""
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cvlib.data.names import BUILT_IN, dataset_name
from cvlib.recipes import Recipe
from cvlib.recipes.checks import is_folder_name
from cvlib.recipes.values import FrozenMap, frozen
from cvlib.results import run_name
from cvlib.studies.factor import Factor

__all__ = ["Planned", "StudyPlan"]

TAKEN = ("name", "factors", "recipe", "data", "seed")  # no names for factors and blocks: they have a meaning


@dataclass(frozen=True)
class Planned:
    """One run of a study: what `cvlib.Run` needs, its ``factors`` at 0 or 1, and in ``blocks`` whatever else
    sets it apart from others (a regime, a family)."""

    recipe: Recipe
    data: str = "scenes"
    seed: int = 0
    factors: Mapping[str, int] = FrozenMap()
    blocks: Mapping[str, str | int] = FrozenMap()

    def __post_init__(self):
        for part in ("factors", "blocks"):
            object.__setattr__(self, part, frozen(dict(getattr(self, part))))

    @property
    def data_name(self) -> str:
        """What the data set is called in a record, where it is a folder of one's own too."""
        return self.data if self.data in BUILT_IN else dataset_name(Path(self.data).resolve().name)

    @property
    def name(self) -> str:
        """Its folder's name."""
        return run_name(self.recipe.name, self.data_name, self.seed)

    @property
    def place(self) -> dict[str, str | int]:
        """All that tells it from the others, by name: recipe, data, seed, blocks and factors."""
        return {"recipe": self.recipe.name, "data": self.data_name, "seed": self.seed,
                **self.blocks, **self.factors}

    def experiment(self, study: str) -> dict:
        """What its record says of its place in the study."""
        return {"name": study} | dict(self.blocks) | {"factors": dict(self.factors)}


@dataclass(frozen=True)
class StudyPlan:
    """A question, and the runs that are to answer it. Without ``test`` the test set is never looked at.

    ``factors`` may describe those of the runs. Raises ValueError where two runs would share a folder, a
    factor changes nothing, a name stands for two recipes, or runs differ in what they name or in precision.
    """

    name: str
    question: str
    runs: tuple[Planned, ...]
    factors: tuple[Factor, ...] = ()
    test: bool = True

    def __post_init__(self):
        object.__setattr__(self, "runs", tuple(self.runs))
        object.__setattr__(self, "factors", tuple(self.factors))
        problems = [*self._faults(), *self._clashes()] if self.runs else ["it has no runs"]
        if problems:
            raise ValueError(f"study {self.name!r}: " + "; ".join(problems))

    def _faults(self):
        """What is wrong with single runs, or with how they name their places."""
        if not is_folder_name(self.name):
            yield "its name must be a folder's"
        first = self.runs[0]
        factors = [factor.name for factor in self.factors] or list(first.factors)
        for run in self.runs:
            if set(run.factors) != set(factors) or set(run.blocks) != set(first.blocks):
                yield (f"{run.name} says {[*run.factors, *run.blocks]}, and the study has "
                       f"{[*factors, *first.blocks]}")
            if any(type(level) is not int or level not in (0, 1) for level in run.factors.values()):
                yield f"{run.name}: a level is 0 or 1, not {dict(run.factors)}"
            if run.recipe.precision != first.recipe.precision:
                yield f"{run.name} is in {run.recipe.precision}, {first.name} in {first.recipe.precision}"
        names = [*factors, *first.blocks]
        yield from (f"no factor or block may be called {name}, or both" for name in dict.fromkeys(names)
                    if name in TAKEN or names.count(name) > 1)

    def _clashes(self):
        """Pairs of runs that cannot stand beside each other."""
        folders, named, recipes = {}, {}, {}
        for run in self.runs:
            if folders.setdefault(run.name, run) is not run:
                yield f"two runs are called {run.name}"
            if named.setdefault(run.recipe.name, run).recipe != run.recipe:
                yield f"two recipes are called {run.recipe.name}"
            same = (replace(run.recipe, name="same"), run.data, run.seed)
            other = recipes.setdefault(same, run)
            if other.factors != run.factors:
                apart = [name for name in run.factors if run.factors[name] != other.factors.get(name)]
                yield (f"{other.name} and {run.name} would train alike: {', '.join(apart)} changes nothing "
                       "there")

    def on(self, data: str) -> "StudyPlan":
        """The same runs on other data, to try them: a built-in name, or a folder of one's own.

        Raises ValueError as the class does.
        """
        return replace(self, runs=tuple(replace(run, data=str(data)) for run in self.runs))
