"""The ways into a chapter's open edition, under its facts: Colab, Kaggle, the file itself and its package.

No link is dead. The row stands where the open editions were made before the page, as `make book` does: they
are then copied beside the pages. Colab and Kaggle fetch theirs from GitHub, so they are named where the
configuration names a repository there, to which .github/workflows/publish.yml publishes all of it.
"""
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.util.osutil import relative_uri

BRANCH = "gh-pages"  # holds the built book as it is published
FOLDER = "open"  # in it, the open editions
GITHUB = "https://github.com/"


def made(app) -> Path:
    """Where the builder "open" leaves its notebooks."""
    return Path(app.outdir).parent / FOLDER


def launchers(repository: str, name: str) -> list[nodes.reference]:
    """Links that open the published notebook ``name`` of ``repository`` on Colab and on Kaggle."""
    if not repository.startswith(GITHUB):
        return []
    path = f"{repository.removeprefix(GITHUB).strip('/').removesuffix('.git')}/blob/{BRANCH}/{FOLDER}/{name}"
    return [nodes.reference("", text, refuri=address) for text, address in (
        ("Open in Colab", f"https://colab.research.google.com/github/{path}"),
        ("Open on Kaggle", f"https://kaggle.com/kernels/welcome?src={GITHUB}{path}"))]


def downloads(app, docname: str, edition: Path) -> list[download_reference]:
    """Links to the notebook beside the pages, and to the wheel beside it."""
    page = app.builder.get_target_uri(docname)
    files = [("Download the notebook", edition),
             *(("Download its package", wheel) for wheel in made(app).glob("*.whl"))]
    return [download_reference("", text, refuri=relative_uri(page, f"{FOLDER}/{path.name}"))
            for text, path in files]


def add_row(app, doctree, docname):
    edition = made(app) / f"{Path(docname).name}.ipynb"
    if app.builder.format != "html" or not edition.is_file():
        return
    row = nodes.paragraph("", "", classes=["ways"])
    repository = app.config.html_theme_options.get("repository_url", "")
    for link in [*launchers(repository, edition.name), *downloads(app, docname, edition)]:
        row += [nodes.Text(" · ")] * bool(row.children) + [link]
    facts = [node for node in doctree.findall(nodes.paragraph) if "facts" in node["classes"]]
    above = next(iter(facts or doctree.findall(nodes.title)))
    above.parent.insert(above.parent.index(above) + 1, row)


def copy_editions(app, error):
    if error is None and app.builder.format == "html" and made(app).is_dir():
        shutil.copytree(made(app), Path(app.outdir) / FOLDER, dirs_exist_ok=True)


def setup(app):
    app.connect("doctree-resolved", add_row)
    app.connect("build-finished", copy_editions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
