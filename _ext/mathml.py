"""Formulas as MathML, made when the book is built: a page shows them without a script.

A numbered environment, as align, gets one number, its block's; LaTeX would give each of its rows one.
"""
import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

CONVERTER = LatexToMathML(annotation=True, fancy_error=False)
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|alignat|flalign|gather|multline)\}")
SIZED = re.compile(r"<(msup|msub|msubsup)>(<mo [^>]*minsize[^>]*>[^<]*</mo>)")


def mathml(latex: str, *, display: bool = False) -> str:
    """``latex`` as a <math> element that carries its source. Raises LatexError for what it does not know."""
    latex = re.sub(r"\n\s*\n", r"\\\\ ", latex.strip())
    latex = NUMBERED.sub(r"\\\1{\2*}", latex.replace("{split}", "{aligned}"))
    if r"\\" in latex and r"\begin{" not in latex:
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    made = CONVERTER.convert_with_local_state(latex, displaystyle=display)
    # Chromium forgets the size of a bracket with an exponent, unless something stands beside the bracket.
    return SIZED.sub(r"<\1><mrow><mi></mi>\2</mrow>", made)


def converted(writer, node, display):
    """`mathml` of a node; what cannot be converted stops the build."""
    try:
        return mathml(node.astext(), display=display)
    except LatexError as error:
        raise ExtensionError(f"{writer.docnames[-1]}: the formula {node.astext()!r}: {error}") from error


def visit_inline(writer, node):
    writer.body.append(converted(writer, node, display=False))
    raise nodes.SkipNode


def visit_display(writer, node):
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append(converted(writer, node, display=True))
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
