"""What the tests of figures share: the book's style, and the words of a drawing."""
import matplotlib
import pytest
from matplotlib import pyplot as plt

from cvlib import plot

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def style():
    with matplotlib.rc_context():
        plot.use_style()
        yield
    plt.close("all")


def drawn(ax):
    """The texts of an Axes that are not empty, once it has been laid out."""
    ax.figure.draw_without_rendering()
    return [text.get_text() for text in ax.texts if text.get_text()]
