"""The built pages where room is short: what is cut says so, and margin notes keep apart from all else."""
import pytest
from check_pages import PAGES
from tabs import visit

CUT = """() => [...document.querySelectorAll(".bd-article *")].filter(e =>
    e.clientWidth && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible"
    && !e.closest(".math"))"""
FADE = "e => parseFloat(getComputedStyle(e).getPropertyValue('--right-fade') || 0)"
CROSSING = """notes => {
    const others = [...document.querySelectorAll(".bd-article :is(aside.margin, figure, pre, p, h2)")]
    const apart = (a, b) => Math.max(a.left, b.left) >= Math.min(a.right, b.right)
        || Math.max(a.top, b.top) >= Math.min(a.bottom, b.bottom) - 1
    const cross = (a, b) => !a.contains(b) && !b.contains(a)
        && !apart(a.getBoundingClientRect(), b.getBoundingClientRect())
    return notes.filter(note => others.some(other => cross(note, other))).map(note => note.innerText)
}"""


@pytest.fixture(scope="module", params=PAGES)
def tab(request, site, browser):
    """A page, its folds open."""
    tab = browser.new_page()
    visit(tab, f"{site}/{request.param}.html")
    tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    yield tab
    tab.close()


def resize(tab, width):
    """Make the window so wide, with everything that scrolls at its start."""
    tab.set_viewport_size({"width": width, "height": 900})
    tab.evaluate("document.querySelectorAll('*').forEach(e => { e.scrollLeft = 0 })")
    tab.wait_for_timeout(200)


@pytest.mark.parametrize("width", [360, 390])
def test_what_a_phone_cuts_fades_at_its_edge_until_it_ends(tab, width):
    resize(tab, width)
    boxes = [box.as_element() for box in tab.evaluate_handle(CUT).get_properties().values()]
    begun = [box.evaluate("e => e.outerHTML.slice(0, 160)") for box in boxes if box.evaluate(FADE) < 10]
    for box in boxes:
        box.evaluate("e => { e.scrollLeft = e.scrollWidth }")
    tab.wait_for_timeout(200)
    ended = [box.evaluate("e => e.outerHTML.slice(0, 160)") for box in boxes if box.evaluate(FADE) > 1]

    assert begun == [], "cut without a word"
    assert ended == [], "goes on where nothing follows"


@pytest.mark.parametrize("width", [768, 1024, 1300, 1440])
def test_margin_notes_cross_nothing(tab, width):
    resize(tab, width)

    assert tab.eval_on_selector_all(".bd-article aside.margin", CROSSING) == []
