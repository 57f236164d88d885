"""Networks of one start: the textbook's table of ratings, SciPy's tests, ends that are known."""
import numpy as np
import pytest
import scipy.stats

from cvlib.analysis import SharedStarts

# six targets, four ratings each: Shrout and Fleiss (1979), Table 2; by their Table 4 ICC(1, 1) is 0.17
RATED = {str(i): row for i, row in enumerate([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6],
                                              [10, 5, 6, 9], [6, 2, 4, 7]])}


def drawn(by_start, *, sizes=(6, 6, 6, 3, 3, 3), seed=0):
    """Ends of standard deviation 1, of which each start shares a part of deviation ``by_start``."""
    rng = np.random.default_rng(seed)
    return SharedStarts({str(i): by_start * rng.normal() + rng.normal(size=size)
                         for i, size in enumerate(sizes)})


def test_the_intraclass_correlation_is_the_papers():
    assert SharedStarts(RATED).intraclass == pytest.approx(0.17, abs=0.005)


def test_with_unequal_groups_it_estimates_the_share_of_the_start():
    told = [drawn(1.0, seed=seed, sizes=(6, 2, 3, 9) * 20).intraclass for seed in range(20)]

    assert np.mean(told) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("by_start", [0.0, 0.7])
def test_dealing_at_random_agrees_with_the_f_test(by_start):
    one = drawn(by_start, sizes=(8,) * 6)

    assert one.p_value == pytest.approx(scipy.stats.f_oneway(*one.shared.values()).pvalue, abs=0.02)


def test_a_start_that_decides_all_is_told_from_one_that_decides_nothing():
    assert drawn(5.0).p_value < 0.001
    assert drawn(5.0).intraclass > 0.9
    assert np.mean([drawn(0.0, seed=seed).p_value < 0.05 for seed in range(10)]) <= 0.2


def test_a_start_of_one_network_is_left_out():
    alone = SharedStarts({**RATED, "alone": [100.0]})

    assert alone.numbers() == SharedStarts(RATED).numbers()
    assert alone.numbers()["starts"] == 6
    assert alone.numbers()["networks"] == 24


def test_sides_are_counted():
    sides = SharedStarts({"left": [-1, -2], "right": [0.1, 3, 2], "both": [-1, 2], "nowhere": [0.0, 1]})

    assert sides.one_sided == ["left", "right"]
    assert sides.numbers()["one_sided"] == 2


@pytest.mark.parametrize("ends", [{}, {"a": [1, 2]}, {"a": [1, 2], "b": [3]}])
def test_fewer_than_two_shared_starts_are_refused(ends):
    with pytest.raises(ValueError, match="two are needed"):
        SharedStarts(ends)
