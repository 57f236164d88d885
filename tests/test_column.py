"""The widget of LRN: its Python against the layer, its script against its Python."""
import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest
import torch

from cvlib.layers import LocalResponseNorm
from cvlib.widgets import Column
from cvlib.widgets.column import FUNCTIONS, HEAD, INERT, LOW, TALL

COLUMN = Column("lab-column", "Five <maps>", [0.0, 30.0, 400.0, 20.0, 0.0, 5.0],
                [("raw", 1.0), ("unit", 1 / 74)])


@pytest.mark.parametrize("n", [1, 3, 5, 11])
@pytest.mark.parametrize("scale", [1.0, 1 / 74])
def test_the_factors_are_those_of_the_layer(n, scale):
    a = torch.tensor(COLUMN.activities).double().reshape(1, -1, 1, 1) * scale
    norm = LocalResponseNorm(size=n, alpha=1e-4, k=1.0, divide_by_size=False)

    expected = norm.divisor(a).flatten() ** -0.75
    assert COLUMN.factors(n, 1e-4, 1.0, scale) == pytest.approx(expected.tolist(), rel=1e-9)


def test_the_script_computes_what_python_does():
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node")
    program = FUNCTIONS % {"inert": INERT} + f"""
    const found = [];
    for (const [n, alpha, k, scale] of {json.dumps(STATES)}) {{
      const f = factors({json.dumps([*COLUMN.activities])}.map(a => a * scale), n, alpha, k, 0.75);
      found.push([f, says(f, k, 0.75)]);
    }}
    console.log(JSON.stringify(found));"""

    said = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True).stdout
    for state, (found, words) in zip(STATES, json.loads(said), strict=True):
        factors = COLUMN.factors(*state)
        assert found == pytest.approx(factors, rel=1e-9)
        assert words == COLUMN.says(factors, state[2])


STATES = [(5, 1e-4, 2.0, 1.0), (5, 1e-4, 2.0, 1 / 74), (1, 1.0, 1.0, 1.0), (11, 2e-5, 5.0, 1.0)]


def test_it_says_where_the_norm_is_a_constant():
    raw, unit = COLUMN.factors(5, 1e-4, 2.0), COLUMN.factors(5, 1e-4, 2.0, 1 / 74)

    assert COLUMN.says(unit, 2.0) == "each activity times 0.594 to 0.595: a constant, within 2 % of k"
    assert "constant" not in COLUMN.says(raw, 2.0)


def test_the_first_state_is_drawn_without_a_script():
    html = COLUMN._repr_html_()
    heights = {kind: [float(high) for high in re.findall(rf'class="{kind}"[^>]* height="([\d.]+)"', html)]
               for kind in ("before", "after", "error")}

    factors = COLUMN.factors(5, 1e-4, 2.0)
    assert heights["before"] == pytest.approx([TALL * a / 400 for a in COLUMN.activities], abs=0.06)
    assert heights["after"] == pytest.approx(
        [TALL * a * f / 400 for a, f in zip(COLUMN.activities, factors, strict=True)], abs=0.06)
    assert heights["error"] == pytest.approx([LOW * f for f in factors], abs=0.06)
    assert COLUMN.says(factors, 2.0) in html
    assert "Five &lt;maps&gt;" in html
    foot = [float(y) + high for y, high in zip(
        map(float, re.findall(r'class="before"[^>]* y="([\d.]+)"', html)), heights["before"], strict=True)]
    assert foot == pytest.approx([HEAD + TALL] * 6, abs=0.11)


def test_every_slider_has_its_label_its_value_in_words_and_an_id_of_its_own():
    html = COLUMN._repr_html_()

    ids = re.findall(r' id="([^"]*)"', html)
    assert ids == ["lab-column", *(f"lab-column-{i}" for i in range(4))]
    assert re.findall(r'aria-valuetext="([^"]*)"', html) == ["5", "0.0001", "2", "raw"]
    assert re.findall(r"<output[^>]*>([^<]*)<", html) == ["5", "0.0001", "2", "raw"]
    before = html[:html.index("<script>")]
    assert before.count(" hidden>") == 8  # labels and sliders, until the script shows them
    assert "<details open>" in before


def test_the_table_has_a_row_for_each_alpha_and_a_column_for_each_scale():
    head, rows = COLUMN.table()

    assert head == ["n = 5, k = 2", "raw", "unit"]
    assert [row[0] for row in rows] == ["α = 0.00002", "α = 0.0001", "α = 0.001", "α = 1"]
    assert rows[1][2] == "0.594 to 0.595"


def test_its_output_is_the_same_each_time():
    assert COLUMN._repr_html_() == replace(COLUMN)._repr_html_()
    assert repr(COLUMN) == "<widget lab-column: 6 activities, four sliders>"


@pytest.mark.parametrize(("change", "message"), [
    ({"sizes": (2, 5)}, "sizes are odd"), ({"activities": [0.0, 0.0]}, "one of them positive"),
    ({"activities": [1.0, -1.0]}, "0 or more"), ({"start": (9, 0, 0, 0)}, "not among 6, 4, 3"),
])
def test_what_it_cannot_draw_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(COLUMN, **change)


def test_with_a_kernel_the_sliders_redraw():
    box = COLUMN.live()
    *sliders, drawing = box.children
    before = drawing.value

    sliders[3].value = 1

    assert "a constant" in drawing.value
    assert drawing.value != before
