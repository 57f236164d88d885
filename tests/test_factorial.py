"""Factorial designs against the tables of books, and against their own columns."""
from itertools import combinations

import numpy as np
import pytest

from cvlib.studies import Design, strength

ABLATION = Design(["lrn", "pooling", "dropout", "crops", "flips", "lighting", "towers", "biases", "decay"],
                  "F=BCDE G=ACDE H=ABDE J=ABCE")
TABLES = {  # factors, generators -> runs, resolution, how many words there are of 3, 4, 5 ... letters
    "2^(3-1)": (3, "C=AB", 4, 3, [1]),
    "2^(4-1)": (4, "D=ABC", 8, 4, [0, 1]),
    "2^(5-1)": (5, "E=ABCD", 16, 5, [0, 0, 1]),
    "2^(5-2)": (5, "D=AB E=AC", 8, 3, [2, 1]),
    "2^(6-2)": (6, "E=ABC F=BCD", 16, 4, [0, 3]),
    "2^(7-4)": (7, "D=AB E=AC F=BC G=ABC", 8, 3, [7, 7, 0, 0, 1]),
    "2^(7-2)": (7, "F=ABCD G=ABDE", 32, 4, [0, 1, 2]),
    "2^(8-4)": (8, "E=BCD F=ACD G=ABC H=ABD", 16, 4, [0, 14, 0, 0, 0, 1]),
    "2^(9-4)": (9, "F=BCDE G=ACDE H=ABDE J=ABCE", 32, 4, [0, 6, 8, 0, 0, 1]),
    "2^(10-5)": (10, "F=ABCD G=ABCE H=ABDE J=ACDE K=BCDE", 32, 4, [0, 10, 16, 0, 0, 5]),
}  # Box, Hunter and Hunter (2005), chapter 6; those of resolution IV also in NIST's Dataplot, DEXRES4


def letters(words):
    return [word.lstrip("-") for word in words]


def coded_products(design):
    """Every product of letters that is the same in all runs, found by multiplying columns."""
    coded = dict(zip(design.letters, (2 * design.levels - 1).T, strict=True))
    for size in range(1, len(coded) + 1):
        for some in combinations(design.letters, size):
            column = np.prod([coded[letter] for letter in some], axis=0)
            if abs(column.sum()) == len(column):
                yield ("-" if column[0] < 0 else "") + "".join(some)


@pytest.mark.parametrize("name", TABLES)
def test_runs_resolution_and_word_lengths_are_the_tables(name):
    factors, generators, runs, resolution, lengths = TABLES[name]

    design = Design([f"f{i}" for i in range(factors)], generators)

    assert design.levels.shape == (runs, factors)
    assert design.resolution == resolution
    counts = np.bincount([len(word) for word in letters(design.words)])[3:]
    assert list(counts) == lengths


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_as_strong_as_the_resolution_says(name):
    factors, generators, runs, resolution, _ = TABLES[name]

    design = Design([f"f{i}" for i in range(factors)], generators)

    assert strength(design.levels) == resolution - 1
    assert len({tuple(row) for row in design.levels}) == runs


@pytest.mark.parametrize(("factors", "generators"), [
    *(table[:2] for table in TABLES.values()), (5, "D=-AB E=AC"), (5, "D=-AB E=-AC"), (5, "E=-ABCD"),
])
def test_the_defining_relation_is_what_multiplying_columns_finds(factors, generators):
    design = Design([f"f{i}" for i in range(factors)], generators)

    assert design.words == list(coded_products(design))


def test_the_quarter_of_five_factors_has_the_textbook_s_levels_and_aliases():
    design = Design("abcde", "D=AB E=AC")

    assert ["".join(map(str, row)) for row in design.levels] == [
        "00011", "10000", "01001", "11010", "00110", "10101", "01100", "11111"]  # de a be abd cd ace bc abcde
    assert design.words == ["ABD", "ACE", "BCDE"]
    aliases = design.aliases()
    assert aliases["A"] == ["BD", "CE"]
    assert aliases["BC"] == ["DE"]
    assert aliases["BE"] == ["CD"]


def test_half_of_four_factors_confounds_pairs_with_pairs_alone():
    aliases = Design("abcd", "D=ABC").aliases()

    assert aliases == {"A": [], "B": [], "C": [], "D": [], "AB": ["CD"], "AC": ["BD"], "AD": ["BC"],
                       "BC": ["AD"], "BD": ["AC"], "CD": ["AB"]}


def test_the_ablation_s_main_effects_are_clear_of_each_other_and_of_pairs():
    aliases = ABLATION.aliases()

    assert ABLATION.levels.shape == (32, 9)
    assert all(aliases[letter] == [] for letter in ABLATION.letters)
    assert aliases["AB"] == ["FG"]
    assert [aliases[pair] for pair in ("AE", "EJ", "BE")] == [[], [], []]
    assert ABLATION.named("AB") == "lrn:pooling"


def test_a_minus_in_a_generator_turns_the_column_over():
    plus, minus = Design("abc", "C=AB"), Design("abc", "C=-AB")

    assert (plus.levels[:, 2] == 1 - minus.levels[:, 2]).all()
    assert minus.aliases()["A"] == ["-BC"]
    assert minus.named("-BC") == "-b:c"


def test_a_full_factorial_has_every_corner_in_standard_order():
    design = Design(("rate", "flips"))

    assert design.levels.tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]
    assert (design.resolution, design.words) == (None, [])
    assert strength(design.levels) == 2


def test_a_lost_run_is_no_longer_balanced():
    assert strength(ABLATION.levels[1:]) == 0


@pytest.mark.parametrize(("names", "generators", "message"), [
    ("aa", "", "different names"), ("", "", "1 ... 25 factors"),
    ("abc", "B=AC", "must be of the last factors of ABC, not of B"),
    ("abcd", "C=AB D=ABC", "letters of AB, each once"),
    ("abc", "C=AA", "each once"), ("abc", "C=", "generator C="),
    ("abcde", "D=AB E=AB", "DE: these factors are never set apart"),
    ("abcd", "D=AB D=AC", "two generators"), ("ab", "A=B B=A", "generators must be"),
])
def test_generators_that_make_no_design_are_refused(names, generators, message):
    with pytest.raises(ValueError, match=message):
        Design(names, generators)
