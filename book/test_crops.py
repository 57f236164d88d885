"""The windows of chapter 06 in a browser: the script says and draws what cvlib's Python does."""
from dataclasses import replace

import numpy as np
import pytest
from tabs import MARKS, MOVE

from cvlib.widgets import Crops

CROPS = Crops("lab-try", "A window", np.zeros((4, 4, 3), np.uint8))


@pytest.fixture(scope="module")
def tab(browser):
    tab = browser.new_page()
    tab.set_content(CROPS._repr_html_())
    yield tab
    tab.close()


@pytest.mark.parametrize("at", [(0, 0, 0), (32, 0, 1), (16, 16, 1), (5, 30, 0), CROPS.start], ids=str)
def test_the_script_says_and_draws_what_python_does(browser, tab, at):
    tab.evaluate(MOVE, at)

    expected = browser.new_page()
    expected.set_content(replace(CROPS, start=at)._repr_html_())
    assert tab.inner_text(".says") == CROPS.told(at)
    assert tab.evaluate(MARKS) == expected.evaluate(MARKS)
    assert tab.locator("output").all_inner_texts() == expected.locator("output").all_inner_texts()
    expected.close()
