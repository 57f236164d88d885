"""What a chapter needs from Jupyter."""
from math import isfinite

from IPython.display import display

__all__ = ["glue"]

PREFIX = "application/papermill.record/"  # where MyST-NB looks for glued values


def glue(*objects, prefix: str = "", **values: float | int | str) -> None:
    """Keep values under their names for the page's text, where the glue:text role prints them. Shows nothing.

    An object gives its ``.numbers()``, each name after ``prefix``. Floats keep six digits, which processors
    share in double precision; what a network computed in single precision is rounded before. MyST-NB's
    own ``glue`` does much the same; this one needs no MyST-NB where the chapter runs. Raises ValueError for a
    name given twice and for a float that is no number, TypeError for anything but float, int and str.
    """
    for thing in objects:
        numbers = {f"{prefix}{name}": value for name, value in thing.numbers().items()}
        if twice := sorted(numbers.keys() & values.keys()):
            raise ValueError(f"glued twice in one call: {', '.join(twice)}")
        values |= numbers
    for name, value in values.items():
        display({f"{PREFIX}text/plain": _printed(name, value)}, raw=True,
                metadata={"scrapbook": {"name": name, "mime_prefix": PREFIX}})


def _printed(name: str, value: float | int | str) -> str:
    if not isinstance(value, float | int | str):
        raise TypeError(f"{name} is {value!r}: glue a float, an int or a str")
    if isinstance(value, float):
        if not isfinite(value):
            raise ValueError(f"{name} is {value}: no number for a page")
        value = float(f"{value:.6g}")
    return repr(value)
