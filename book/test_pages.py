"""The built pages in headless Chromium: `make check-pages`, after `make book`.

Nothing comes from outside, nothing complains, nothing scrolls sideways, every picture loads and is described.
"""
import os
import shutil
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml
from check_pages import HTML, ROOT, entries
from playwright.sync_api import sync_playwright

WIDTHS = (360, 390, 768, 1024, 1300, 1440)
PAGES = list(entries(yaml.safe_load((ROOT / "_toc.yml").read_text())))
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]
UNNAMED_OR_BROKEN = """images => images
    .filter(image => !image.alt.trim() || image.alt.includes("{") || !image.complete || !image.naturalWidth)
    .map(image => image.src.slice(0, 200))"""


def chromium():
    """Debian's Chromium itself, else whatever of that name is on the path, else None."""
    debian = Path("/usr/lib/chromium/chromium")
    return str(debian) if debian.is_file() else shutil.which("chromium") or shutil.which("chromium-browser")


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site():
    """The address of the built book on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=HTML))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    if not HTML.is_dir():
        pytest.fail("there is no book: run make book first")
    path = chromium()
    if path is None:
        (pytest.fail if os.environ.get("CVLIB_REQUIRE_CHROMIUM") else pytest.skip)("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def tab(request, browser):
    """An empty tab; `complaints` and `requests` are what it will complain of and ask for."""
    tab = browser.new_page(color_scheme=request.param)
    tab.complaints, tab.requests = [], []
    tab.on("console", lambda message: message.type == "error" and tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.on("request", lambda call: tab.requests.append(call.url))
    tab.on("requestfailed", lambda call: tab.complaints.append(f"{call.url}: {call.failure}"))
    tab.on("response", lambda answer: answer.ok or tab.complaints.append(f"{answer.url}: {answer.status}"))
    yield tab
    tab.close()


@pytest.mark.parametrize("page", PAGES)
def test_page(page, site, tab):
    tab.goto(f"{site}/{page}.html", wait_until="networkidle")
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


@pytest.mark.parametrize("page", PAGES)
def test_every_widget_follows_the_arrow_keys(page, site, tab):
    tab.goto(f"{site}/{page}.html", wait_until="networkidle")

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


def test_some_page_has_a_widget(site, tab):
    tab.goto(f"{site}/notebooks/01_one_sitting.html", wait_until="networkidle")

    assert tab.query_selector("figure.lab input")
