"""Widgets: a first state without a script, the same output every time, and a kernel's version."""
import json
import re
from dataclasses import replace

import pytest

from cvlib import plot
from cvlib.widgets import Bars, Pairs
from cvlib.widgets.bars import GAP

BARS = Bars("lab-test", "coverage", "Answers of two <classes>", ["cat", "dog"], [10, 20],
            filled=[[1, 2], [4, 8]], struck=[[0, 1], [2, 10]], says=["half", "all < 100 %"], start=1)


def attributes(html, kind, name):
    return [float(value) for value in re.findall(rf'<rect class="{kind}"[^>]* {name}="([\d.]+)"', html)]


def test_the_first_state_is_drawn_without_a_script():
    html = BARS._repr_html_()
    whole, right, wrong = (attributes(html, kind, "width") for kind in ("before", "after", "error"))

    assert [part / whole[1] for part in right] == pytest.approx([0.2, 0.4], abs=1e-3)
    assert [part / whole[1] for part in wrong] == pytest.approx([0.1, 0.5], abs=1e-3)
    ends = [start + part + GAP for start, part in zip(attributes(html, "after", "x"), right, strict=True)]
    assert attributes(html, "error", "x") == pytest.approx(ends, abs=0.1)
    assert re.findall(r'class="count"[^>]*>(\d+)<', html) == ["2", "10"]


def test_the_script_holds_every_state():
    states = json.loads(re.search(r"states = (\[.*\]), slider", BARS._repr_html_())[1])

    assert [state["says"] for state in states] == ["half", "all < 100 %"]
    assert states == [BARS.state(0), BARS.state(1)]


def test_its_output_is_the_same_each_time_and_text_is_escaped():
    html = BARS._repr_html_()

    assert html == replace(BARS)._repr_html_()
    assert repr(BARS) == "<widget lab-test: 2 states of 2 bars>"
    assert "two &lt;classes&gt;" in html
    assert "all &lt; 100 %</output>" in html
    assert "<" not in re.search(r"states = (\[.*\]), slider", html)[1], "a tag in a text would end the script"


def test_without_a_stylesheet_a_widget_wears_its_networks_colour():
    html = replace(BARS, family="resnet")._repr_html_()

    assert set(re.findall(r'class="after"[^>]* fill="(#\w+)"', html)) == {plot.FAMILY["resnet"]}


def test_without_a_script_there_is_no_slider_and_all_states_stand_in_an_open_table():
    html = BARS._repr_html_()
    before = html[:html.index("<script>")]

    assert re.search(r"<label [^>]* hidden>", before)
    assert re.search(r"<input [^>]* hidden>", before)
    assert "<details open>" in before
    head, *rows = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in before.split("<tr>")[1:]]
    assert head == ["right / wrong", "cat", "dog"]
    assert rows == [["half", "1 / 0", "2 / 1"], ["all &lt; 100 %", "4 / 2", "8 / 10"], ["all", "10", "20"]]


def test_the_slider_says_its_value_in_words():
    html = BARS._repr_html_()

    assert re.search(r'<input [^>]*aria-valuetext="all &lt; 100 %"', html)
    assert 'slider.setAttribute("aria-valuetext", state.says)' in html


def test_the_drawing_names_its_parts_and_what_it_counts():
    svg = replace(BARS, parts=("kept", "lost & found", "left")).svg(0)

    assert re.sub(r"<[^>]*>", " ", svg).split()[:7] == ["■", "kept", "■", "lost", "&amp;", "found", "□"]
    assert re.search(r'text-anchor="end">lost &amp; found</text>', svg)


def test_every_id_starts_with_the_widgets_name():
    ids = re.findall(r' id="([^"]*)"', replace(BARS, name="other")._repr_html_())

    assert ids == ["other", "other-at"]


def test_the_script_moves_the_marks_that_the_drawing_has():
    html = BARS._repr_html_()

    moved = json.loads(re.search(r"for \(const kind of (\[.*\])\)", html)[1])
    assert set(moved) == set(BARS.state(0)) - {"says"}
    assert [html.count(f'class="{mark}"') for mark in moved] == [len(BARS.rows)] * len(moved)


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="states and rows differ"):
        replace(BARS, filled=[[1], [4]])


def test_with_a_kernel_the_slider_redraws():
    box = BARS.live()
    slider, drawing = box.children
    before = drawing.value

    slider.value = 0

    assert drawing.value == f'<p>half</p><div style="max-width: 560px">{BARS.svg(0)}</div>'
    assert drawing.value != before


PAIRS = Pairs("lab-pairs", "pictures", "Two ways & more", ["maps", "units"], first=[[1.0, 2.0], [10.0, 20.0]],
              second=[[4.0, 40.0], [4.0, 40.0]], says=["1 picture", "10 <pictures>"], start=1,
              parts=("halves", "data parallel"), unit="MB")


def test_pairs_are_drawn_to_one_scale_for_all_states():
    svg, other = PAIRS.svg(1), PAIRS.svg(0)
    longest = attributes(svg, "error", "width")[1]

    shares = [one / longest for one in attributes(svg, "after", "width")]
    assert shares == pytest.approx([0.25, 0.5], abs=1e-3)
    shorter = [one / longest for one in attributes(other, "after", "width")]
    assert shorter == pytest.approx([0.025, 0.05], abs=1e-3)
    assert attributes(svg, "error", "width") == attributes(other, "error", "width")
    assert re.findall(r'class="count"[^>]*>([\d.]+)<', svg) == ["10", "4.0", "20", "40"]


def test_a_number_of_a_pair_stands_behind_its_bar():
    svg = PAIRS.svg(0)
    bars = re.findall(r'<rect class="(?:after|error)" x="(\d+)"[^>]* width="([\d.]+)"', svg)
    texts = re.findall(r'class="count" x="([\d.]+)"', svg)

    ends = [float(x) + float(width) + 6 for x, width in bars]
    assert ends == pytest.approx([float(x) for x in texts], abs=0.1)


def test_the_script_of_pairs_moves_the_marks_that_the_drawing_has():
    html = PAIRS._repr_html_()

    assert [html.count(f'class="{mark}"') for mark in PAIRS.marks] == [2, 2, 4]
    assert [len(PAIRS.state(0)[mark]) for mark in PAIRS.marks] == [2, 2, 4]
    assert "Two ways &amp; more" in html
    assert "10 &lt;pictures&gt;</output>" in html
    assert repr(PAIRS) == "<widget lab-pairs: 2 states of 2 pairs>"
    assert PAIRS.table()[1][0] == ["1 picture", "1.0 / 4.0", "2.0 / 40"]


def test_pairs_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="states and rows differ"):
        replace(PAIRS, first=[[1.0, 2.0]])
