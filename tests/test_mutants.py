"""The damages of `make mutants` fit the code of today; that each is noticed takes longer to see."""
import pytest
from mutate import damaged, mutants


@pytest.mark.parametrize("one", mutants([]), ids=lambda one: one["damage"])
def test_a_damage_has_its_place(one):
    assert damaged(one)
