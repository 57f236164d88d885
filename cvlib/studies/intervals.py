"""What several seeds of one recipe say together."""
from collections.abc import Sequence
from typing import NamedTuple

from cvlib.stats import mean_interval, prediction_interval

__all__ = ["Replicates", "summarise"]


class Replicates(NamedTuple):
    """The ``n`` runs of a recipe: their mean score, Student's 95 % interval of the recipe's mean in ``low``
    and ``high``, and in ``next_low`` and ``next_high`` where one more run would lie. One run alone has no
    interval: None."""

    recipe: str
    data: str
    n: int
    mean: float
    low: float | None
    high: float | None
    next_low: float | None
    next_high: float | None


def summarise(recipe: str, data: str, scores: Sequence[float]) -> Replicates:
    """The runs of one recipe on one data set."""
    if len(scores) == 1:
        return Replicates(recipe, data, 1, float(scores[0]), None, None, None, None)
    mean, low, high = mean_interval(scores)
    return Replicates(recipe, data, len(scores), mean, low, high, *prediction_interval(scores)[1:])
