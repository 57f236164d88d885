"""The builder "open": every chapter as an ordinary notebook in plain Markdown, from its page's doctree."""
import shutil
from functools import partial
from pathlib import Path

import nbformat
from docutils import nodes
from myst_nb.core.render import base_render_priority
from open_about import about, ends
from open_cells import NotTheSameError, lay
from open_figures import Page
from open_inline import Inline, NoMarkdownError
from sphinx.builders import Builder
from sphinx.errors import ExtensionError


class OpenEdition(Builder):
    """Writes NN_words.ipynb for every notebook of the book; pages that are none are passed over."""

    name = format = "open"
    epilog = "The open editions are in %(outdir)s."
    supported_image_types = ("image/svg+xml", "image/png", "image/gif", "image/jpeg")

    def get_outdated_docs(self):
        return [name for name in self.env.found_docs if self.env.doc2path(name).endswith(".ipynb")]

    def get_target_uri(self, docname, typ=None):
        return f"{docname}.html"

    def get_relative_uri(self, from_, to, typ=None):
        return "" if from_ == to else f"{self.site()}{self.get_target_uri(to)}"

    def site(self):
        """The address of the published pages with a slash at its end, or ""."""
        address = self.config.html_baseurl
        return f"{address.rstrip('/')}/" if address else ""

    def number(self, docname, kind, name):
        """What stands before a title, as "Figure 1.2"; of an equation the number alone."""
        number = self.env.toc_fignumbers.get(docname, {}).get(kind, {}).get(name, ())
        return self.config.numfig_format.get(kind, "%s") % ".".join(map(str, number))

    def prepare_writing(self, docnames):
        pass

    def write_doc(self, docname, doctree):
        path = Path(self.env.doc2path(docname))
        if path.suffix != ".ipynb":
            return
        notebook, inline = nbformat.read(path, as_version=4), Inline(self.site(), Path(self.srcdir))
        page = Page(inline, self.env.toc_secnumbers.get(docname, {}), partial(self.number, docname))
        try:
            parts = [part for child in doctree.children if not _is_thebe(child) for part in page.one(child)]
            cells = lay(notebook.cells, parts)
        except (NoMarkdownError, NotTheSameError) as error:
            raise ExtensionError(f"{path}, cell {page.cell}: {error}") from error
        notebook.cells = [self.about(docname), *cells, *ends(page.notes, inline.works)]
        nbformat.validate(notebook)
        nbformat.write(notebook, Path(self.outdir) / path.name)

    def about(self, docname):
        """The cell on top."""
        page = self.get_relative_uri("", docname) if self.site() else ""
        return about(self.config.html_title, self.env.titles[docname].astext(), page,
                     self.config.html_theme_options.get("repository_url", ""))


def _is_thebe(node):
    """Jupyter Book's script for live cells, which it leaves at the end of every page."""
    return isinstance(node, nodes.raw) and ("thebe" in node.astext() or "kernelName" in node.astext())


def prefer_as_html(app, config):
    """Let MyST-NB choose among a cell's outputs as it does for the page."""
    config.nb_mime_priority_overrides = [
        *config.nb_mime_priority_overrides,
        *(["open", kind, rank] for kind, rank in base_render_priority()["html"].items())]


def leave_notebooks_only(app, error):
    """Take away the scripts and styles that other extensions leave beside whatever is built."""
    if app.builder.name == OpenEdition.name:
        shutil.rmtree(Path(app.outdir) / "_static", ignore_errors=True)


def setup(app):
    app.add_builder(OpenEdition)
    app.connect("build-finished", leave_notebooks_only, priority=900)
    app.connect("config-inited", prefer_as_html)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
