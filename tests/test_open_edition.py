"""The open edition's writer, on a small book that holds what chapters may hold: `make check-notebooks`."""
import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

pytest.importorskip("myst_nb", reason="the book's packages are not installed (make check-notebooks)")
sys.path.insert(0, str(Path(__file__).parents[1] / "_ext"))

from open_blocks import Code, Prose
from open_book import build
from open_cells import NotTheSameError, lay

SAYS = {
    "text that looks like Markdown stays text":
        r"5 \* 3, a_b, *c*, 100 \$, [2012] (no link), `a|b`, AT&amp;amp;T, &lt;b>, "
        "un<strong>believ</strong>able.",
    "a list": "- One\n\n  ```python\n  x = 1\n  ```",
    "a definition": "- **Term**: Meaning.",
    "a picture": "![A square](data:image/svg+xml;base64,"
                 "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=)\n\n"
                 "*Figure 1.1* **A square.** Drawn.",
    "a heading with its number": "## 1.1. A section",
    "references": "See Table 1.1, (1.1), A section, Figure 1.2, Exercise 1.1, Other, Wilson [1927], "
                  "[outside](https://example.org/x).<sup>1</sup> 12.3 %.",
    "a table": "*Table 1.1* A caption.\n\n| a | b |\n| --- | --- |\n| 1 \\| 2 | $y$ |",
    "a Markdown table with a caption":
        "*Table 1.2* Of 12.3 %.\n\n| a | b |\n| --- | ---: |\n| **1** | 12 |",
    "an equation": r"$$\begin{split} a &= b \\ c &= d \end{split} \tag{1.1}$$",
    "a margin note": "> **Tower**\n>\n> One half.",
    "a margin note without a title, before its paragraph":
        "> **Half**: one of two.<sup>2</sup>\n\nBeside it.",
    "a box, and in it a box and a table":
        "> **Predict**\n>\n> How many?\n>\n> > <details>\n> > <summary><b>Note</b></summary>\n> >\n"
        "> > Inside.\n> >\n> > </details>\n>\n> | a |\n> | --- |\n> | 1 |",
    "a folded box": "> <details>\n> <summary><b>What happened</b></summary>\n>\n> This many:\n>\n> $$z$$\n>\n"
                    "> </details>",
    "an epigraph": "> We found.\n>\n> — Wilson [1927], section 1",
    "no list": r"1\. no list",
    "an exercise": "> **Exercise 1.1 (With code)**\n>\n> Do it.",
    "a solution": "> <details>\n> <summary><b>Solution to Exercise 1.1 (With code)</b></summary>\n>\n"
                  "> Before.\n>\n> </details>",
    "what follows its code": "<b>Solution to Exercise 1.1 (With code), continued</b></summary>\n>\n> After.",
    "footnotes": "## Notes\n\n<sup>1</sup> A note.\n\n<sup>2</sup> Of Table 1.2.",
    "cited works": "## Works cited\n\n- Edwin Wilson. Inference. 1927.",
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The open edition of the small book's chapter, without an address: cell by name."""
    said, path = build(tmp_path_factory.mktemp("book"))
    assert said.returncode == 0, said.stderr
    return {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}


@pytest.mark.parametrize("what", SAYS)
def test_the_page_in_plain_markdown(plain, what):
    text = "\n\n".join(cell.source for cell in plain.values() if cell.cell_type == "markdown")

    assert SAYS[what] in text


def test_cells_stand_in_their_order_and_only_gluing_ones_are_gone(plain):
    assert list(plain) == [
        "open-edition", "text", "set-up", "imports", "parameters", "figure", "figure-caption", "answer",
        "answer-caption", "needed", "widget", "widget-caption", "solved", "solution", "end", "notes",
        "works-cited"]


def test_what_the_page_hides_is_folded_and_the_parameters_are_not(plain):
    titles = {name: cell.source.split("\n")[0] for name, cell in plain.items()
              if cell.metadata.get("jupyter", {}).get("source_hidden")}

    assert titles == {"set-up": "#@title Set-up: the course's package",
                      "imports": "#@title Imports", "figure": "#@title The code of Figure 1.2",
                      "needed": "#@title Not on the page",
                      "solution": "#@title The code of the answer"}
    for name in titles:
        assert plain[name].metadata["_kg_hide-input"]
        assert plain[name].metadata["cellView"] == "form"


def test_an_output_that_the_page_hides_is_folded_with_its_caption(plain):
    cell, caption = plain["answer"], plain["answer-caption"].source

    for folded in (cell, plain["solution"]):
        assert folded.metadata.jupyter.outputs_hidden
        assert folded.metadata["_kg_hide-output"]
    assert caption.startswith("<details>\n<summary>Figure 1.3: what it shows</summary>\n\n"
                              "*Figure 1.3* **Found 12.**")


def test_a_figure_has_its_caption_and_its_description_and_no_glue(plain):
    assert plain["figure-caption"].source == (
        "*Figure 1.2* **Found 12.** More.\n\n<details>\n<summary>Figure 1.2 in words</summary>\n\n"
        "A pixel at 12.3.\n\n</details>")
    shown, = plain["figure"].outputs
    assert shown.metadata["image/png"] == {"alt": "A pixel at 12.3."}
    assert "mystnb" not in plain["figure"].metadata


def test_a_widget_stands_still_until_it_is_run(plain):
    shown = plain["widget"].outputs[0].data["text/html"]

    assert shown.startswith('<img width="560" alt="Bars" src="data:image/svg+xml;base64,')
    assert "stands still until you run its cell" in plain["widget-caption"].source


def test_links_lead_to_the_published_pages_where_there_is_an_address(plain, tmp_path):
    said, path = build(tmp_path / "book", address="https://example.org/book")

    assert said.returncode == 0, said.stderr
    linked, bare = path.read_text(), json.dumps(list(plain.values()))
    assert "[Other](https://example.org/book/other.html)" in linked
    assert "[1927](https://example.org/book/other.html#" in linked
    assert "[the page *A title*](https://example.org/book/chapter.html)" in linked
    assert "The course lives at <https://github.com/an/repo>" in linked
    assert "example.org" not in bare.replace("[outside](https://example.org/x)", "")


@pytest.mark.parametrize(("text", "why"), [
    ("# A\n\n<p>raw</p>\n", "raw '<p>raw</p>': the open edition knows no Markdown"),
    ("# A\n\n$$\na % b\n$$\n", "math_block 'a % b': a comment would swallow"),
])
def test_what_has_no_markdown_stops_the_build_and_is_named(tmp_path, text, why):
    said, path = build(tmp_path / "book", text)

    assert said.returncode != 0
    assert f"chapter.ipynb, cell 0: {why}" in " ".join(said.stderr.split())
    assert not path.exists()


@pytest.mark.parametrize(("parts", "why"), [
    ([Prose(0, "a")], "the page does not show the cells code"),
    ([Prose(0, "a"), Code(1), Prose(0, "b")], "the page's order is not that of the notebook's cells"),
    ([Prose(0, "a"), Code(1), Prose(2, "b")], r"the page has markdown for cells \[2\], which are none"),
])
def test_a_page_that_is_not_the_notebooks_is_refused(parts, why):
    cells = [new_markdown_cell("a", id="text"), new_code_cell("1", id="code")]

    with pytest.raises(NotTheSameError, match=why):
        lay(cells, parts)
