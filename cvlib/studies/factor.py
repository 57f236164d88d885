"""A factor of an experiment, and the recipe that stands at a corner of several."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from cvlib.recipes import Recipe
from cvlib.recipes.values import FrozenMap, Value, frozen

__all__ = ["Factor", "corner"]

JOINED = ("augment", "mix", "groups")  # what several factors may add to
FIELDS = [field.name for field in fields(Recipe) if field.name != "name"]


@dataclass(frozen=True)
class Factor:
    """Something with two levels, and what each makes of a recipe: fields and their values.

    Of ``model_options`` only the options that are named change, and what stands in ``augment``, ``mix`` or
    ``groups`` is added to what the recipe has. Every other field is set. Raises ValueError for a field that a
    recipe does not have, and where both levels are the same.
    """

    name: str
    low: Mapping[str, Any] = FrozenMap()
    high: Mapping[str, Any] = FrozenMap()

    def __post_init__(self):
        if not isinstance(self.name, str) or not self.name.replace("-", "_").isidentifier():
            raise ValueError(f"a factor's name is letters, digits, _ and -, not {self.name!r}")
        for level in ("low", "high"):
            changes = frozen(dict(getattr(self, level)))
            for field in changes:
                if field not in FIELDS:
                    near = ", ".join(get_close_matches(field, FIELDS, n=3, cutoff=0.0))
                    raise ValueError(f"factor {self.name!r}: a recipe has no {field!r} that could be "
                                     f"changed; did you mean {near}?")
            object.__setattr__(self, level, changes)
        if self.low == self.high:
            raise ValueError(f"factor {self.name!r} does the same at both levels")

    def sets(self) -> set[tuple[str, ...]]:
        """The fields, and the options of the model, that this factor alone may set."""
        both = [*self.low.items(), *self.high.items()]
        return {(field,) for field, _ in both if field not in (*JOINED, "model_options")} | {
            ("model_options", option) for field, options in both if field == "model_options"
            for option in options}


def corner(base: Recipe, factors: Sequence[Factor], levels: Mapping[str, int], *, name: str | None = None
           ) -> Recipe:
    """``base`` with each factor at its level, 0 or 1, called ``name``, or as the base with the levels behind.

    Raises ValueError where two factors set the same, and as `Recipe` does.
    """
    _refuse_twice(factors)
    changes: dict[str, Any] = {}
    for factor in factors:
        for field, value in (factor.high if levels[factor.name] else factor.low).items():
            before = changes.get(field, getattr(base, field))
            if field == "model_options":
                value = dict(before) | dict(value)
            elif field in JOINED:
                value = (*before, *((value,) if isinstance(value, str | Mapping | Value) else value))
            changes[field] = value
    digits = "".join(str(levels[factor.name]) for factor in factors)
    return replace(base, **changes, name=name or f"{base.name}-{digits}")


def _refuse_twice(factors: Sequence[Factor]) -> None:
    owner: dict[tuple[str, ...], str] = {}
    for factor in factors:
        for thing in factor.sets():
            if thing in owner:
                raise ValueError(f"factors {owner[thing]!r} and {factor.name!r} both set {'.'.join(thing)}: "
                                 "one would undo the other")
            owner[thing] = factor.name
