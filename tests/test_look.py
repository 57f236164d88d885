"""The colours of the pages, computed from the stylesheets: legible, and one with the figures in both
modes."""
import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from cvlib import plot

matplotlib.use("agg")

STATIC = Path(__file__).parents[1] / "_static"
FAMILIES = ("alexnet", "vgg", "resnet", "convnext")
TEXT = ("ink", "ink2", "muted", "grey", *FAMILIES)
INVERTED = 0.92
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


def turned(colour):
    """What the filter of the dark page makes of a colour, 0 ... 255."""
    return np.clip(np.rint(255 * HUE_ROTATE_180 @ (INVERTED + (1 - 2 * INVERTED) * colour / 255)), 0, 255)


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

    assert most == INVERTED
    assert {name: list(turned(colour)) for name, colour in MODES["light"].items()} == {
        name: list(colour) for name, colour in MODES["dark"].items()}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_word_of_a_confusion_matrix_is_legible(mode, family):
    values = np.linspace(0, plot.FULL_COLOUR + 1, 64)  # per cent of a row, one error a row
    confusion = np.diag(100 - values) + np.roll(np.diag(values), 1, axis=1)

    ax = plot.confusion_matrix(confusion, ["sea"] * 64, family=family)

    shown, colour = ax.images[0].get_array(), ax.images[0].to_rgba
    cells = [(text, *map(int, text.get_position())) for text in ax.texts[:-1]]
    grounds = {text: to_rgb(plot.SURFACE) if row == column else colour(shown[row, column])[:3]
               for text, column, row in cells}
    assert len(grounds) > 120
    grounds |= dict.fromkeys([*ax.get_xticklabels(), *ax.get_yticklabels(), ax.texts[-1]], to_rgb(plot.PAGE))
    look = turned if mode == "dark" else np.rint
    least = min((contrast(look(255 * np.array(to_rgb(text.get_color()))), look(255 * np.array(ground))),
                 text.get_text()) for text, ground in grounds.items())
    plt.close("all")
    assert least[0] >= 4.5, least[1]


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
