"""Text inside a paragraph: from Sphinx's doctree to plain Markdown, which every notebook frontend reads."""
import base64
import mimetypes
import re
from html import escape as html_escape
from pathlib import Path

from docutils import nodes

SPECIAL = re.compile(r"[\\`*$<~]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
ENTITIES = {"\\": "&#92;", "<": "&lt;", "&": "&amp;"}  # a backslash before ( or [ would open mathematics
STARTS = re.compile(r"^([-+]|#{1,6})(?=\s)|^(>)|^(\d+)(?=[.)]\s)")  # what would be a list, heading, quotation
INVISIBLE = (nodes.target, nodes.comment, nodes.substitution_definition)


class NoMarkdownError(Exception):
    """A node that has no Markdown here: says which, and the text that it came from."""


def no_markdown(node: nodes.Node, why: str = "the open edition knows no Markdown for it"):
    """Raise `NoMarkdownError` for ``node``."""
    text = (getattr(node, "rawsource", "") or node.astext()).strip()
    raise NoMarkdownError(f"{type(node).__name__} {text[:80]!r}: {why}")


def escaped(text: str) -> str:
    """``text`` on one line, so that Markdown shows what stands in it."""
    text = SPECIAL.sub(lambda found: ENTITIES.get(found[0], f"\\{found[0]}"), " ".join(text.split("\n")))
    return re.sub(r"\](?=[(\[])", "&#93;", text)


def literal(text: str) -> str:
    """A code span with more backticks than ``text`` has in a row."""
    ticks = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def summary(node: nodes.Element) -> str:
    """A title as HTML for where no Markdown is read: inside <summary>."""
    return " ".join(html_escape(node.astext(), quote=False).split())


class Inline:
    """Turns the children of a node into a line of Markdown.

    ``site`` is the address of the published pages, "" where there is none: then what would lead to another
    page is plain text. ``sources`` is the book's folder, for its pictures. ``works`` gathers the cited works,
    in full, in the order of their first citation.
    """

    def __init__(self, site: str, sources: Path):
        self.site, self.sources = site, sources
        self.works: list[str] = []

    def line(self, node: nodes.Element) -> str:
        """All of ``node``'s children. Raises NoMarkdownError for what this file does not know."""
        said = ""
        for child in node.children:
            piece = self.one(child)
            if said.endswith(("]", "!")) and piece.startswith(("(", "[")):  # no link, and no picture
                said = f"{said[:-1]}&#{ord(said[-1])};"
            said += piece
        return said

    def paragraph(self, node: nodes.Element) -> str:
        """`line`, as a block of its own."""
        def harmless(found):
            return f"{found[3]}\\" if found[3] else f"\\{found[0]}"

        return STARTS.sub(harmless, self.line(node).strip())

    def one(self, node: nodes.Node) -> str:
        """One child."""
        if isinstance(node, nodes.Text):
            return escaped(node.astext())
        if isinstance(node, INVISIBLE):
            return ""
        turn = getattr(self, f"from_{type(node).__name__}", None)
        return turn(node) if turn else no_markdown(node)

    def from_inline(self, node):
        return self.line(node)

    def from_number_reference(self, node):
        return self.line(node)

    def from_emphasis(self, node):
        return self._marked(node, "*", "em")

    def from_strong(self, node):
        return self._marked(node, "**", "strong")

    def from_literal(self, node):
        return literal(node.astext())

    def from_raw(self, node):
        """Of raw text only a line's end: MyST gives it once in HTML and once in LaTeX."""
        if "html" in node["format"] and "<br" not in node.astext():
            no_markdown(node)
        return "<br>" if "html" in node["format"] else ""

    def from_math(self, node):
        return f"${' '.join(node.astext().split())}$"

    def from_superscript(self, node):
        return f"<sup>{self.line(node)}</sup>"

    def from_subscript(self, node):
        return f"<sub>{self.line(node)}</sub>"

    def from_footnote_reference(self, node):
        return f"<sup>{node.astext()}</sup>"

    def from_reference(self, node):
        """A link, where a notebook's reader can follow it: to the published pages, or out of the course."""
        work = node.get("reftitle")
        if work and work not in self.works:
            self.works.append(work)
        address = node.get("refuri", "")
        if address.startswith("#") or not (node.get("internal") is None or self.site):
            address = ""
        said = self.line(node)
        return f"[{said}]({address.replace(' ', '%20')})" if address else said

    def from_image(self, node):
        """The picture itself, as an address that holds it: a notebook is one file."""
        path, alt = self.sources / node["uri"], node.get("alt", "")
        content = base64.b64encode(path.read_bytes()).decode()
        return f"![{escaped(alt)}](data:{mimetypes.guess_type(path)[0]};base64,{content})"

    def _marked(self, node, mark, tag):
        said = self.line(node)
        core = said.strip()
        if not core:
            return said
        opening, closing = mark, mark
        if any(beside.isalnum() for beside in _beside(node)):  # there Markdown's marks need not count
            opening, closing = f"<{tag}>", f"</{tag}>"
        return said.replace(core, f"{opening}{core}{closing}", 1)


def _beside(node: nodes.Node) -> tuple[str, str]:
    """The letters before and after ``node`` in its parent."""
    line, at = node.parent.children, node.parent.index(node)
    return (line[at - 1].astext()[-1:] if at else "",
            line[at + 1].astext()[:1] if at + 1 < len(line) else "")
