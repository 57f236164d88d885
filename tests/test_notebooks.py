"""Every chapter keeps the anatomy of the course; that its outputs are right is nbval's business."""
import ast
import json
import re
import runpy
from base64 import b64decode
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from PIL import Image

import cvlib

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROFILES = sorted((ROOT / "notebooks" / "profiles").glob("*.yaml"))
TYPED = re.compile(r"(?<![\w.])\d[\d.,]*")  # conv3 is a name, 3 is a number
MAGIC = re.compile(r"^\s*[!%]", re.MULTILINE)
ROLE = re.compile(r"\{glue:text\}`(\w+)")
HOLE = re.compile(r"\{(\w+)[^}]*\}")  # of an alt text
NETWORKS = ("alexnet", "vgg", "resnet", "convnext")
SETUP = runpy.run_path(str(ROOT / "book" / "share_setup_cell.py"))


def cells(path, kind):
    return [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def tags(cell):
    return set(cell["metadata"].get("tags", []))


def lines(cell):
    return [line for line in source(cell).splitlines() if line.strip()]


def statements(cell):
    return ast.parse(source(cell)).body


def calls(node, name):
    called = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return name in [getattr(function, "id", None) for function in called]


def asked_for(path):
    """Names of the glued values that text, captions and alt texts print."""
    text = [source(cell) for cell in cells(path, "markdown")]
    shown = [cell["metadata"].get("mystnb", {}) for cell in cells(path, "code")]
    captions = [options.get("figure", {}).get("caption", "") for options in shown]
    alts = [options.get("image", {}).get("alt", "") for options in shown]
    return set(ROLE.findall("\n".join(text + captions))) | set(HOLE.findall("\n".join(alts)))


def glued(path):
    """Names of the values that its cells have glued, as often as they did."""
    marks = [output.get("metadata", {}).get("scrapbook", {}) for cell in cells(path, "code")
             for output in cell["outputs"]]
    return Counter(mark["name"] for mark in marks if mark)


def unexecuted(path):
    return [source(cell) for cell in cells(path, "code") if cell["execution_count"] is None]


def too_many_exempt(path):
    with_output = [cell for cell in cells(path, "code") if cell["outputs"]]
    return 3 * sum("nbval-ignore-output" in tags(cell) for cell in with_output) > len(with_output)


def exempt_without_reason(path):
    """Exempt cells that neither assert nor end in glue."""
    exempt = [cell for cell in cells(path, "code") if "nbval-ignore-output" in tags(cell)]
    return [source(cell) for cell in exempt
            if not any(isinstance(part, ast.Assert) for part in statements(cell))
            and not calls(statements(cell)[-1], "glue")]


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    return request.param


def test_there_are_chapters_and_the_contents_list_them():
    listed = re.findall(r"file: (notebooks/\S+)", (ROOT / "_toc.yml").read_text())

    assert [f"notebooks/{path.stem}" for path in CHAPTERS] == sorted(listed) != []


def test_every_cell_was_executed_and_none_failed(chapter):
    failed = [output for cell in cells(chapter, "code") for output in cell["outputs"]
              if output["output_type"] == "error" or output.get("name") == "stderr"]

    assert unexecuted(chapter) == [], f"run: make execute NOTEBOOK={chapter.relative_to(ROOT)}"
    assert failed == [], "errors and warnings do not belong in a committed output"


def test_at_most_a_third_of_the_outputs_is_exempt_and_each_for_a_reason(chapter):
    assert not too_many_exempt(chapter), "more than a third of the cells with output, hidden ones included"
    assert exempt_without_reason(chapter) == [], "let these assert something, or end in glue"


def test_cells_are_short(chapter):
    shown = [cell for cell in cells(chapter, "code") if "remove-cell" not in tags(cell)]
    wide = [line for cell in cells(chapter, "code") for line in lines(cell) if len(line) > 80]

    assert [source(cell) for cell in shown if len(lines(cell)) > 20] == [], "over 20 lines"
    assert sorted(len(lines(cell)) for cell in shown)[len(shown) // 2] <= 6, "the median cell is over 6 lines"
    assert wide == [], "over 80 columns"


def test_one_parameters_cell_of_literals(chapter):
    tagged = [cell for cell in cells(chapter, "code") if "parameters" in tags(cell)]

    assert len(tagged) == 1
    assert {"profile", "data", "seed", "recipes"} == set(parameters(tagged[0])) - {"network"}


def parameters(cell):
    return {part.targets[0].id: ast.literal_eval(part.value) for part in statements(cell)}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda path: path.stem)
def test_a_profile_sets_parameters_that_the_chapter_has(chapter, profile):
    values = yaml.safe_load(profile.read_text())
    defaults = next(parameters(cell) for cell in cells(chapter, "code") if "parameters" in tags(cell))

    assert set(values) == {"profile", "data", "seed"}
    assert values["profile"] == profile.stem
    assert values["profile"] in defaults["recipes"], "the parameters cell has no recipe for this profile"
    for network in NETWORKS if "network" in defaults else [""]:
        assert cvlib.get_recipe(defaults["recipes"][values["profile"]].format(network=network))
    assert defaults.get("network", NETWORKS[0]) in NETWORKS
    if profile.stem == "quick":
        assert {key: defaults[key] for key in values} == values


def test_every_figure_has_alt_text_and_a_caption_that_starts_with_its_finding(chapter):
    drawn = [(cell, output["data"]) for cell in cells(chapter, "code") for output in cell["outputs"]
             if {"image/png", "text/html"} & set(output.get("data", ()))]

    for cell, data in drawn:
        metadata = cell["metadata"].get("mystnb", {})
        figure, image = metadata.get("figure", {}), metadata.get("image", {})
        where = f"in the metadata (mystnb) of the cell\n{source(cell)}"
        assert "image/png" not in data or len(image.get("alt", "")) > 40, f"no sentence of alt text {where}"
        assert re.match(r"\*\*.+\.\*\*", figure.get("caption", "")), f"no caption '**Finding.** ...' {where}"
        assert figure.get("name", "").startswith("fig-"), f"no name fig-... {where}"


def test_every_figure_is_stored_at_double_resolution(chapter):
    shown = [output for cell in cells(chapter, "code") for output in cell["outputs"]
             if "image/png" in output.get("data", ())]

    assert shown
    for output in shown:
        stored = Image.open(BytesIO(b64decode("".join(output["data"]["image/png"]))))
        assert stored.width == 2 * output["metadata"]["image/png"]["width"]


def test_no_number_is_typed_into_a_caption_or_an_alt_text(chapter):
    for cell in cells(chapter, "code"):
        metadata = cell["metadata"].get("mystnb", {})
        caption = re.sub(r"\{glue:text\}`[^`]*`", "", metadata.get("figure", {}).get("caption", ""))
        alt = re.sub(r"\{[^}]*\}", "", metadata.get("image", {}).get("alt", ""))

        assert TYPED.findall(caption) == [], f"glue the numbers of the caption: {caption}"
        assert TYPED.findall(alt) == [], f"glue the numbers of the alt text: {alt}"


def test_only_public_names_and_no_magic(chapter):
    for cell in cells(chapter, "code"):
        assert not MAGIC.search(source(cell)), source(cell)
        assert not re.search(r"cvlib[\w.]*\._|import _", source(cell)), source(cell)


def test_an_exercise_has_a_solution_and_a_prediction_an_answer(chapter):
    text = "\n".join(source(cell) for cell in cells(chapter, "markdown"))
    exercises = re.findall(r":label: (ex-\S+)", text)

    solved = re.findall(r"\{solution-start\} (\S+)", text)
    assert len(exercises) == 3, f"a chapter has three exercises, not {exercises}"
    assert exercises == solved, "each exercise is followed by its solution"
    asked, answered = text.count("{admonition} Predict"), text.count(":class: dropdown answer")
    assert asked == answered >= 1, f"{asked} predictions and {answered} answers"


def test_every_number_on_the_page_was_glued_and_none_twice(chapter):
    names = glued(chapter)

    assert asked_for(chapter) - set(names) == set(), "no cell glues these"
    assert [name for name, times in names.items() if times > 1] == [], "glued again: the last one wins"


def test_the_first_cell_is_the_set_up_cell_of_every_chapter(chapter):
    assert source(cells(chapter, "code")[0]) == SETUP["setup_cell"](SETUP["configured"]()), "make setup-cells"


def test_a_notebook_stays_under_a_megabyte(chapter):
    assert chapter.stat().st_size < 2**20


def notebook(tmp_path, *code_cells):
    path = tmp_path / "made.ipynb"
    path.write_text(json.dumps({"cells": [
        {"cell_type": "code", "source": text, "metadata": {"tags": marks}, "execution_count": count,
         "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]}
        for text, marks, count in code_cells]}))
    return path


def test_the_checks_see_what_they_should(tmp_path):
    exempt = ["nbval-ignore-output"]

    assert unexecuted(notebook(tmp_path, ("1", [], None)))
    assert too_many_exempt(notebook(tmp_path, ("1", exempt, 1), ("2", [], 2)))
    assert not too_many_exempt(notebook(tmp_path, ("1", exempt, 1), ("2", [], 2), ("3", [], 3)))
    assert exempt_without_reason(notebook(tmp_path, ("print(1)", exempt, 1)))
    assert not exempt_without_reason(notebook(tmp_path, ("x = 1\nassert x", exempt, 1)))
    assert not exempt_without_reason(notebook(tmp_path, ("x = 1\nglue(x=x)", exempt, 1)))
