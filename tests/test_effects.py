"""Effects of factors, by hand and against statsmodels."""
import numpy as np
import pytest
from scipy import stats
from studied import ACCURACIES, judged

from conftest import named_random
from cvlib.studies import Design, estimate_effects


def test_effects_of_four_corners_twice_are_those_of_a_hand_s_arithmetic():
    levels = {"rate": [0, 1, 0, 1] * 2, "flips": [0, 0, 1, 1] * 2}

    rate, flips, both = estimate_effects(ACCURACIES, levels, interactions=True)

    assert [effect.name for effect in (rate, flips, both)] == ["rate", "flips", "rate:flips"]
    assert rate.estimate == pytest.approx(0.76 - 0.63)
    assert flips.estimate == pytest.approx(0.73 - 0.66)
    assert both.estimate == pytest.approx((0.16 - 0.10) / 2)
    half = 2.7764451 * 2 * (0.0002 / 8)**0.5  # each of 8 is 0.01 from its pair's mean; 4 degrees of freedom
    assert (both.low, both.high) == pytest.approx((0.03 - half, 0.03 + half))
    assert both.is_clear
    assert both.p_value == pytest.approx(2 * stats.t.sf(3, 4))


def test_the_ablation_s_main_effects_are_statsmodels():
    design = Design("abcdefghj", "F=BCDE G=ACDE H=ABDE J=ABCE")
    levels = dict(zip(design.names, design.levels.T, strict=True))
    scores = named_random("ablation").normal(size=32) + design.levels @ np.arange(9)

    found = estimate_effects(scores, levels)

    want = judged(scores, levels, " + ".join(design.names))
    assert {e.name: e[1:] for e in found} == {name: pytest.approx(want[name]) for name in design.names}


def test_interactions_are_statsmodels_and_confounded_ones_share_a_name():
    design = Design("abcd", "D=ABC")
    levels = {name: np.tile(column, 2) for name, column in zip(design.names, design.levels.T, strict=True)}
    scores = named_random("pairs").normal(size=16)

    found = estimate_effects(scores, levels, interactions=True)

    want = judged(scores, levels, "a + b + c + d + a:b + a:c + a:d")
    assert [e.name for e in found[4:]] == ["a:b + c:d", "a:c + b:d", "a:d + b:c"]
    del want["Intercept"]
    assert [e[1:] for e in found] == list(map(pytest.approx, want.values()))


def test_an_opposite_column_is_subtracted():
    design = Design("abc", "C=-AB")
    levels = {name: np.tile(column, 2) for name, column in zip(design.names, design.levels.T, strict=True)}

    found = estimate_effects(named_random("minus").normal(size=8), levels, interactions=True)

    assert [e.name for e in found] == ["a - b:c", "b - a:c", "c - a:b"]


@pytest.mark.parametrize("lost", [[], [3], [0, 9]])
def test_blocks_have_means_of_their_own_as_in_statsmodels(lost):
    kept = np.delete(np.arange(16), lost)
    levels = {"a": np.tile([0, 1, 0, 1], 4)[kept], "b": np.tile([0, 0, 1, 1], 4)[kept]}
    regime, seed = np.repeat(["scarce", "plenty"], 8)[kept], np.tile(np.repeat([5, 6], 4), 2)[kept]
    scores = named_random("blocks", lost).normal(size=len(kept)) + 5 * (regime == "plenty")

    found = estimate_effects(scores, levels, interactions=True, blocks=[regime, seed])

    want = judged(scores, levels | {"regime": regime, "seed": seed}, "a + b + a:b + C(regime) + C(seed)")
    assert {e.name: e[1:] for e in found} == {name: pytest.approx(want[name]) for name in ("a", "b", "a:b")}


def test_one_at_a_time_effects_are_differences_from_the_base_with_the_noise_of_all():
    levels = {"a": [0, 0, 1, 1, 0, 0], "b": [0, 0, 0, 0, 1, 1]}

    a, b = estimate_effects([0.50, 0.52, 0.58, 0.62, 0.51, 0.53], levels)

    assert (a.estimate, b.estimate) == pytest.approx((0.09, 0.01))
    pooled = (2 * 0.01**2 + 2 * 0.02**2 + 2 * 0.01**2) / 3
    half = stats.t.ppf(0.975, 3) * (pooled * (1 / 2 + 1 / 2))**0.5
    assert (b.low, b.high) == pytest.approx((0.01 - half, 0.01 + half))
    assert (a.is_clear, b.is_clear) == (True, False)


@pytest.mark.parametrize(("scores", "levels", "options", "message"), [
    ([1, 2, 3, 4], {"a": [0, 1, 0, 1], "b": [0, 0, 1, 1]}, {"interactions": True},
     "4 runs for 4 coefficients .* replicates"),
    ([1, 2, 3], {"a": [0, 1, 0], "b": [0, 0, 1]}, {}, "3 runs for 3 coefficients"),
    ([1, 2, 4, 5], {"a": [0, 0, 0, 0]}, {}, "a must be both 0 and 1"),
    ([1, 2, 4, 5], {"a": [0, 1, 0, 2]}, {}, "a must be both 0 and 1"),
    ([1, 2, 4, 5], {"a": [0, 1, 0, 1], "b": [1, 0, 1, 0]}, {}, "a and b are never set apart"),
    ([1, 2, 4, 5], {"a": [0, 1, 0, 1]}, {"blocks": ["xyxy"]}, "cannot tell a from .* a block"),
    ([1, 1, 1, 1], {"a": [0, 1, 0, 1]}, {}, "no noise"),
    ([1, float("nan"), 1, 1], {"a": [0, 1, 0, 1]}, {}, "finite"),
    ([1, 2], {}, {}, "no factors"),
])
def test_effects_that_nothing_can_tell_are_refused(scores, levels, options, message):
    with pytest.raises(ValueError, match=message):
        estimate_effects(scores, levels, **options)
