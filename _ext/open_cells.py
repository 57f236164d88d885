"""The cells of an open edition: the committed notebook's, with the page's text, and plumbing folded."""
import ast
from copy import deepcopy
from itertools import pairwise

from nbformat.v4 import new_markdown_cell
from open_blocks import Code, Prose, folded
from open_figures import caption
from open_outputs import plain

SHUT = {"hide-input", "hide-cell", "remove-input", "remove-cell"}  # MyST-NB's tags for a cell's code
SHUT_OUTPUT = {"hide-output", "hide-cell", "remove-output", "remove-cell"}  # and for what it shows


class NotTheSameError(Exception):
    """The page and the notebook do not fit together."""


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", ()))


def lay(cells: list, parts: list[Prose | Code]) -> list:
    """The committed ``cells`` with the page's ``parts`` in place of their text, and a cell for the caption
    under each figure. Raises NotTheSameError where a part has no cell, or a cell on the page has no part."""
    shown = {part.cell: part for part in parts if isinstance(part, Code)}
    text = {at: "\n\n".join(part.text for part in parts if isinstance(part, Prose) and part.cell == at)
            for at in {part.cell for part in parts if isinstance(part, Prose)}}
    _check(cells, parts, shown, text)
    laid = []
    for at, cell in enumerate(cells):
        if cell.cell_type == "markdown" and at in text:
            laid.append(new_markdown_cell(text[at], id=cell.id, metadata=_without_myst(cell)))
        elif cell.cell_type == "code" and not _only_glues(cell):
            laid += _code(cell, shown.get(at, Code(at)))
    return laid


def _check(cells, parts, shown, text):
    if any(before.cell > after.cell for before, after in pairwise(parts)):
        raise NotTheSameError("the page's order is not that of the notebook's cells")
    for kind, found in (("code", shown), ("markdown", text)):
        if wrong := [at for at in found if not (at < len(cells) and cells[at].cell_type == kind)]:
            raise NotTheSameError(f"the page has {kind} for cells {wrong}, which are none")
    if lost := [cell.id for at, cell in enumerate(cells)
                if cell.cell_type == "code" and at not in shown and "remove-cell" not in tags(cell)]:
        raise NotTheSameError(f"the page does not show the cells {', '.join(lost)}")


def _without_myst(cell):
    return {key: value for key, value in cell.metadata.items() if key != "mystnb"}


def _only_glues(cell) -> bool:
    """Whether the page leaves the cell out and all that it does is to keep values for the page's text."""
    if "remove-cell" not in tags(cell):
        return False
    lines = [line.value if isinstance(line, ast.Expr) else line for line in ast.parse(cell.source).body]
    return all(isinstance(line, ast.Call) and getattr(line.func, "id", "") == "glue" for line in lines)


def _code(cell, part: Code) -> list:
    """The cell, and a Markdown cell for the captions of its figures."""
    cell = deepcopy(cell)
    alt = " ".join(alt for _, _, alt in part.figures)
    cell.metadata = _without_myst(cell)
    cell.outputs, note = plain(cell.outputs, alt)
    title = _title(cell, part)
    if title:
        _shut_source(cell, title)
    hides = part.answer or bool(tags(cell) & SHUT_OUTPUT)
    if hides and cell.outputs:
        _shut_output(cell)
    under = "\n\n".join([caption(*figure) for figure in part.figures] + [note] * bool(note))
    if under and hides:
        under = folded(f"{_numbers(part) or 'Above'}: what it shows", under)
    return [cell, new_markdown_cell(under, id=f"{cell.id}-caption")] if under else [cell]


def _title(cell, part: Code) -> str:
    """What stands in place of the code where it is folded; "" where it is not: parameters never are."""
    if "parameters" in tags(cell):
        return ""
    if "\nADDRESS = " in cell.source:
        return "Set-up: the course's package"
    if cell.source.startswith(("import ", "from ")):
        return "Imports"
    if part.answer:
        return "The code of the answer"
    if not tags(cell) & SHUT:
        return ""
    if "remove-cell" in tags(cell):
        return "Not on the page"
    return f"The code of {_numbers(part)}" if part.figures else "Code"


def _numbers(part: Code) -> str:
    return " and ".join(number for number, _, _ in part.figures)


def _shut_source(cell, title):
    """Fold the code: Jupyter's way, Kaggle's, and Colab's, which shows ``title`` in its place."""
    cell.metadata.setdefault("jupyter", {})["source_hidden"] = True
    cell.metadata |= {"_kg_hide-input": True, "cellView": "form"}
    cell.source = f"#@title {title}\n{cell.source}"


def _shut_output(cell):
    """Fold what the cell shows, likewise."""
    cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
    cell.metadata |= {"_kg_hide-output": True, "collapsed": True}
