"""The light of chapter 06: what the sliders add is what the formula says."""
import json
import re

import numpy as np
import pytest

from cvlib.data import PCALighting, color_pca
from cvlib.widgets import Light

PIXELS = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
PCA = color_pca(PIXELS[None])
LIGHT = Light("lab-test", "One scene & its light", PIXELS, PCA.eigenvectors,
              [("the root", 0.1 * PCA.stds), ("the eigenvalue", 0.1 * PCA.eigenvalues)])


@pytest.mark.parametrize(("at", "normal", "scale"), [((5, 3, 3, 0), (1, 0, 0), "std"),
                                                     ((0, 2, 6, 0), (-2, -0.5, 2), "std"),
                                                     ((4, 3, 1, 1), (0.5, 0, -1), "eigenvalue")])
def test_the_sliders_add_what_pca_lighting_adds(at, normal, scale):
    expected = PCALighting(PCA, scale=scale).noise(np.array(normal))

    assert LIGHT.shift(at) == pytest.approx(expected)


def test_the_drawing_and_the_words_say_the_same_shift():
    at = (6, 3, 3, 0)
    matrix = [float(value) for value in re.search(r'values="([^"]+)"', LIGHT.drawn(at))[1].split()]

    assert [255 * matrix[i] for i in (4, 9, 14)] == pytest.approx(LIGHT.shift(at).tolist(), abs=0.02)
    assert [matrix[i] for i in (0, 6, 12, 18)] == [1, 1, 1, 1]
    said = re.findall(r"[+-][\d.]+", LIGHT.told(at).replace("\u2212", "-"))
    assert [float(number) for number in said] == pytest.approx(LIGHT.shift(at).round(1).tolist())


def test_the_script_has_the_numbers_of_the_drawing_and_the_picture_stands_twice():
    html = LIGHT._repr_html_()
    given = json.loads(re.search(r"given = (\{.*\}), sliders", html)[1])

    shift = np.array(given["axes"]) @ (np.array(given["sizes"][1]) * [given["draws"][i] for i in (5, 3, 3)])
    assert shift == pytest.approx(LIGHT.shift((5, 3, 3, 1)), rel=1e-3)
    assert html.count("<image ") == 2
    assert html.count('type="range"') == 4
    assert "One scene &amp; its light" in html
    assert [row[0] for row in LIGHT.table()[1]] == ["the root", "the eigenvalue"]
    assert repr(LIGHT) == "<widget lab-test: three draws, 2 scales>"


def test_a_start_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="is not among 7, 7, 7, 1 choices"):
        Light("x", "y", PIXELS, PCA.eigenvectors, [("one", (1, 1, 1))], start=(0, 0, 0, 1))
