"""Other pictures, drawn from those that there are."""
import numpy as np
from scipy import stats

from cvlib.metrics import classification_scores
from cvlib.stats.answers import same_pictures
from cvlib.stats.intervals import Interval

__all__ = ["bootstrap_difference"]


def bootstrap_difference(labels, a, b, *, score: str = "accuracy", resamples: int = 4999,
                         seed: int = 0) -> Interval:
    """The ``score`` of ``a`` less that of ``b``, answers to the same pictures, all (N,), and the percentile
    bootstrap's 95 % interval (Efron and Tibshirani 1993, chapter 13): the same two networks on other
    pictures of the kind.

    Pictures are drawn with replacement, each with its label and both answers. ``score`` is a fraction among
    the fields of `ClassificationScores`, of the classes 0 ... the largest that is seen. The draws follow from
    ``seed``. Raises ValueError where the three are not of one length > 1.
    """
    labels, a, b = same_pictures(labels, a, b)
    if len(labels) < 2:
        raise ValueError("one picture: an interval needs two or more")
    classes = int(max(labels.max(), a.max(), b.max())) + 1

    def difference(labels, a, b) -> float:
        first, second = (getattr(classification_scores(labels, said, classes), score) for said in (a, b))
        return first - second

    drawn = stats.bootstrap((labels, a, b), difference, n_resamples=resamples, batch=100, paired=True,
                            vectorized=False, method="percentile", rng=np.random.default_rng(seed))
    ends = drawn.confidence_interval
    return Interval(difference(labels, a, b), float(ends.low), float(ends.high))
