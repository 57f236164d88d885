"""Counted draws: uniform, independent, and of one picture the same whoever else draws."""
from hashlib import blake2b

import numpy as np
import pytest
from scipy.stats import chisquare, kstest, pearsonr

from cvlib.data.draws import uniform

NUMBERS = np.arange(20_000)


@pytest.mark.parametrize(("seed", "epoch", "slot"), [(0, 0, "flip"), (1, 90, "zoom.area.0"), (2**63 - 1, 1, "")])
def test_draws_are_uniform(seed, epoch, slot):
    drawn = uniform(seed, epoch, NUMBERS, slot)

    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert kstest(drawn, "uniform").pvalue > 0.001


def test_of_one_picture_they_are_uniform_over_epochs():
    drawn = np.concatenate([uniform(3, epoch, [17], "flip") for epoch in range(5000)])

    assert kstest(drawn, "uniform").pvalue > 0.001


@pytest.mark.parametrize("other", [(0, 0, "vflip"), (0, 1, "flip"), (1, 0, "flip")], ids=["slot", "epoch", "seed"])
def test_two_slots_epochs_or_seeds_have_nothing_to_do_with_each_other(other):
    one, two = uniform(0, 0, NUMBERS, "flip"), uniform(*other[:2], NUMBERS, other[2])

    table = np.histogram2d(one, two, bins=10, range=[[0, 1]] * 2)[0]
    assert pearsonr(one, two).pvalue > 0.001
    assert chisquare(table.ravel()).pvalue > 0.001


def test_neighbours_have_nothing_to_do_with_each_other():
    drawn = uniform(0, 0, NUMBERS, "flip")

    assert pearsonr(drawn[:-1], drawn[1:]).pvalue > 0.001


def test_a_picture_draws_the_same_in_any_company():
    drawn = uniform(5, 2, NUMBERS, "flip")
    some = np.random.default_rng(0).permutation(NUMBERS)[:100]

    np.testing.assert_array_equal(uniform(5, 2, some, "flip"), drawn[some])
    assert uniform(5, 2, 17, "flip") == drawn[17]


def test_a_draw_is_the_same_on_every_machine():
    assert uniform(1, 2, [3], "flip").tolist() == [by_hand(1, 2, 3, "flip")]


def by_hand(seed, epoch, number, slot):
    """SplitMix64 with Python's own integers."""
    key = seed.to_bytes(8, "little") + epoch.to_bytes(8, "little") + slot.encode()
    state = int.from_bytes(blake2b(key, digest_size=8).digest(), "little") + (number + 1) * 0x9E3779B97F4A7C15
    state %= 2**64
    state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    state = (state ^ (state >> 27)) * 0x94D049BB133111EB % 2**64
    return ((state ^ (state >> 31)) >> 11) / 2**53


@pytest.mark.parametrize(("seed", "epoch"), [(-1, 0), (2**64, 0), (0, -1)])
def test_a_seed_that_is_none_is_refused(seed, epoch):
    with pytest.raises(ValueError, match="whole numbers"):
        uniform(seed, epoch, [0], "flip")
