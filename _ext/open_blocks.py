"""A page's doctree in plain Markdown: prose, part by part, and the places of its code cells."""
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from docutils import nodes
from open_inline import INVISIBLE, Inline, no_markdown, summary

LINES_PER_CELL = 10_000  # MyST-NB counts line 3 of cell 12 as 130003
ENVIRONMENT = re.compile(r"\\(begin|end)\{(align|gather)\*?\}")
LANGUAGES = {"none": "", "default": "", "ipython3": "python"}  # Sphinx's names that Markdown does not know


@dataclass(frozen=True)
class Prose:
    """Markdown that comes from Markdown cell ``cell`` of the notebook."""

    cell: int
    text: str


@dataclass(frozen=True)
class Code:
    """The place of code cell ``cell``; ``figures`` are its (number, caption, alt text), ``answer`` says
    that it stands in a box which the page folds."""

    cell: int
    figures: tuple[tuple[str, str, str], ...] = ()
    answer: bool = False


def quotation(text: str) -> str:
    """``text`` with Markdown's mark of a quotation before each line."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def folded(title: str, text: str) -> str:
    """``text`` under a ``title`` (HTML) that opens it; a blank line makes what is inside Markdown again."""
    return f"<details>\n<summary>{title}</summary>\n\n{text}\n\n</details>"


def fenced(text: str, language: str) -> str:
    """A block of code."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}{language}\n{text}\n{fence}"


class Blocks:
    """Turns a page into `Prose` and `Code`, in its order.

    ``sections`` are the page's section numbers by anchor, ``number(kind, id)`` is what stands before a
    figure's, a table's or an exercise's title, as "Figure 1.2". ``notes`` gathers the footnotes. Every method
    raises NoMarkdownError for a node that none knows.
    """

    def __init__(self, inline: Inline, sections: dict, number):
        self.inline, self.sections, self.number = inline, sections, number
        self.cell, self.notes = 0, []

    def parts(self, node: nodes.Element) -> list[Prose | Code]:
        """All of ``node``'s children."""
        return [part for child in node.children for part in self.one(child)]

    def one(self, node: nodes.Node) -> Iterator[Prose | Code]:
        """One child."""
        if getattr(node, "line", None) and node.line > LINES_PER_CELL:
            self.cell = max(self.cell, node.line // LINES_PER_CELL - 1)  # the lines of a table may lag
        if isinstance(node, INVISIBLE):
            return
        turn = getattr(self, f"from_{type(node).__name__}", None)
        made = turn(node) if turn else no_markdown(node)
        yield from [Prose(self.cell, made)] if isinstance(made, str) else made

    def text(self, node: nodes.Element) -> str:
        """All of ``node``'s children, where no code cell may stand."""
        parts = self.parts(node)
        if any(isinstance(part, Code) for part in parts):
            no_markdown(node, "a code cell stands inside it")
        return "\n\n".join(part.text for part in parts)

    def from_section(self, node):
        yield from self.parts(node)

    def from_title(self, node):
        level, section = 0, node.parent
        anchor = f"#{section['ids'][0]}"
        while isinstance(section, nodes.section):
            level, section = level + 1, section.parent
        number = self.sections.get(anchor if level > 1 else "", ())
        shown = f"{'.'.join(map(str, number))}. " if number else ""
        return f"{'#' * level} {shown}{self.inline.line(node)}"

    def from_paragraph(self, node):
        return self.inline.paragraph(node)

    def from_bullet_list(self, node):
        return "\n".join(self._item(item, "- ") for item in node.children)

    def from_enumerated_list(self, node):
        first = node.get("start", 1)
        return "\n".join(self._item(item, f"{first + i}. ") for i, item in enumerate(node.children))

    def _item(self, item, mark):
        lines = self.text(item).split("\n")
        return mark + "\n".join([lines[0], *(f"{' ' * len(mark)}{line}".rstrip() for line in lines[1:])])

    def from_definition_list(self, node):
        if any(len(item.children) != 2 for item in node.children):
            no_markdown(node, "a term here has one definition")
        return "\n".join(f"- **{self.inline.line(term)}**: {self._item(said, '  ').strip()}"
                         for term, said in (item.children for item in node.children))

    def from_literal_block(self, node):
        return fenced(node.astext().rstrip("\n"), LANGUAGES.get(node["language"], node["language"]))

    def from_math_block(self, node):
        text = node.astext().strip()
        if node.get("nowrap"):  # an environment of its own, as align: a frontend wants what stands inside $$
            text, changed = ENVIRONMENT.subn(r"\\\1{\2ed}", text)
            if changed != 2:
                no_markdown(node)
        elif "\\\\" in text:  # as Sphinx does for the page
            text = f"\\begin{{split}} {text} \\end{{split}}"
        if re.search(r"(?<!\\)%", text):
            no_markdown(node, "a comment would swallow what follows it")
        number = self.number("displaymath", node["ids"][0]) if node.get("number") else ""
        tag = f" \\tag{{{number}}}" if number else ""
        return f"$${' '.join(text.split())}{tag}$$"  # one line: Jupyter takes a quotation's > for mathematics

    def from_transition(self, node):
        return [] if "footnotes" in node["classes"] else "---"

    def from_footnote(self, node):
        """Footnotes stand at the end of the page, whichever cell they are from."""
        label, here = node.pop(0), self.cell
        self.notes.append(f"<sup>{label.astext()}</sup> {self.text(node)}")
        self.cell = here
        return []

    def from_block_quote(self, node):
        return self._box("", node)

    def from_attribution(self, node):
        return f"— {self.inline.line(node)}"

    def from_admonition(self, node):
        title, *_ = node.children
        return self._box(title, node, skip=1)

    def from_note(self, node):
        return self._box(nodes.title("", type(node).__name__.capitalize()), node)

    from_warning = from_tip = from_important = from_hint = from_note

    def from_sidebar(self, node):
        titled = isinstance(node.children[0], nodes.title)
        return self._box(node.children[0] if titled and node.children[0].astext() else "", node, skip=titled)

    def from_exercise_enumerable_node(self, node):
        number, own = self.number("exercise", node["ids"][0]), node.children[0].deepcopy()
        return self._box(nodes.title("", number, *own.children), node, skip=1)

    def from_solution_node(self, node):
        title, *_ = node.children
        return self._box(title, node, skip=1)

    def _box(self, title, node, skip=0):
        """A quotation under a title in bold, and a fold where the page has one. Code cells interrupt it."""
        fold, start = not {"dropdown", "toggle"}.isdisjoint(node["classes"]), self.cell
        inside = [part for child in node.children[skip:] for part in self.one(child)]
        if title and not (inside and isinstance(inside[0], Prose)):
            inside.insert(0, Prose(start, ""))
        more = ""
        for is_code, run in groupby(inside, lambda part: isinstance(part, Code)):
            if is_code:
                yield from (replace(code, answer=code.answer or fold) for code in run)
                continue
            run = list(run)
            text = "\n\n".join(part.text for part in run)
            if fold and text:
                yield Prose(run[0].cell, quotation(folded(f"<b>{summary(title)}{more}</b>", text)))
            else:
                head = f"**{self.inline.line(title).strip()}{more}**\n\n" if title else ""
                yield Prose(run[0].cell, quotation(f"{head}{text}".strip()))
            more = ", continued"
