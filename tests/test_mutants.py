"""The damages of `make mutants` fit the code of today; that each is noticed takes longer to see."""
from pathlib import Path

import pytest
from mutate import damaged, mutants

TESTS = Path(__file__).parent


@pytest.mark.parametrize("one", mutants([]), ids=lambda one: one["damage"])
def test_a_damage_has_its_place(one):
    assert damaged(one)


def test_the_tests_that_are_to_notice_are_there():
    for test in {test for one in mutants([]) for test in one["tests"]}:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (TESTS / file).read_text() if name else (TESTS / file).is_file(), test
