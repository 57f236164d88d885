"""How a test opens a page."""
from playwright.sync_api import Page


def visit(tab: Page, address: str) -> None:
    """Load a page and wait until it is at rest.

    A quiet network alone is too early: on a busy processor a long page is still being read then.
    """
    tab.goto(address, wait_until="load")
    tab.wait_for_load_state("networkidle")
