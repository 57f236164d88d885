"""A test that needs no distribution."""
import numpy as np

__all__ = ["permutation_test"]


def permutation_test(a, b, *, draws: int = 9999, seed: int = 0) -> float:
    """The two-sided p-value of "it does not matter which values are called a": how often values dealt at
    random into two such groups have means at least as far apart as those of ``a`` and ``b``.

    Estimated from ``draws`` seeded deals, the one that happened counted among them: never below 1 / (draws +
    1). Raises ValueError for an empty group.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if not a.size or not b.size:
        raise ValueError(f"groups of {a.size} and {b.size} values: each needs one or more")
    values = np.concatenate([a, b])
    dealt = np.random.default_rng(seed).permuted(np.tile(values, (draws, 1)), axis=1)
    apart = np.abs(dealt[:, :len(a)].mean(1) - dealt[:, len(a):].mean(1))
    return float((1 + (apart >= abs(a.mean() - b.mean()) - 1e-12).sum()) / (1 + draws))
