"""What colours alone give away: a floor for every network to beat."""
import numpy as np

from cvlib.analysis.answers import Answers

__all__ = ["ColourRule", "colour_shares"]

COLOURS = 64  # four levels each of red, green and blue
AT_ONCE = 256  # pictures


def colour_shares(source) -> np.ndarray:
    """Square roots of the shares of 64 colours in every picture of a `data.open_source`, (N, 64)."""
    parts = [np.arange(start, min(start + AT_ONCE, len(source))) for start in range(0, len(source), AT_ONCE)]
    return np.concatenate([_shares(source.stored(part)) for part in parts])


class ColourRule:
    """A linear rule on the 64 colours of a picture, wherever in the picture they stand.

    Fitted to ``dataset``, whose pictures are read as ``preprocess`` stores them. The square roots put sea and
    sky, which fill pictures, on one scale with what is small. Raises ImportError where scikit-learn is
    missing.
    """

    def __init__(self, dataset, preprocess):
        try:
            from sklearn.linear_model import LogisticRegression
        except ImportError as missing:
            raise ImportError("the colour rule needs scikit-learn: pip install scikit-learn") from missing
        self.preprocess = preprocess
        self._rule = LogisticRegression(C=10, max_iter=1000)
        self._rule.fit(self._colours(dataset), dataset.labels)

    def answers(self, dataset) -> Answers:
        """How many of these pictures it names."""
        return Answers.to(dataset.labels, self._rule.predict(self._colours(dataset)))

    def log_probabilities(self, dataset) -> np.ndarray:
        """Natural logarithms of what it gives each class, (N, classes)."""
        return self._rule.predict_log_proba(self._colours(dataset))

    def _colours(self, dataset) -> np.ndarray:
        from cvlib.data import open_source

        return colour_shares(open_source(dataset, self.preprocess))


def _shares(pixels: np.ndarray) -> np.ndarray:
    """(N, H, W, 3) uint8 -> (N, 64)."""
    red, green, blue = np.moveaxis(pixels >> 6, -1, 0)
    codes = (red << 4 | green << 2 | blue).reshape(len(pixels), -1)
    return np.sqrt([np.bincount(picture, minlength=COLOURS) / codes.shape[1] for picture in codes])
