"""Bars made of parts: each begins where the last ended, and the whole is written."""
import pytest
from drawn import drawn, style  # noqa: F401

from cvlib import plot

PARTS = {"fixed": [1.0, 0.5], "activations": [2.0, 0.25]}


def test_parts_stand_one_behind_the_other_and_the_whole_is_written():
    ax = plot.stacked(["one", "each"], PARTS, family="alexnet", axis="GiB", limit=(4, "the card"))

    bars = [(patch.get_x(), patch.get_width()) for patch in ax.patches]
    assert bars == [(0, 1), (0, 0.5), (1, 2), (0.5, 0.25)]
    assert {"3.00", "0.75", "fixed", "activations", "the card"} == set(drawn(ax))
    assert ax.lines[0].get_xdata()[0] == 4 < ax.get_xlim()[1]


def test_a_part_is_named_where_it_begins_in_the_first_bar():
    ax = plot.stacked(["one", "each"], PARTS, family="alexnet", axis="GiB")

    starts = {text.get_text(): text.xy[0] for text in ax.texts if text.get_text() in PARTS}
    assert starts == {"fixed": 0, "activations": pytest.approx(1)}
    assert [text.xy[0] for text in ax.texts if text.arrow_patch] == list(starts.values())
