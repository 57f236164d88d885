"""What a chapter needs from Jupyter."""
from IPython.display import display

__all__ = ["glue"]

PREFIX = "application/papermill.record/"  # where MyST-NB looks for glued values


def glue(**values: float | int | str) -> None:
    """Keep values under their names for the page's text, where the glue:text role prints them. Shows nothing.

    Floats keep six digits, which every processor computes alike. MyST-NB's own ``glue`` does much the same;
    this one needs no MyST-NB where the chapter runs.
    """
    for name, value in values.items():
        if isinstance(value, float):
            value = float(f"{value:.6g}")
        metadata = {"scrapbook": {"name": name, "mime_prefix": PREFIX}}
        display({f"{PREFIX}text/plain": repr(value)}, raw=True, metadata=metadata)
