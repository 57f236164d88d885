"""The open editions against the book, and one run: `make check-notebooks`, after book and notebooks."""
import ast
import json
import re
import zipfile
from pathlib import Path

import nbclient
import nbformat
import pytest
from bs4 import BeautifulSoup
from check_pages import HTML, ROOT
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

OPEN = ROOT / "_build" / "open"
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)  # what every frontend reads
MYST = {"a role": r"\{[\w:-]+\}`", "a directive": r"^[\s>]*(`{3,}|:{3,})\s*\{",
        "an attribute line": r"^[\s>]*\{[.#]", "a target": r"^[\s>]*\([\w-]+\)=$"}
ROLE = re.compile(r"\{glue:text\}`(\w+)(?::([^`]*))?`")
LAST = "import sys, cvlib; print(cvlib.__file__, *sorted({name.split('.')[0] for name in sys.modules}))"


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    """A chapter as it is committed, and as its open edition."""
    path = OPEN / request.param.name
    if not path.is_file():
        pytest.fail(f"there is no {path}: run make notebooks first")
    return nbformat.read(request.param, as_version=4), nbformat.read(path, as_version=4)


@pytest.fixture
def page(request, chapter):
    """The words of the chapter's page: BeautifulSoup of its article."""
    path = HTML / "notebooks" / f"{request.node.callspec.params['chapter'].stem}.html"
    if not path.is_file():
        pytest.fail(f"there is no {path}: run make book first")
    article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").article
    for formula in article("math"):
        formula.replace_with(formula.annotation.get_text())
    return article


def source(cell_id, notebook):
    return next((cell.source for cell in notebook.cells if cell.id == cell_id), "")


def words(html):
    """Its text, as a reader sees it, without spaces: two writers set them differently."""
    return re.sub(r"\s|\\[()]|\$", "", html.get_text())


def read(text):
    """Markdown as a reader sees it, paragraph by paragraph: BeautifulSoup."""
    return BeautifulSoup(MARKDOWN.render(text), "html.parser")


def text_of(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def glued(notebook):
    """The values that its cells glued, by name."""
    kind = "application/papermill.record/text/plain"
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    return {output.metadata.scrapbook.name: ast.literal_eval(output.data[kind])
            for output in outputs if kind in output.data}


def asked_for(text, values):
    """What the page prints for each glued value in ``text``, in order."""
    return [format(values[name], form) for name, form in ROLE.findall(text)]


def test_no_myst_is_left(chapter):
    _, plain = chapter

    for what, pattern in MYST.items():
        assert not re.search(pattern, text_of(plain), re.MULTILINE), what
    assert not [cell.id for cell in plain.cells if "mystnb" in json.dumps(cell.metadata)]
    assert "papermill.record" not in json.dumps(plain)


def test_every_paragraph_of_the_page_is_there(chapter, page):
    _, plain = chapter
    there = words(read(text_of(plain)))
    for hidden in page.select(".cell_input, .cell_output, .lab, script, .headerlink, .admonition-title, "
                              ".ways"):
        if not hidden.find("figcaption"):
            hidden.decompose()

    said = [words(part) for part in page.select("p, li, dd, td, h1, h2, h3") if not part.find("p")]

    assert len(said) > 20
    assert [paragraph for paragraph in said if paragraph not in there] == []


def test_the_table_under_a_widget_is_the_pages(chapter, page):
    _, plain = chapter
    shown = [output.data["text/html"] for cell in plain.cells for output in cell.get("outputs", ())
             if "data:image/svg+xml" in output.get("data", {}).get("text/html", "")]

    tables = [words(lab.find("table")) for lab in page.select("figure.lab")]

    assert [words(BeautifulSoup(html, "html.parser").find("table")) for html in shown] == tables


def test_every_caption_is_the_pages_and_stands_under_its_figure(chapter, page):
    committed, plain = chapter
    for link in page.select(".headerlink"):
        link.decompose()
    captions = [words(caption) for caption in page.select("figcaption")]
    drawn = [cell.id for cell in committed.cells if "figure" in cell.metadata.get("mystnb", {})]
    after = {cell.id: below for cell, below in zip(plain.cells, plain.cells[1:], strict=False)}

    assert [words(read(after[cell].source).em.parent) for cell in drawn] == captions


def test_no_figure_is_without_a_caption_and_a_description(chapter):
    _, plain = chapter

    for cell, below in zip(plain.cells, [*plain.cells[1:], None], strict=True):
        kinds = {kind for output in cell.get("outputs", ()) for kind in output.get("data", ())}
        if kinds & {"image/png", "text/html"}:
            assert re.search(r"^\*Figure [\d.]+\* \*\*", below.source, re.MULTILINE), cell.source
        if "image/png" in kinds:
            assert "in words</summary>" in below.source, cell.source
            assert all(output.metadata["image/png"]["alt"] for output in cell.outputs if "data" in output)


def test_every_glued_number_stands_where_the_page_has_it(chapter):
    committed, plain = chapter
    values, missing = glued(committed), []

    for cell in committed.cells:
        caption = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
        for text, where in ((cell.source, cell.id), (caption, f"{cell.id}-caption")):
            rest = words(read(source(where, plain)))
            for number in asked_for(text, values):
                _, found, rest = rest.partition("".join(number.split()).replace("'", "’"))  # as pages set it
                missing += [] if found else [(where, number)]

    assert missing == []


def test_cells_keep_their_code_their_order_and_their_names(chapter):
    committed, plain = chapter
    code = {cell.id: cell for cell in committed.cells if cell.cell_type == "code"}
    kept = [cell for cell in plain.cells if cell.cell_type == "code"]

    assert [cell.id for cell in kept] == [name for name in code if name in {cell.id for cell in kept}]
    assert len({cell.id for cell in plain.cells}) == len(plain.cells)
    for cell in kept:
        assert re.sub(r"\A#@title .*\n", "", cell.source) == code[cell.id].source
        assert cell.metadata.get("tags") == code[cell.id].metadata.get("tags")
        assert cell.execution_count == code[cell.id].execution_count
    for name in code.keys() - {cell.id for cell in kept}:
        assert code[name].source.startswith("glue("), "left out, and does more than to glue"


def test_folds_are_said_in_every_frontends_way(chapter):
    committed, plain = chapter
    hidden = {cell.id for cell in committed.cells
              if {"hide-input", "remove-cell", "hide-cell"} & set(cell.metadata.get("tags", ()))}

    for cell in plain.cells:
        folds = [cell.metadata.get("jupyter", {}).get("source_hidden", False),
                 cell.metadata.get("_kg_hide-input", False),
                 cell.metadata.get("cellView") == "form", cell.source.startswith("#@title ")]
        assert len(set(folds)) == 1, f"{cell.id}: Jupyter, Kaggle, Colab and its title are {folds}"
        if cell.id in hidden and "parameters" not in cell.metadata.tags:
            assert all(folds), cell.id


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder that holds what the wheel beside the open editions installs."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(next(OPEN.glob("cvlib_course-*.whl"))) as wheel:
        wheel.extractall(folder / "installed")
    return folder / "installed"


def test_the_first_chapter_runs_without_checkout_myst_or_network(installed, tmp_path, monkeypatch):
    notebook = nbformat.read(OPEN / CHAPTERS[0].name, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(LAST))
    for name, value in {"PYTHONPATH": installed, "HOME": tmp_path, "CVLIB_CACHE": tmp_path / "cache",
                        "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("CVLIB_DATA", raising=False)
    (tmp_path / "empty").mkdir()

    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3",
                            resources={"metadata": {"path": tmp_path / "empty"}}).execute()

    where, *modules = notebook.cells[-1].outputs[0].text.split()
    assert Path(where).is_relative_to(installed)
    assert not {"myst_nb", "myst_parser", "sphinx"} & set(modules)
