"""Numbers that a chapter glued, on any page: {glued}`01_one_sitting::conv3_share:.2f`. MyST-NB's own roles
format no number of another document."""
from pathlib import Path

from docutils import nodes
from glued_alt import glued
from sphinx.util.docutils import SphinxRole


class Glued(SphinxRole):
    def run(self):
        chapter, _, field = self.text.partition("::")
        key, _, format_spec = field.partition(":")
        path = Path(self.env.srcdir) / "notebooks" / f"{chapter}.ipynb"
        try:
            text = format(glued(path)[key], format_spec)
        except (OSError, KeyError, ValueError) as error:
            message = self.inliner.reporter.error(f"{self.rawtext} asks for {error}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        self.env.note_dependency(str(path))
        return [nodes.inline(text, text, classes=["pasted-text"])], []


def setup(app):
    app.add_role("glued", Glued())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
