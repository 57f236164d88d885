"""The grid of windows in a browser: its script says and draws what cvlib's Python does."""
import re
from dataclasses import replace
from html import unescape

import pytest
from PIL import Image
from tabs import MARKS

from cvlib.widgets import Grid, Windows

GRID = Grid("lab-try", "Windows", Image.new("RGB", (60, 60), "teal"), Windows(224, after=3))
MOVE = """numbers => {
  const sliders = [...document.querySelectorAll("input")];
  sliders.forEach(slider => slider.value = numbers[slider.name]);
  sliders[0].dispatchEvent(new Event("input"));
}"""


@pytest.fixture(scope="module")
def tab(browser):
    tab = browser.new_page()
    tab.set_content(GRID._repr_html_())
    yield tab
    tab.close()


@pytest.mark.parametrize("windows", [
    Windows(224), Windows(227), Windows(224, before=2, after=2), Windows(224, after=3),
    Windows(226, kernel=3, before=1), Windows(217, kernel=7, stride=1), Windows(232, 5, 6, 3, 5)], ids=str)
def test_the_script_says_and_draws_what_python_does(browser, tab, windows):
    tab.evaluate(MOVE, vars(windows))

    expected = browser.new_page()
    expected.set_content(replace(GRID, windows=windows)._repr_html_())
    assert tab.inner_text(".says") == unescape(windows.says)
    assert tab.evaluate(MARKS) == expected.evaluate(MARKS)
    assert re.findall(r"\d+", " ".join(tab.locator("output").all_inner_texts())) == [
        str(getattr(windows, name)) for name in ("size", "before", "after", "kernel", "stride")]
    expected.close()
