"""What chapter 18 draws: patterns and the widget hold what they were given."""
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from drawn import style  # noqa: F401
from matplotlib.colors import to_hex

from cvlib import plot
from cvlib.widgets import Losses

FOUR = list(plot.FAMILY)
WIDGET = Losses("lab-lost", "mistake", "Points <lost>", [(name, name) for name in FOUR],
                {"none & nothing": [0, -2, 0.04, -0.04], "all": [20, 10, 5, 40]}, [8, 16, 4, 2],
                ("measured", "missing"), start=1)


def dots(ax):
    return [(*map(float, dot.get_offsets()[0]), to_hex(dot.get_facecolor()[0])) for dot in ax.collections]


def test_patterns_are_stretched_to_one_length_and_what_is_wanted_is_hollow():
    wanted, losses = [0.6, 0.7, 0.5, 0.1], [3.0, 0.0, 4.0, 0.0]

    ax = plot.patterns(("report", wanted), [("a mistake", losses, "0.21")], axis="logits", said="misfit")

    marks = dots(ax)
    assert [mark[0] for mark in marks[:4]] == wanted
    assert {mark[2] for mark in marks[:4]} == {plot.PAGE.lower()}
    stretched = np.array([mark[0] for mark in marks[4:]])
    assert np.linalg.norm(stretched) == pytest.approx(np.linalg.norm(wanted))
    assert stretched / stretched[0] == pytest.approx(np.array(losses) / 3)
    assert [mark[2] for mark in marks[4:]] == [plot.FAMILY[family].lower() for family in FOUR]
    assert {"misfit", "0.21", "ConvNeXt"} <= {text.get_text() for text in ax.texts}


def test_what_costs_nobody_anything_has_no_pattern():
    with pytest.raises(ValueError, match="squashed costs nobody anything"):
        plot.patterns(("report", [1, 1, 1, 1]), [("squashed", [0, 0, 0, 0], "")], axis="", said="")


def widths(html, kind):
    return [float(width) for width in re.findall(rf'<rect class="{kind}"[^>]* width="([\d.]+)"', html)]


def test_solid_and_hollow_bars_are_to_one_scale():
    html = WIDGET._repr_html_()
    solid, hollow = widths(html, "after"), widths(html, "before")

    assert np.array(solid) / solid[3] == pytest.approx(np.array([20, 10, 5, 40]) / 40, abs=1e-3)
    assert np.array(hollow) / solid[3] == pytest.approx(np.array([8, 16, 4, 2]) / 40, abs=1e-3)
    assert re.findall(r'<g class="(\w+)">', html) == FOUR


def test_a_gain_has_no_bar_and_a_plus_and_nothing_has_no_sign():
    html = replace(WIDGET, start=0)._repr_html_()

    assert widths(html, "after")[1] == 0
    assert re.findall(r'class="count"[^>]*>([^<]*)<', html) == ["0.0", "+2.0", "0.0", "0.0"]


def test_the_script_and_the_table_hold_every_mistake_and_texts_are_escaped():
    html = WIDGET._repr_html_()

    states = json.loads(re.search(r"states = (\[.*\]), slider", html)[1])
    assert states == [WIDGET.state(0), WIDGET.state(1)]
    assert [state["says"] for state in states] == ["none & nothing", "all"]
    assert "Points &lt;lost&gt;" in html
    head, rows = WIDGET.table()
    assert head == ["points", *FOUR]
    assert rows[1:] == [["all", "−20.0", "−10.0", "−5.0", "−40.0"],
                        ["missing", "−8.0", "−16.0", "−4.0", "−2.0"]]
    assert repr(WIDGET) == "<widget lab-lost: 2 mistakes>"


def test_losses_of_other_networks_are_refused():
    with pytest.raises(ValueError, match="4 rows, 4 missing"):
        replace(WIDGET, lost={"all": [1, 2, 3]})
