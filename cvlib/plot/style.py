"""Paper and ink, one colour a family of networks, and what every chart of the book shares."""
import logging
from pathlib import Path

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from cvlib.plot.png import retina

__all__ = ["FAMILY", "GREY", "HAIR", "INK", "INK2", "MUTED", "PAGE", "RULE", "SURFACE", "colour_of", "mix",
           "name_axis", "use_style"]

PAGE, SURFACE, HAIR, RULE, GREY = "#FCFCFB", "#F3F3F1", "#DEDEDB", "#B9BAB8", "#6B6E72"
MUTED, INK2, INK = "#5B5E63", "#3A3C40", "#1A1B1E"
FAMILY = {"alexnet": "#872111", "vgg": "#906615", "resnet": "#0F7D8B", "convnext": "#49379F"}

STYLE = {
    "figure.figsize": (5.6, 3.2), "figure.dpi": 100,
    "figure.facecolor": PAGE, "axes.facecolor": PAGE, "savefig.facecolor": PAGE,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.h_pad": 0.03, "figure.constrained_layout.w_pad": 0.03,
    "font.family": ["Source Sans 3", "DejaVu Sans"], "font.size": 11,
    "mathtext.fontset": "custom", "mathtext.rm": "Source Serif 4", "mathtext.it": "Source Serif 4:italic",
    "text.color": INK, "axes.labelcolor": MUTED, "axes.edgecolor": GREY,
    "xtick.color": GREY, "ytick.color": GREY, "xtick.labelcolor": MUTED, "ytick.labelcolor": MUTED,
    "xtick.labelsize": 10.5, "ytick.labelsize": 10.5, "axes.labelsize": 11,
    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "axes.linewidth": 0.8,
    "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True,
    "grid.color": HAIR, "grid.linewidth": 0.8,
    "xtick.major.size": 3.5, "ytick.major.size": 0, "lines.linewidth": 2.4, "lines.solid_capstyle": "round",
    "axes.prop_cycle": cycler(color=[INK, GREY, RULE]), "legend.frameon": False,
    "image.interpolation": "nearest", "svg.hashsalt": "cvlib",
}


def use_style() -> None:
    """The book's fonts, colours and sizes, for every figure that follows."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # or it speaks into the page
    for font in (Path(__file__).parents[1] / "fonts").glob("*.ttf"):
        font_manager.fontManager.addfont(font)
    mpl.rcParams.update(STYLE)
    if "inline" in mpl.get_backend():
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
        set_matplotlib_formats("png")  # wakes the backend, which would put its own over ours later
        get_ipython().display_formatter.formatters["image/png"].for_type(Figure, retina)


def colour_of(family: str) -> str:
    """The colour of a family of networks; "ink" is for what is no network's."""
    return INK if family == "ink" else FAMILY[family]


def mix(a, b, t: float) -> tuple[float, ...]:
    """The colour at ``t`` (0 ... 1) of the way from ``a`` to ``b``."""
    return tuple(x + (y - x) * t for x, y in zip(to_rgb(a), to_rgb(b), strict=True))


def name_axis(ax: Axes, text: str) -> None:
    """Name the vertical axis above it, flush with the figure's left edge."""
    at = blended_transform_factory(ax.figure.transFigure, ax.transAxes)
    height = ax.figure.get_figheight() * 72
    ax.figure.get_layout_engine().set(rect=(0, 0, 1, 1 - 20 / height))
    ax.annotate(text, (0, 1), xycoords=at, xytext=(1, 9), textcoords="offset points", ha="left", va="bottom",
                color=MUTED).set_in_layout(False)
