"""How sure a number is: intervals of one, tests between two, corrections for many, and how many pictures."""
from cvlib.stats.bootstrap import bootstrap_difference
from cvlib.stats.consistency import Agreement, agreement
from cvlib.stats.crossed import Crossed, crossed_difference
from cvlib.stats.effect import Effect
from cvlib.stats.intervals import (
    Interval,
    difference_interval,
    mean_interval,
    prediction_interval,
    wilson_interval,
)
from cvlib.stats.paired import McNemar, McNemarBounds, mcnemar, mcnemar_bounds
from cvlib.stats.permutation import permutation_test
from cvlib.stats.planning import detectable_difference, pictures_needed, pictures_needed_apart
from cvlib.stats.several import holm, lenth

__all__ = ["Agreement", "Crossed", "Effect", "Interval", "McNemar", "McNemarBounds", "agreement",
           "bootstrap_difference", "crossed_difference", "detectable_difference", "difference_interval",
           "holm", "lenth", "mcnemar", "mcnemar_bounds", "mean_interval", "permutation_test",
           "pictures_needed", "pictures_needed_apart", "prediction_interval", "wilson_interval"]
