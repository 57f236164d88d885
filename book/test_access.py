"""The built pages as assistive software and a keyboard meet them: axe-core's rules, and a visible focus.

`make check-pages` fetches axe-core from npm; where npm is missing its rules are skipped.
"""
import os
from contextlib import suppress

import pytest
from check_pages import PAGES, ROOT
from playwright.sync_api import TimeoutError as StillMoving
from tabs import visit

AXE = ROOT / ".venv" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
BUILT = [*PAGES, "search"]
GRAVE = ("serious", "critical")
SETTLED = """() => [...document.querySelectorAll("pre")].every(
    code => code.scrollWidth <= code.clientWidth || code.tabIndex === 0)"""
OPEN_FOLDS = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
STEP = """() => {
    const here = document.activeElement
    if (here === document.body || here.dataset.met) return null
    here.dataset.met = "yes"
    const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(here)
    const ring = outlineStyle === "solid" && parseFloat(outlineWidth) >= 2 && !/, 0\\)$/.test(outlineColor)
    const {left, top, width, height} = here.getClientRects()[0]
    const there = document.elementFromPoint(left + Math.min(width / 2, 20), top + Math.min(height / 2, 10))
    const seen = here.contains(there)
    return {ring, seen, what: here.outerHTML.slice(0, 160)}
}"""


@pytest.fixture(scope="session")
def axe():
    """The source of axe-core."""
    if not AXE.is_file():
        (pytest.fail if os.environ.get("CVLIB_REQUIRE_CHROMIUM") else pytest.skip)("no axe-core")
    return AXE.read_text(encoding="utf-8")


def grave(tab, axe):
    """What axe-core calls serious or critical, one line a node; the theme's scripts get their time first."""
    with suppress(StillMoving):
        tab.wait_for_function(SETTLED, timeout=5000)
    tab.evaluate(axe)
    rules = tab.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']} at {node['target']}: {node['html'][:160]}"
            for rule in rules if rule["impact"] in GRAVE for node in rule["nodes"]]


def opened(site, browser, page, theme, width):
    """A tab with the page."""
    tab = browser.new_page(color_scheme=theme, viewport={"width": width, "height": 900})
    visit(tab, f"{site}/{page}.html")
    return tab


@pytest.fixture(scope="module", ids=str,
                params=[(page, *screen) for page in BUILT for screen in (("light", 1440), ("dark", 390))])
def tab(request, site, browser):
    """A page on a screen, its folds open."""
    tab = opened(site, browser, *request.param)
    tab.evaluate(OPEN_FOLDS)
    yield tab
    tab.close()


def test_axe_finds_nothing_grave(tab, axe):
    assert grave(tab, axe) == []


@pytest.mark.parametrize(("theme", "width"), [
    ("light", 1440), ("dark", 390), ("light", 390), ("dark", 1440)])
def test_axe_finds_nothing_grave_in_a_chapter_with_its_folds_shut(theme, width, axe, site, browser):
    tab = opened(site, browser, "notebooks/01_one_sitting", theme, width)
    found = grave(tab, axe)
    tab.close()

    assert found == []


def test_tab_shows_where_it_stands(tab):
    tab.keyboard.press("Tab")
    stops = []
    while (stop := tab.evaluate(STEP)) is not None:
        stops.append(stop)
        tab.keyboard.press("Tab")

    assert len(stops) >= 4
    assert [stop["what"] for stop in stops if not stop["ring"]] == [], "no ring"
    assert [stop["what"] for stop in stops if not stop["seen"]] == [], "out of sight"
