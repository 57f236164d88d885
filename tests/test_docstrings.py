"""Every public name says what it is, and what raises is said to raise."""
import ast
import importlib
import inspect
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "cvlib"
FILES = [path.relative_to(ROOT.parent) for path in sorted(ROOT.rglob("*.py")) if path.name != "__init__.py"]
MODULES = [".".join(path.with_suffix("").parts) for path in FILES]


def public(module):
    return [(name, getattr(module, name)) for name in module.__all__]


def raised(thing):
    """Names of the exceptions that a function or a class raises in its own lines."""
    lines = ast.walk(ast.parse(inspect.getsource(thing)))
    raises = [node.exc for node in lines if isinstance(node, ast.Raise)]
    return {error.func.id for error in raises if isinstance(error, ast.Call) and hasattr(error.func, "id")}


def documented(thing):
    """The docstring of a function, or those of a class and its methods."""
    members = vars(thing).values() if inspect.isclass(thing) else ()
    return "\n".join(filter(None, [thing.__doc__, *(inspect.getdoc(member) for member in members)]))


@pytest.mark.parametrize("name", MODULES)
def test_public_names_have_docstrings_that_name_what_they_raise(name):
    module = importlib.import_module(name)
    assert inspect.getdoc(module)

    for label, thing in public(module):
        if inspect.isclass(thing) or inspect.isfunction(thing):
            assert thing.__doc__, label
            assert {error for error in raised(thing) if error not in documented(thing)} == set(), label


@pytest.mark.parametrize("name", MODULES)
def test_public_methods_have_docstrings(name):
    module = importlib.import_module(name)
    classes = [thing for _, thing in public(module) if inspect.isclass(thing) and thing.__module__ == name]

    silent = [f"{owner.__name__}.{method}" for owner in classes for method, value in vars(owner).items()
              if inspect.isfunction(value) and not method.startswith("_") and method != "forward"
              and not inspect.getdoc(getattr(owner, method))]

    assert silent == []
