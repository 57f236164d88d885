"""The usual ways to lay out the runs of a study."""
from collections.abc import Iterable, Sequence

from cvlib.recipes import Recipe
from cvlib.studies.factor import Factor, corner
from cvlib.studies.factorial import Design
from cvlib.studies.plan import Planned

__all__ = ["factorial_runs", "one_at_a_time", "replicates"]


def factorial_runs(base: Recipe, factors: Sequence[Factor], generators: str = "", *,
                   seeds: Iterable[int] = (0,), **place) -> list[Planned]:
    """The corners of ``factors``, or the fraction that ``generators`` leave, each with every seed.

    All corners with the first seed come first, so that a study that was stopped is a whole replicate.
    ``place`` is `Planned`'s data and blocks. Raises ValueError as `Design` and `corner` do.
    """
    design = Design(tuple(factor.name for factor in factors), generators)
    corners = [dict(zip(design.names, map(int, row), strict=True)) for row in design.levels]
    return [Planned(corner(base, factors, levels), seed=seed, factors=levels, **place)
            for seed in seeds for levels in corners]


def one_at_a_time(base: Recipe, factors: Sequence[Factor], *, seeds: Iterable[int] = range(5), **place
                  ) -> list[Planned]:
    """``base`` with every factor low, and with each of them high alone, all with every seed.

    An effect is then the difference from the base. The recipes bear the factors' names. Raises ValueError as
    `corner` does.
    """
    names = [factor.name for factor in factors]
    settings = {"base": dict.fromkeys(names, 0)} | {
        name: {other: int(other == name) for other in names} for name in names}
    recipes = {name: corner(base, factors, levels, name=f"{base.name}-{name}")
               for name, levels in settings.items()}
    return [Planned(recipe, seed=seed, factors=settings[name], **place)
            for seed in seeds for name, recipe in recipes.items()]


def replicates(recipes: Sequence[Recipe], *, seeds: Iterable[int] = range(3), **place
               ) -> list[Planned]:
    """Each recipe with every seed; no factors."""
    return [Planned(recipe, seed=seed, **place) for seed in seeds for recipe in recipes]
