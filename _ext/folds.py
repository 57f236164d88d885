"""Folded boxes as <details>: they fold without a script, are named by their title, and print open."""
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform


class Fold(nodes.General, nodes.Element):
    """A box of class "dropdown", of whatever directive; its first child is its title."""


class FoldTitle(nodes.General, nodes.TextElement):
    pass


class FoldBoxes(SphinxPostTransform):
    default_priority = 200  # after sphinx-exercise has written its titles
    formats = ("html",)

    def run(self, **kwargs):
        for box in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in box["classes"]:
                box.replace_self(folded(box))


def folded(box):
    """What a click on the title opens; a link in the title would be in the way of that click."""
    title, *rest = box.children
    for link in list(title.findall(nodes.reference)):
        link.replace_self(link.children)
    classes = [name for name in box["classes"] if name != "dropdown"]  # a theme's script looks for it
    summary = FoldTitle("", "", *title.children, classes=["admonition-title"])
    return Fold("", summary, *rest, ids=box["ids"], classes=["admonition", "fold", *classes])


def open_box(self, node):
    self.body.append(self.starttag(node, "details"))


def open_title(self, node):
    self.body.append(self.starttag(node, "summary", suffix=""))


def open_cell(self, node):
    """MyST-NB's own, without its aria-label, which hides the visible text from assistive software."""
    kind = "code" if "above-input" in node["classes"] else "output"
    self.body.append(f'<details class="admonition hide {" ".join(node["classes"])}"><summary>'
                     f'<p class="collapsed admonition-title">Show the {kind}</p>'
                     f'<p class="expanded admonition-title">Hide the {kind}</p></summary>\n')


def close(tag):
    return lambda self, node: self.body.append(f"</{tag}>\n")


def drop_togglebutton(app, pagename, templatename, context, doctree):
    """Its buttons have nothing left to do."""
    def is_needed(asset):
        body = (getattr(asset, "attributes", None) or {}).get("body") or ""
        text = f"{getattr(asset, 'filename', asset)} {body}"
        return not any(word in text for word in ("togglebutton", "toggleHint", "toggleOpenOnPrint"))

    for kind in ("script_files", "css_files"):
        context[kind] = list(filter(is_needed, context.get(kind, [])))


def setup(app):
    app.add_node(Fold, html=(open_box, close("details")))
    app.add_node(FoldTitle, html=(open_title, close("summary")))
    app.add_node(HideCodeCellNode, override=True, html=(open_cell, close("details")))
    app.add_post_transform(FoldBoxes)
    app.connect("html-page-context", drop_togglebutton, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
