"""A small book with one chapter that holds what chapters may hold, for the tests of the open edition."""
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).parents[1]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CONF = f"""
import sys
sys.path.insert(0, {str(ROOT / "_ext")!r})
extensions = ["myst_nb", "sphinx_exercise", "sphinxcontrib.bibtex", "sphinx_book_theme", "glued_alt",
              "open_edition"]
root_doc, numfig, nb_execution_mode = "index", True, "off"
html_title, html_baseurl = "A course", ADDRESS
html_theme_options = {{"repository_url": "https://github.com/an/repo" if ADDRESS else ""}}
numfig_format = {{"figure": "Figure %s", "table": "Table %s"}}
bibtex_bibfiles, bibtex_reference_style = ["works.bib"], "author_year"
myst_enable_extensions = ["amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath",
                          "smartquotes"]
"""
WORKS = "@misc{wilson, author = {Wilson, Edwin}, title = {Inference}, year = {1927}}"
INDEX = "# Index\n\n```{toctree}\n:numbered: 2\nchapter\nother\n```\n"
OTHER = "# Other\n\n```{bibliography}\n```\n"
SAMPLE = r"""# A title

{.lede .four}
5 * 3, a_b, _c_, 100 $, [2012] (no link), `a|b`, AT\&amp;T, \<b>, un**believ**able.

+ One
  ```python
  x = 1
  ```

Term
: Meaning.

```{figure} square.svg
:alt: A square
:name: fig-square

**A square.** Drawn.
```

(sec-deep)=
## A section

See {numref}`tbl-x`, {eq}`eq-one`, {ref}`sec-deep`, {numref}`fig-cell`, {ref}`ex-one`, {doc}`other`,
{cite:t}`wilson`, [outside](https://example.org/x).[^note] {glue:text}`share:.1f` %.

[^note]: A note.

```{list-table} A caption.
:name: tbl-x
:header-rows: 1

* - a
  - b
* - 1 | 2
  - $y$
```

:::{table} Of {glue:text}`share:.1f` %.
:name: tbl-y

| a | b |
|---|--:|
| **1** | {glue:text}`share:.0f` |
:::

```{math}
:label: eq-one
a &= b \\
c &= d
```

```{margin} Tower
One half.
```

```{margin}
**Half**: one of two.[^half]
```
Beside it.

[^half]: Of {numref}`tbl-y`.

````{admonition} Predict
:class: predict
How many?

```{note}
:class: dropdown
Inside.
```

| a |
|---|
| 1 |
````

```{admonition} What happened
:class: dropdown answer
This many:

$$
z
$$
```

```{epigraph}
We found.

-- {cite:t}`wilson`, section 1
```

1\. no list
"""
SOLVED = """```{exercise-start} With code
:label: ex-one
```
Do it.
```{exercise-end}
```

```{solution-start} ex-one
:class: dropdown
```
Before.
"""

def figure(name, tags=()):
    """Metadata of a cell that draws."""
    shown = {"figure": {"name": name, "caption": "**Found {glue:text}`share:.0f`.** More."},
             "image": {"alt": "A pixel at {share:.1f}."}}
    return {"tags": list(tags), "mystnb": shown}


def glued(name, value):
    kind = "application/papermill.record/"
    return new_output("display_data", {f"{kind}text/plain": value},
                      metadata={"scrapbook": {"name": name, "mime_prefix": kind}})


def chapter(text):
    """A notebook with ``text`` and one cell of each kind."""
    picture = new_output("display_data", {"image/png": PIXEL, "text/plain": "<Figure>"})
    said = new_output("stream", name="stdout", text="6")
    widget = new_output("execute_result", execution_count=7, data={
        "text/html": '<figure><svg aria-label="Bars"><rect/></svg><script>go()</script></figure>'})
    code = [
        new_code_cell("import os\nADDRESS = ''", id="set-up", metadata={"tags": ["remove-cell"]}),
        new_code_cell("import math", id="imports"),
        new_code_cell("seed = 0", id="parameters", metadata={"tags": ["parameters", "hide-input"]}),
        new_code_cell("draw()", id="figure", outputs=[picture, glued("share", "12.345")],
                      metadata=figure("fig-cell", ["hide-input"])),
        new_code_cell("draw()", id="answer", outputs=[picture],
                      metadata=figure("fig-answer", ["hide-output"])),
        new_code_cell("glue(n=1)", id="glues", metadata={"tags": ["remove-cell"]}),
        new_code_cell("n = 1\nglue(n=n)", id="needed", metadata={"tags": ["remove-cell"]}),
        new_code_cell("widget()", id="widget", outputs=[widget], metadata=figure("fig-widget")),
    ]
    solved = [new_markdown_cell(SOLVED, id="solved"),
              new_code_cell("print(6)", id="solution", outputs=[said]),
              new_markdown_cell("After.\n```{solution-end}\n```", id="end")]
    metadata = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    return new_notebook(cells=[new_markdown_cell(text, id="text"), *code, *solved], metadata=metadata)


def build(folder, text=SAMPLE, address=""):
    """Build the small book with the text; what Sphinx said, and where the open edition should be."""
    folder.mkdir(exist_ok=True)
    nbformat.write(chapter(text), folder / "chapter.ipynb")
    conf = f"ADDRESS = {address!r}\n{CONF}"
    files = {"conf.py": conf, "works.bib": WORKS, "index.md": INDEX, "other.md": OTHER,
             "square.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'}
    for name, content in files.items():
        (folder / name).write_text(content)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "open", folder,
               folder / "_out"]
    said = subprocess.run(command, capture_output=True, text=True)
    return said, folder / "_out" / "chapter.ipynb"
