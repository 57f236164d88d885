"""Several tests at once."""
import numpy as np

__all__ = ["holm"]


def holm(p_values) -> list[float]:
    """p-values of several tests, adjusted so that at 0.05 a single one falsely below is as rare as that
    (Holm 1979), in the order given."""
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps * p_values[order]))
    return adjusted.tolist()
