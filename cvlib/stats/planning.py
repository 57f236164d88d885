"""How many pictures a comparison needs.

A difference counts as found where a two-sided test at 0.05 finds it in a share ``power`` of all samples.
"""
from math import ceil, sqrt

from scipy import stats
from scipy.optimize import brentq

__all__ = ["detectable_difference", "pictures_needed", "pictures_needed_apart"]


def pictures_needed(difference: float, alone: float, *, power: float = 0.8) -> int:
    """Pictures that show a ``difference`` of two accuracies when both models answer the same ones, and one of
    the two alone is right on the share ``alone`` of them (Connor 1987, for McNemar's test): fractions.

    Raises ValueError unless 0 < |difference| <= alone <= 1 and 0.05 < power < 1.
    """
    _check_power(power)
    if not 0 < abs(difference) <= alone <= 1:
        raise ValueError(f"a difference of {difference} where one alone is right on {alone} of the pictures: "
                         "needed is 0 < |difference| <= alone <= 1")
    return ceil(_pictures(sqrt(alone), sqrt(alone - difference**2), difference, power))


def pictures_needed_apart(accuracy_a: float, accuracy_b: float, *, power: float = 0.8) -> int:
    """Pictures that *each* of two models needs when the two answer different ones, to show the difference of
    their accuracies: fractions.

    Raises ValueError unless the two differ, both lie in 0 ... 1 and 0.05 < power < 1.
    """
    _check_power(power)
    a, b = accuracy_a, accuracy_b
    if a == b or not (0 <= a <= 1 and 0 <= b <= 1):
        raise ValueError(f"accuracies {a} and {b}: two different fractions in 0 ... 1 are needed")
    pooled = (a + b) / 2
    return ceil(_pictures(sqrt(2 * pooled * (1 - pooled)), sqrt(a * (1 - a) + b * (1 - b)), a - b, power))


def detectable_difference(n: int, alone: float, *, power: float = 0.8) -> float:
    """The least difference of two accuracies, a fraction, that ``n`` pictures show when both models answer
    them and one alone is right on the share ``alone``: the inverse of `pictures_needed`.

    Raises ValueError unless n > 0, 0 < alone <= 1 and 0.05 < power < 1, and where even the largest
    difference, ``alone`` itself, does not show in so few.
    """
    _check_power(power)
    if n <= 0 or not 0 < alone <= 1:
        raise ValueError(f"{n} pictures, one alone right on {alone} of them: needed is n > 0, 0 < alone <= 1")
    if pictures_needed(alone, alone, power=power) > n:
        raise ValueError(f"{n} pictures show no difference where one alone is right on {alone} of them")

    def too_many(difference: float) -> float:
        return _pictures(sqrt(alone), sqrt(alone - difference**2), difference, power) - n

    return float(brentq(too_many, 1e-9, alone))


def _pictures(deviation: float, other: float, difference: float, power: float) -> float:
    """For a mean that is 0 with ``deviation`` a picture, or ``difference`` with the ``other`` deviation."""
    limit, reserve = stats.norm.ppf(0.975), stats.norm.ppf(power)
    return float(((limit * deviation + reserve * other) / difference)**2)


def _check_power(power: float) -> None:
    if not 0.05 < power < 1:
        raise ValueError(f"a power of {power}: it lies between the test's own 0.05 and 1")
