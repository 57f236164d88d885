"""McNemar under sliders in a browser: its script says and draws what cvlib's Python does."""
import re
from dataclasses import replace

import pytest
from tabs import MOVE

from cvlib.widgets import Toss, Tosses
from cvlib.widgets.toss import SIZES

TOSS = Toss("lab-try", "Tosses", Tosses(3000, 90.17, 88.33, 12.0))
DRAWN = """() => [...document.querySelectorAll("svg [class]")].map(mark =>
  mark.textContent + [...mark.attributes].map(one => one.name + one.value).sort().join(" "))"""


@pytest.fixture(scope="module")
def tab(browser):
    tab = browser.new_page()
    tab.set_content(TOSS._repr_html_())
    yield tab
    tab.close()


@pytest.mark.parametrize("tosses", [
    Tosses(3000, 90.17, 88.33, 12.0), Tosses(3000, 88.36, 88.33, 14.8), Tosses(100, 80, 95, 0),
    Tosses(50_000, 82.5, 78.3, 20), Tosses(200, 99, 99, 40), Tosses(500, 100, 100, 3)], ids=str)
def test_the_script_says_and_draws_what_python_does(browser, tab, tosses):
    tab.evaluate(MOVE, [tosses.alone, tosses.a, tosses.b, SIZES.index(tosses.n)])

    expected = browser.new_page()
    expected.set_content(replace(TOSS, tosses=tosses)._repr_html_())
    assert tab.inner_text(".says") == tosses.says
    for ours, theirs in zip(tab.evaluate(DRAWN), expected.evaluate(DRAWN), strict=True):
        numbers = [[float(number) for number in re.findall(r"\d+\.?\d*", text)] for text in (ours, theirs)]
        assert numbers[0] == pytest.approx(numbers[1], abs=0.11)
        assert re.sub(r"\d+\.?\d*", "", ours) == re.sub(r"\d+\.?\d*", "", theirs)
    assert tab.locator("output").all_inner_texts() == expected.locator("output").all_inner_texts()
    expected.close()
