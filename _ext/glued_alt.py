"""Glued numbers in alt texts: "{accuracy:.1f}" in a cell's alt becomes the value that its notebook glued."""
import ast
import json

from docutils import nodes
from sphinx.errors import ExtensionError

PREFIX = "application/papermill.record/text/plain"


def glued(path):
    """The values that the notebook at ``path`` glued, by name."""
    with open(path, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return {output["metadata"]["scrapbook"]["name"]: ast.literal_eval("".join(output["data"][PREFIX]))
            for output in outputs if PREFIX in output.get("data", ())}


def fill_in(app, doctree):
    path = app.env.doc2path(app.env.docname)
    if not path.endswith(".ipynb"):
        return
    values = glued(path)
    for image in doctree.findall(nodes.image):
        try:
            image["alt"] = image.get("alt", "").format(**values)
        except (KeyError, ValueError) as error:
            raise ExtensionError(f"{path}: the alt text {image['alt']!r} asks for {error}") from error


def setup(app):
    app.connect("doctree-read", fill_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
