"""Chapter 15 with the profile gpu, as papermill starts it: which run is made, and where its record stands."""
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml

import cvlib
from cvlib import analysis

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def record(recipe):
    """Of a run that was right on twelve photographs."""
    answers = np.arange(12) % 6
    return SimpleNamespace(
        recipe={"name": recipe.name}, labels=answers, predictions=answers,
        data={"name": "intel", "classes": list("abcdef")},
        scores={"test": {"accuracy": 1.0, "accuracy_interval": [0.75, 1.0]}})


class Run(list):
    """Has no epoch to do, and knows what it was asked for."""

    def __init__(self, recipe, **options):
        self.recipe, self.options, self.record = recipe, options, record(recipe)


@pytest.mark.parametrize("family", analysis.FAMILIES)
def test_each_of_the_report_s_recipes_fills_its_own_row(family):
    book = json.loads((NOTEBOOKS / "15_intel.ipynb").read_text())
    cells = ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == "code"]
    names = {"cvlib": SimpleNamespace(get_recipe=cvlib.get_recipe, Run=Run)}

    exec(next(text for text in cells if text.startswith("profile = ")), names)
    names |= yaml.safe_load((NOTEBOOKS / "profiles" / "gpu.yaml").read_text()) | {"network": family}
    exec(next(text for text in cells if "cvlib.Run(recipe, data=data" in text), names)

    run = names["run"]
    assert run.recipe == cvlib.get_recipe(f"{family}_report")
    assert run.options == {"data": "intel", "seed": 0, "out": "runs", "resume": True}
    lines = analysis.Scoreboard(analysis.REPORT_INTEL, [run.record]).lines(family)
    assert [line[1] for line in lines if line[0] == "the report's recipe"] == ["measured"]
