"""Answers of two models to the same pictures."""
import numpy as np

__all__ = ["same_pictures"]


def same_pictures(labels, a, b) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """``labels`` and two models' answers as arrays (N,); raises ValueError where the three are not of one
    length > 0."""
    labels, a, b = np.asarray(labels), np.asarray(a), np.asarray(b)
    if not labels.shape == a.shape == b.shape or labels.ndim != 1 or not len(labels):
        raise ValueError(f"labels {labels.shape} and answers {a.shape}, {b.shape}: must be of one length > 0")
    return labels, a, b
