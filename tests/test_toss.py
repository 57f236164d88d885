"""McNemar's test under sliders: the counts against drawn answers, the drawing against what is counted."""
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from cvlib.stats import mcnemar, mcnemar_bounds
from cvlib.widgets import Toss, Tosses

REPORT = Tosses(3000, 90.17, 88.33, 12.0)
TOSS = Toss("lab-toss", "Pictures & <tosses>", REPORT, [("near", Tosses(3000, 88.36, 88.33, 12.0))])
KINDS = [Tosses(n, a, b, alone) for n in (100, 3000) for a, b in ((90.17, 88.33), (80, 95), (99, 99))
         for alone in (0.0, 1.3, 12.0, 40.0)]


@pytest.mark.parametrize("tosses", KINDS, ids=str)
def test_the_counts_are_those_of_answers_that_can_be_given(tosses):
    right = np.zeros((2, tosses.n), dtype=bool)
    right[:, :tosses.both] = True
    right[0, tosses.both:tosses.both + tosses.only[0]] = True
    right[1, tosses.both + tosses.only[0]:tosses.both + tosses.tosses] = True

    test = mcnemar(np.ones(tosses.n), *right)
    assert (test.both, test.only_a, test.only_b) == (tosses.both, *tosses.only)
    assert min(test.neither, test.both, *tosses.only) >= 0
    assert tosses.p_value == pytest.approx(test.p_value)
    assert right.mean(1) == pytest.approx([tosses.a / 100, tosses.b / 100], abs=0.501 / tosses.n)


@pytest.mark.parametrize("tosses", KINDS, ids=str)
def test_what_is_impossible_ends_at_what_is_possible(tosses):
    possible = mcnemar_bounds(*tosses.right, tosses.n).alone
    nearest = possible[np.abs(possible - tosses.n * tosses.alone / 100).argmin()]

    assert tosses.ends == (possible[0], possible[-1])
    assert abs(tosses.tosses - nearest) <= 2
    assert tosses.tosses in possible


def test_it_says_the_counts_the_p_value_and_the_limits():
    assert REPORT.says == "one alone is right on 361 pictures, A on 208 and B on 153: p = 0.004"
    assert replace(REPORT, alone=1).says.endswith("A on 55 and B on 0: p < 0.001; no fewer are possible")
    assert replace(REPORT, alone=30).says.endswith("B on 295: p = 0.033; no more are possible")


@pytest.mark.parametrize("bad", [(0, 90, 90, 5), (10, 101, 90, 5), (10, 90, 90, -1)])
def test_shares_that_are_none_are_refused(bad):
    with pytest.raises(ValueError, match="shares lie in"):
        Tosses(*bad)


@pytest.mark.parametrize("beyond", [{"n": 1234}, {"a": 60}, {"alone": 50}])
def test_what_no_slider_reaches_is_refused(beyond):
    with pytest.raises(ValueError, match="accuracies go from"):
        replace(TOSS, tosses=replace(REPORT, **beyond))


def test_the_bar_is_drawn_to_scale():
    marks = TOSS.marks()

    assert float(marks["only-a"]["width"]) == pytest.approx(560 * 208 / 3000, abs=0.1)
    assert float(marks["only-b"]["width"]) == pytest.approx(560 * 153 / 3000, abs=0.1)
    assert float(marks["only-a"]["x"]) + float(marks["only-a"]["width"]) == pytest.approx(
        float(marks["only-b"]["x"]), abs=0.2)


@pytest.mark.parametrize("tosses", [REPORT, Tosses(100, 90, 88, 12.0), Tosses(3000, 88.33, 90.17, 12.0)])
def test_the_coins_stairs_hold_its_chances_and_the_dark_ones_are_the_p_value(tosses):
    marks = replace(TOSS, tosses=tosses).marks()

    def area(path):
        corners = [(float(y), float(x)) for y, x in re.findall(r"V([\d.]+)H([\d.-]+)", path)]
        starts = [float(x) for x in re.findall(r"M([\d.-]+) ", path)]
        left = [x if i else starts[0] for i, x in enumerate([0, *(x for _, x in corners[:-1])])]
        return sum((192 - y) * (x - before) for (y, x), before in zip(corners, left, strict=True))

    whole, parts = area(marks["coin"]["d"]), [f"M{part}" for part in marks["tails"]["d"].split("M")[1:]]
    assert sum(map(area, parts)) / whole == pytest.approx(tosses.p_value, abs=0.02)
    heights = [192 - float(y) for y in re.findall(r"V([\d.]+)H", marks["coin"]["d"])]
    assert max(heights) == pytest.approx(90, rel=0.05)
    assert binom.pmf(tosses.tosses // 2, tosses.tosses, 0.5) > 0


def test_the_page_has_the_first_state_four_hidden_sliders_and_a_table():
    html = TOSS._repr_html_()
    before = html[:html.index("<script>")]

    assert REPORT.says in before
    assert len(re.findall(r'<input [^>]*type="range"[^>]* hidden>', before)) == 4
    assert [re.findall(r"<t[hd][^>]*>([^<]*)", row)[2:] for row in before.split("<tr>")[2:]] == [
        ["208 / 153", "0.004"], ["181 / 180", "1.000"]]
    assert "Pictures &amp; &lt;tosses&gt;" in before
    assert html == replace(TOSS)._repr_html_()
    assert repr(TOSS) == f"<widget lab-toss: {REPORT.says}>"


def test_with_a_kernel_the_sliders_redraw():
    *sliders, drawing = TOSS.live().children
    before = drawing.value

    sliders[0].value = 20

    assert replace(TOSS, tosses=replace(REPORT, alone=20)).svg() in drawing.value != before
