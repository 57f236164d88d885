"""Formulas: what they are in MathML, and what a page shows of them."""
import sys

import pytest
from bs4 import BeautifulSoup
from check_pages import PAGES, ROOT
from tabs import visit

sys.path.insert(0, str(ROOT / "_ext"))
from mathml import LatexError, mathml

IS = {
    r"(2 + \alpha \sum a^2)^{3/4}": "( 2 + α ∑ msup(a 2) msup() mrow(3 / 4))",
    r"\frac{a}{b + 1}": "mfrac(a mrow(b + 1))",
    r"\hat y": "mover(y ˆ)",
    r"\text{error} = 1 - \text{accuracy}": "error = 1 − accuracy",
    r"\left\lceil \frac{224 - 11}{4} \right\rceil": "mrow(⌈ mfrac(mrow(224 − 11) 4) ⌉)",
    r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}":
        "mrow(( mtable(mtr(mtd(1) mtd(0)) mtr(mtd(0) mtd(1))) ))",
    r"\begin{align} a &= b \\ c &= d \end{align}":
        "mtable(mtr(mtd() mtd(a) mtd(= b) mtd()) mtr(mtd() mtd(c) mtd(= d) mtd()))",
    "a &= b \\\\\nc &= d": "mtable(mtr(mtd(a) mtd(= b)) mtr(mtd(c) mtd(= d)))",
    "a\n\nb": "mtable(mtr(mtd(a)) mtr(mtd(b)))",
    r"\Big(a\Big)^2": "( a msup(mrow( )) 2)",
}


def tree(tag):
    """An element's children: a leaf as its text, others as name(children)."""
    said = [child.get_text() if child.name in ("mi", "mn", "mo", "mtext") else f"{child.name}({tree(child)})"
            for child in tag.find_all(True, recursive=False) if child.name not in ("annotation", "mspace")]
    return " ".join(said)


@pytest.mark.parametrize("latex", IS)
def test_a_formula_is_what_it_should_be(latex):
    math = BeautifulSoup(mathml(latex, display=True), "html.parser").math

    assert tree(math.semantics) in (IS[latex], f"mrow({IS[latex]})")
    assert math["display"] == "block"


def test_limits_stand_over_a_displayed_sum_and_beside_one_in_the_text(browser):
    tab = browser.new_page()
    tab.set_content("".join(mathml(r"\sum_{i=1}^n x_i", display=display) for display in (True, False)))
    places = [[limit.bounding_box()["x"] for limit in tab.query_selector_all(f"math{which} munderover > *")]
              for which in ("[display=block]", ":not([display])")]
    tab.close()

    (displayed, below, _), (inline, beside, _) = places
    assert below - displayed < 6 < beside - inline


@pytest.mark.parametrize("latex", [r"\sqrtt n", r"\frac{1", r"\begin{tabular}a\end{tabular}"])
def test_what_cannot_be_converted_is_refused(latex):
    with pytest.raises(LatexError):
        mathml(latex)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_its_formulas_in_their_font(page, site, browser):
    tab = browser.new_page()
    visit(tab, f"{site}/{page}.html")
    faces = tab.evaluate("[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)")
    boxes = [formula.bounding_box() for formula in tab.query_selector_all("article math")]
    words = tab.inner_text("article")
    tab.close()

    assert all(box["width"] > 5 and box["height"] > 5 for box in boxes)
    assert ('"Course Math"' in faces or "Course Math" in faces) == bool(boxes)
    assert "\\(" not in words
    assert "$$" not in words
