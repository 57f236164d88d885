"""Code cells, figures and tables of a page, and what stands under them."""
from docutils import nodes
from open_blocks import Blocks, Code, folded
from open_inline import escaped, no_markdown


def caption(number: str, text: str, alt: str) -> str:
    """What stands under a figure: its number, its caption, and its alt text for whoever asks."""
    words = f"\n\n{folded(f'{number} in words', escaped(alt))}" if alt else ""
    return f"*{number}* {text}{words}"


class Page(Blocks):
    """`Blocks` that knows a page's code cells, figures and tables too."""

    def from_container(self, node):
        if node.get("nb_element") != "cell_code":
            no_markdown(node)
        figures = tuple(self._figure(figure) for figure in node.findall(nodes.figure))
        self.cell = node["cell_index"]
        return [Code(self.cell, figures)]

    def _figure(self, figure):
        said = [self.inline.line(child) for child in figure.children if isinstance(child, nodes.caption)]
        if not said:
            no_markdown(figure, "a figure without a caption")
        alt = [image.get("alt", "") for image in figure.findall(nodes.image)]
        return self.number("figure", figure["ids"][0]), " ".join(said), " ".join(alt)

    def from_figure(self, node):
        picture, *rest = node.children
        number, text, _ = self._figure(node)
        legend = [self.text(child) for child in rest if not isinstance(child, nodes.caption)]
        return "\n\n".join([self.inline.one(picture), caption(number, text, ""), *legend])

    def from_image(self, node):
        return self.inline.one(node)

    def from_table(self, node):
        *title, group = node.children
        rows = list(group.findall(nodes.row))
        cells = [[self._entry(entry) for entry in row.children] for row in rows]
        marks = [{"text-right": "---:", "text-center": ":---:"}.get("".join(entry["classes"]), "---")
                 for entry in rows[0].children]
        if not isinstance(rows[0].parent, nodes.thead):
            cells.insert(0, [""] * len(marks))
        lines = [cells[0], marks, *cells[1:]]
        above = [f"*{self.number('table', node['ids'][0])}* {self.inline.line(each)}" for each in title]
        return "\n\n".join([*above, "\n".join(f"| {' | '.join(line)} |" for line in lines)])

    def _entry(self, entry):
        if "morecols" in entry or "morerows" in entry or len(entry.children) > 1:
            no_markdown(entry, "Markdown's tables have no cells that span others or hold several paragraphs")
        return self.text(entry).replace("|", "\\|")

