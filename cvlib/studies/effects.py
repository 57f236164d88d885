"""What each factor does to a score, by ordinary least squares, and how sure that is."""
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from scipy import linalg, stats

from cvlib.stats import Effect

__all__ = ["estimate_effects"]


def estimate_effects(scores: Sequence[float], levels: Mapping[str, Sequence[int]], *,
                     interactions: bool = False, blocks: Sequence[Sequence] = ()) -> list[Effect]:
    """The effects of factors whose ``levels`` are 0 or 1, in the order given, on ``scores``; all (N,).

    With ``interactions`` those of all pairs too; of three and more are taken to be nothing. Each of
    ``blocks`` (a regime, the seeds) may have a mean of its own for each of its values. Raises ValueError
    where no noise is left to measure effects by, or where the runs cannot tell an effect from others.
    """
    y = np.asarray(scores, dtype=float)
    if not np.isfinite(y).all():
        raise ValueError(f"scores must be finite, not {y[~np.isfinite(y)][0]}")
    names, columns = _columns(levels, interactions)
    basis = _basis(blocks, len(y))
    free = len(y) - basis.shape[1] - len(names)
    if free <= 0:
        raise ValueError(f"{len(y)} runs for {basis.shape[1] + len(names)} coefficients leave nothing to "
                         "measure noise by: add replicates, or leave out the interactions")
    x, left = (part - basis @ (basis.T @ part) for part in (columns, y))
    _refuse_dependent(names, x)
    coefficients, squares = _least_squares(x, left)
    noise = squares / free
    if noise <= (1e-12 * np.abs(y).max())**2:
        raise ValueError(f"the {len(y)} runs leave no noise to measure effects by: their scores follow from "
                         "factors and blocks without any rest, or are all the same")
    errors = 2 * np.sqrt(noise * np.diag(np.linalg.inv(x.T @ x)))  # the effect is from -1 to +1: twice
    half = stats.t.ppf(0.975, free) * errors
    p_values = 2 * stats.t.sf(np.abs(2 * coefficients) / errors, free)
    return [Effect(name, *map(float, (value, value - h, value + h, p))) for name, value, h, p in
            zip(names, 2 * coefficients, half, p_values, strict=True)]


def _columns(levels: Mapping[str, Sequence[int]], interactions: bool) -> tuple[list[str], np.ndarray]:
    """Names and -1, +1 columns (N, effects): those that never differ are one column, with both names."""
    coded = {name: 2 * np.asarray(column, dtype=float) - 1 for name, column in levels.items()}
    if not coded:
        raise ValueError("these runs have no factors")
    still = [name for name, column in coded.items() if set(column) != {-1, 1}]
    if still:
        raise ValueError(f"{', '.join(still)} must be both 0 and 1 in these runs, and nothing else")
    found: list[tuple[str, np.ndarray]] = list(coded.items())
    for (one, a), (two, b) in combinations(coded.items(), 2):
        if abs(a @ b) == len(a):
            raise ValueError(f"{one} and {two} are never set apart in these runs")
        if interactions:
            found.append((f"{one}:{two}", a * b))
    merged: list[tuple[str, np.ndarray]] = []
    for name, column in found:
        at = next((i for i, (_, other) in enumerate(merged) if abs(other @ column) == len(column)), None)
        if at is None:
            merged.append((name, column))
        else:
            sign = "+" if merged[at][1] @ column > 0 else "-"
            merged[at] = (f"{merged[at][0]} {sign} {name}", merged[at][1])
    return [name for name, _ in merged], np.stack([column for _, column in merged], axis=1)


def _basis(blocks: Sequence[Sequence], runs: int) -> np.ndarray:
    """Orthonormal columns (N, k) that span the mean and each block's own."""
    dummies = [np.ones(runs)]
    for block in blocks:
        dummies += [np.array([value == one for value in block], dtype=float) for one in dict.fromkeys(block)]
    return linalg.orth(np.stack(dummies, axis=1))


def _refuse_dependent(names: list[str], x: np.ndarray) -> None:
    _, triangle, order = linalg.qr(x, mode="economic", pivoting=True)
    lost = [names[column] for column, size in zip(order, np.abs(np.diag(triangle)), strict=True)
            if size < 1e-8 * np.sqrt(len(x))]
    if lost:
        raise ValueError(f"these {len(x)} runs cannot tell {', '.join(lost)} from other effects or from a "
                         "block")


def _least_squares(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients, and the sum of what is left, squared."""
    coefficients = np.linalg.lstsq(x, y, rcond=None)[0]
    return coefficients, float(((y - x @ coefficients)**2).sum())
