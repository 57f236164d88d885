"""The colours of the pages, computed from the stylesheets: legible, and one with the figures in both
modes."""
import re
from pathlib import Path

import numpy as np
import pytest

from cvlib import plot

STATIC = Path(__file__).parents[1] / "_static"
FAMILIES = ("alexnet", "vgg", "resnet", "convnext")
TEXT = ("ink", "ink2", "muted", "grey", *FAMILIES)
HUE_ROTATE_180 = np.array([[-0.574, 1.430, 0.144], [0.426, 0.430, 0.144], [0.426, 1.430, -0.856]])


def palette(selector):
    """The colours that colours.css gives to ``selector``, as values 0 ... 255."""
    css = (STATIC / "colours.css").read_text()
    rule = re.search(rf"^ *{re.escape(selector)} {{([^}}]*)}}", css, re.MULTILINE)
    return {name: np.array([int(value[i:i + 2], 16) for i in (0, 2, 4)])
            for name, value in re.findall(r"--(\w+): #(\w{6});", rule[1])}


MODES = {"light": palette("html"), "dark": palette('html[data-theme="dark"]')}


def luminance(colour):
    """Relative luminance, as WCAG 2 defines it."""
    c = colour / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast(np.zeros(3), np.full(3, 255)) == pytest.approx(21)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TEXT)
def test_text_stands_out_from_the_page(mode, name):
    assert contrast(MODES[mode][name], MODES[mode]["page"]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["ink", "ink2", "muted"])
def test_code_stands_out_from_its_surface(mode, name):
    assert contrast(MODES[mode][name], MODES[mode]["surface"]) >= 4.5


def test_dark_colours_are_the_light_ones_through_the_filter_of_the_figures():
    css = (STATIC / "figures.css").read_text()
    inverted = re.findall(r"filter: invert\(([\d.]+)\) hue-rotate\(180deg\)", css)
    assert len(inverted) == 1
    most = float(inverted[0])

    turned = {name: 255 * HUE_ROTATE_180 @ (most + (1 - 2 * most) * colour / 255)
              for name, colour in MODES["light"].items()}

    assert {name: list(np.clip(np.rint(colour), 0, 255)) for name, colour in turned.items()} == {
        name: list(colour) for name, colour in MODES["dark"].items()}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_network_has_one_colour_on_pages_and_in_figures(family):
    assert hexadecimal(family) == plot.FAMILY[family]


@pytest.mark.parametrize("name", ["page", "surface", "hair", "rule", "grey", "muted", "ink2", "ink"])
def test_paper_and_ink_are_the_same_on_pages_and_in_figures(name):
    assert hexadecimal(name) == getattr(plot, name.upper())


def hexadecimal(name):
    return "#" + "".join(f"{value:02X}" for value in MODES["light"][name])


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda sheet: sheet.name)
def test_stylesheets_name_only_files_of_their_own_folder(sheet):
    named = re.findall(r"url\((?!\"data:)([^)]*)\)|@import ([^;]*)", sheet.read_text())

    assert [name for pair in named for name in pair if name and not (STATIC / name).is_file()] == []


def test_stylesheets_use_only_variables_that_they_set():
    """A misspelt variable is no error to a browser: the declaration just does nothing."""
    css = "".join(sheet.read_text() for sheet in STATIC.glob("*.css"))

    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"(--[\w-]+):", css))
