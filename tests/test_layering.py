"""The import rules of cvlib: each module knows only those above it in this table."""
import ast
import importlib
import inspect
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "cvlib"
MAY_IMPORT = {
    **{name: set() for name in ("atomic", "environment", "gpu", "hooks", "layers", "metrics", "mounts",
                                "notebook", "progress", "recipes", "scenes", "signals")},
    "stats": {"metrics"},
    "models": {"models", "layers"},
    "data": {"data", "atomic", "mounts", "recipes", "scenes"},
    "tensors": {"atomic"},
    "optim": {"recipes"},
    "mixing": {"recipes"},
    "accelerators": set(),
    "evaluation": {"accelerators"},
    "checkpoint": {"recipes", "tensors"},
    "train": {"accelerators", "checkpoint", "evaluation", "mixing", "optim", "recipes"},
    "results": {"atomic", "metrics", "recipes", "stats"},
    "published": {"data", "models", "mounts"},
    "weights": {"models", "published", "results", "tensors"},
    "starting": {"models", "recipes", "weights"},
    "predictor": {"data", "models", "results", "tensors", "weights"},
    "cost": {"hooks", "layers"},
    "memory": {"hooks"},
    "probe": {"hooks", "layers"},
    "receptive": {"hooks"},
    "timing": {"hooks"},
    "widgets": {"plot"},
    "plot": {"metrics", "stats", "results"},
    "diagrams": {"plot", "cost", "layers"},
    "analysis": {"cost", "data", "layers", "metrics", "optim", "results", "stats"},
    "runfolder": {"atomic", "checkpoint", "results", "tensors"},
    "feed": {"data", "recipes"},
    "run": {"accelerators", "checkpoint", "command", "data", "environment", "evaluation", "feed", "models",
            "probe", "recipes", "results", "runfolder", "starting", "train"},
    "command": {"checkpoint", "progress", "recipes", "results", "signals"},
    "crossfit": {"accelerators", "data", "evaluation", "feed", "models", "recipes", "results", "train"},
    "audit": {"analysis", "atomic", "command", "crossfit", "data", "environment", "recipes", "results"},
    "floor": {"analysis", "command", "data", "environment", "recipes", "results"},
    "validate": {"accelerators", "atomic", "command", "data", "environment", "evaluation", "models",
                 "predictor", "progress", "published", "results", "runfolder", "signals", "weights"},
    "forensics": {"accelerators", "atomic", "command", "data", "environment", "predictor", "published",
                  "results", "signals", "stats"},
    "studies": {"command", "data", "recipes", "results", "run", "signals", "stats"},
}
OWN = {"analysis", "data", "diagrams", "forensics", "memory", "models", "plot", "probe", "receptive",
       "recipes", "results", "scenes", "stats", "studies", "validate", "widgets"}
MODULES = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in ROOT.rglob("*.py")} - {"__init__"}
FILES = [path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py"]


def imported_layers(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{name}" for name in names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "cvlib" and len(parts) > 1:
                assert parts[1] in MODULES, f"{path} imports {name} from the package's front door"
                yield parts[1]


def test_the_table_names_every_module_and_no_other():
    assert set(MAY_IMPORT) == MODULES


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_what_its_layer_may(path):
    layer = path.relative_to(ROOT).parts[0].removesuffix(".py")

    own = {layer} & OWN  # packages

    assert set(imported_layers(path)) <= MAY_IMPORT[layer] | own


PACKAGES = [path.parent.relative_to(ROOT.parent) for path in ROOT.rglob("__init__.py")]


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_no_public_name_of_a_package_hides_a_module_of_it(package):
    modules = {path.stem for path in (ROOT.parent / package).glob("*.py")} - {"__init__"}
    home = importlib.import_module(".".join(package.parts))

    assert [name for name in modules & set(home.__all__) if not inspect.ismodule(getattr(home, name))] == []


def test_the_wheel_has_every_package():
    listed = tomllib.loads((ROOT.parent / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]

    assert {*map(str, PACKAGES)} | {"cvlib/_records"} == {name.replace(".", "/") for name in listed}
