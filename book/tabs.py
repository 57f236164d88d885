"""How a test opens a page, and moves the widgets on it."""
from playwright.sync_api import Page

MOVE = """numbers => {
  const sliders = [...document.querySelectorAll("input")];
  sliders.forEach((slider, i) => slider.value = numbers[i]);
  sliders[0].dispatchEvent(new Event("input"));
}"""
MARKS = """() => [...document.querySelectorAll("svg [class]")].map(mark => mark.cloneNode().outerHTML)"""


def visit(tab: Page, address: str) -> None:
    """Load a page and wait until it is at rest.

    A quiet network alone is too early: on a busy processor a long page is still being read then.
    """
    tab.goto(address, wait_until="load")
    tab.wait_for_load_state("networkidle")
