"""How sure a number is."""
from math import sqrt

import numpy as np

__all__ = ["mean_interval", "wilson_interval"]

Z95 = 1.959963984540054  # the 97.5 % point of the normal distribution
T95 = (12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622)  # Student's t, 1 ... 9 d.f.


def wilson_interval(correct: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion, ``correct`` of ``n`` (Wilson 1927): low and high, fractions.

    Raises ValueError unless 0 <= correct <= n and n > 0.
    """
    if not 0 <= correct <= n or n <= 0:
        raise ValueError(f"{correct} of {n} is no proportion")
    p, z2 = correct / n, Z95**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_interval(values) -> tuple[float, float, float]:
    """Mean, and the ends of Student's 95 % interval for it, of 2 ... 10 independent runs.

    Raises ValueError for fewer or more values.
    """
    values = np.asarray(values, dtype=float)
    if not 2 <= len(values) <= len(T95) + 1:
        raise ValueError(f"{len(values)} runs: an interval needs 2 ... {len(T95) + 1}")
    mean = values.mean()
    half = T95[len(values) - 2] * values.std(ddof=1) / sqrt(len(values))
    return float(mean), float(mean - half), float(mean + half)
