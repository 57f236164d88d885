"""The built pages in headless Chromium: `make check-pages`, after `make book`.

Nothing comes from outside, nothing complains, nothing scrolls sideways, every picture loads and is described.
"""
import pytest
from check_pages import PAGES
from tabs import visit

WIDTHS = (360, 390, 768, 1024, 1300, 1440)
UNNAMED_OR_BROKEN = """images => images
    .filter(image => !image.alt.trim() || image.alt.includes("{") || !image.complete || !image.naturalWidth)
    .map(image => image.src.slice(0, 200))"""


@pytest.fixture(scope="module", params=[(page, scheme) for page in PAGES for scheme in ("light", "dark")],
                ids=str)
def tab(request, site, browser):
    """A page; `complaints` and `requests` are what it complained of and asked for."""
    page, scheme = request.param
    tab = browser.new_page(color_scheme=scheme)
    tab.complaints, tab.requests = [], []
    tab.on("console", lambda message: message.type == "error" and tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("request", lambda call: tab.requests.append(call.url))
    tab.on("requestfailed", lambda call: tab.complaints.append(f"{call.url}: {call.failure}"))
    tab.on("response", lambda answer: answer.ok or tab.complaints.append(f"{answer.url}: {answer.status}"))
    visit(tab, f"{site}/{page}.html")
    yield tab
    tab.close()


def test_page(site, tab):
    sideways = {}
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 900})
        over = tab.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        if over > 0:
            sideways[width] = over

    assert tab.complaints == []
    assert [url for url in tab.requests if not url.startswith((f"{site}/", "data:", "blob:"))] == []
    assert tab.eval_on_selector_all("img", UNNAMED_OR_BROKEN) == []
    assert sideways == {}, "pixels too wide, by width of the window"


def test_every_widget_follows_the_arrow_keys(tab):
    for lab in tab.query_selector_all("figure.lab"):
        slider, output, drawing = map(lab.query_selector, ("input", "output", "svg"))
        there, back = ("ArrowRight", "ArrowLeft")[::1 if slider.input_value() == "0" else -1]
        first = output.inner_text(), drawing.inner_html()
        slider.press(there)
        second = output.inner_text(), drawing.inner_html()
        slider.press(back)

        assert first[0] != second[0], f"{lab.get_attribute('id')} says nothing new in its next state"
        assert first[1] != second[1], f"{lab.get_attribute('id')} draws nothing new in its next state"
        assert (output.inner_text(), drawing.inner_html()) == first

    assert tab.complaints == []


def test_some_page_has_a_widget(site, browser):
    tab = browser.new_page()
    visit(tab, f"{site}/notebooks/01_one_sitting.html")
    widget = tab.query_selector("figure.lab input")
    tab.close()

    assert widget
