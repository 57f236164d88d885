"""The built pages on paper, printed from a dark screen: light, whole, without navigation."""
import pytest
from check_pages import PAGES
from tabs import visit

A4 = {"width": 672, "height": 987}  # within the margins of print.css
NAVIGATION = ".bd-header-article, .bd-sidebar-primary, .bd-sidebar-secondary, .prev-next-area, .headerlink"


@pytest.fixture(scope="module")
def paper(request, site, browser):
    """A page as a printer gets it from a dark screen."""
    tab = browser.new_page(color_scheme="dark", viewport=A4)
    visit(tab, f"{site}/{request.param}.html")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    tab.emulate_media(media="print")
    yield tab
    tab.close()


every_page = pytest.mark.parametrize("paper", PAGES, indirect=True)
chapter = pytest.mark.parametrize("paper", ["notebooks/01_one_sitting"], indirect=True)


def which(tab, selector, test):
    """The elements of ``selector`` for which the script ``test`` of ``e`` and its ``style`` is true."""
    return tab.eval_on_selector_all(selector, f"""found => found
        .filter(e => {{ const style = getComputedStyle(e); return {test} }})
        .map(e => e.outerHTML.slice(0, 160))""")


@every_page
def test_a_dark_screen_prints_dark_on_light(paper):
    pale = """[...e.childNodes].some(child => child.nodeType === Node.TEXT_NODE && child.data.trim())
        && e.checkVisibility() && style.color.match(/\\d+/g).slice(0, 3)
            .reduce((light, part, i) => light + part * [0.21, 0.72, 0.07][i], 0) > 125"""

    assert which(paper, ".bd-article :not(svg *)", pale) == []
    assert which(paper, "html, body, .bd-article", "/rgb\\((\\d\\d?), /.test(style.backgroundColor)") == []
    assert which(paper, ".bd-article img", "style.filter !== 'none'") == []


@every_page
def test_navigation_stays_on_the_screen(paper):
    assert which(paper, f"{NAVIGATION}, details.hide > summary", "e.checkVisibility()") == []


@every_page
def test_no_line_is_cut_on_paper(paper):
    assert which(paper, ".bd-article pre", "e.checkVisibility() && e.scrollWidth > e.clientWidth") == []
    assert which(paper, ".bd-article :is(table, img, figure)",
                 f"e.getBoundingClientRect().right > {A4['width']}") == []


@every_page
def test_figures_are_whole_on_paper(paper):
    assert which(paper, ".bd-article figure:has(img, svg)", "style.breakInside !== 'avoid'") == []
    assert which(paper, ".bd-article figure", f"e.getBoundingClientRect().height > {A4['height']}") == []


@chapter
def test_the_chapter_is_headed_by_its_strip(paper):
    title = paper.query_selector(".bd-article h1")

    assert title.is_visible()
    assert title.evaluate("e => getComputedStyle(e, '::before').printColorAdjust") == "exact"
    assert "kernels-" in title.evaluate("e => getComputedStyle(e, '::before').backgroundImage")


@chapter
def test_answers_are_printed_open(paper):
    answers = ".bd-article details.fold:not([open]) > summary ~ *"

    assert paper.query_selector(answers)
    assert which(paper, answers, "!e.checkVisibility()") == []
