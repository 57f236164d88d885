"""What a page costs a reader on a first visit: `make check-pages`, after `make book`.

Weights are those of a server that compresses text: gzip's, of every file that a cold browser asks for.
"""
import gzip
import re
from urllib.parse import urlsplit

import pytest
from check_pages import PAGES
from tabs import visit

VISITED = [*PAGES, "search"]
MOST = 1_000_000
TEXT = re.compile(r"text/|javascript|json|svg|xml")
CODE = "div.highlight pre"
SEARCH = "#search-results"
USED_BY = {  # a script's name, and what it works on: a page without that has no use for it
    "documentation_options.js": "body",
    "doctools.js": "body",
    "sphinx_highlight.js": f"article, {SEARCH}",
    "bootstrap.js": "[data-bs-toggle]",
    "pydata-sphinx-theme.js": ".theme-switch-button",
    "sphinx-book-theme.js": ".sbt-scroll-pixel-helper",
    "clipboard.min.js": CODE,
    "copybutton.js": CODE,
    "searchtools.js": SEARCH,
    "language_data.js": SEARCH,
    "searchindex.js": SEARCH,
}


@pytest.fixture(scope="module", params=VISITED)
def visited(request, site, browser):
    """A page in an empty browser: the tab and every answer that it got."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    tab, answers = context.new_page(), []
    tab.on("response", lambda answer: answers.append(answer))
    visit(tab, f"{site}/{request.param}.html")
    yield tab, [answer for answer in answers if answer.url.startswith(site)]
    context.close()


def weight(answer):
    """Its bytes on the way to a reader."""
    body = answer.body()
    return len(gzip.compress(body) if TEXT.search(answer.headers.get("content-type", "")) else body)


def name(answer):
    return urlsplit(answer.url).path.rpartition("/")[2]


def test_a_first_visit_weighs_less_than_a_megabyte(visited):
    weights = {answer.url: weight(answer) for answer in visited[1]}

    assert sum(weights.values()) < MOST, sorted(weights.items(), key=lambda item: -item[1])[:8]


def test_a_page_loads_no_script_that_it_has_no_use_for(visited):
    tab, answers = visited
    scripts = [name(answer) for answer in answers if answer.request.resource_type == "script"]

    assert [script for script in scripts if not tab.query_selector(USED_BY.get(script, "#nobody"))] == []


def test_every_sign_of_a_page_is_drawn(visited):
    tab, answers = visited
    signs = tab.eval_on_selector_all(
        ".fa-solid, .fas, .fab, .fa-brands",
        "all => all.map(i => [i.className, getComputedStyle(i, '::before').maskImage.slice(0, 20)])")

    assert signs
    assert [sign for sign, drawing in signs if not drawing.startswith('url("data:image/svg')] == []
    assert [name(answer) for answer in answers if name(answer).startswith("fa-")] == [], "an icon font"
