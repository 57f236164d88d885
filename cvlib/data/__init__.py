"""Data sets, what is done to their pictures, and batches of them. A module is loaded when it is asked for."""
from importlib import import_module
from importlib.util import find_spec

HOMES = {
    "DatasetLayoutError": "places", "DatasetNotFound": "places", "locate": "places",
    "ImageDataset": "images", "Part": "parts", "PictureError": "decode", "Splits": "splits",
    "load_dataset": "opening", "open_dataset": "opening",
    "decoded": "cache", "describe": "content", "open_source": "source",
    "Preprocess": "preprocess", "preprocess_of": "preprocess",
    "ColorPCA": "lighting", "PCALighting": "lighting", "color_pca": "lighting",
    "Normalise": "normalise", "normalise_of": "normalise", "Crops": "batches", "loader": "batches",
}
__all__ = sorted(HOMES)


def __getattr__(name: str):
    if name in HOMES:
        globals()[name] = getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
        return globals()[name]
    if not name.startswith("_") and find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *HOMES})
