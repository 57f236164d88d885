"""Several tests, or effects, at once."""
import numpy as np
from scipy import stats

__all__ = ["holm", "lenth"]


def holm(p_values) -> list[float]:
    """p-values of several tests, adjusted so that at 0.05 a single one falsely below is as rare as that
    (Holm 1979), in the order given."""
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values, kind="stable")
    steps = np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(steps * p_values[order]))
    return adjusted.tolist()


def lenth(effects) -> float:
    """The margin of error of each of many effects, of which most are nothing but noise: one beyond it is told
    from nothing with 95 % confidence, without a replicate (Lenth 1989, doi:10.1080/00401706.1989.10488595).

    Raises ValueError for fewer than three effects, or for values that are not finite.
    """
    sizes = np.abs(np.asarray(effects, dtype=float))
    if len(sizes) < 3 or not np.isfinite(sizes).all():
        raise ValueError(f"three or more finite effects are needed, not {np.asarray(effects).tolist()}")
    first = 1.5 * np.median(sizes)
    error = 1.5 * np.median(sizes[sizes < 2.5 * first]) if first else 0.0
    return float(stats.t.ppf(0.975, len(sizes) / 3) * error)
