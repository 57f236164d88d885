"""Charts: records and arrays in, matplotlib Axes out. Paper and ink, and one colour a family of networks."""
import logging
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory
from PIL import Image

__all__ = ["FAMILY", "FULL_COLOUR", "INK", "MUTED", "PAGE", "confusion_matrix", "curves", "mix", "name_axis",
           "paired_shares", "pictures", "sheet", "use_style"]

PAGE, SURFACE, HAIR, RULE, GREY = "#FCFCFB", "#F3F3F1", "#DEDEDB", "#B9BAB8", "#6B6E72"
MUTED, INK2, INK = "#5B5E63", "#3A3C40", "#1A1B1E"
FULL_COLOUR = 20.0  # per cent of a row, in every confusion matrix
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
    for font in (Path(__file__).parent / "fonts").glob("*.ttf"):
        font_manager.fontManager.addfont(font)
    mpl.rcParams.update(STYLE)
    if "inline" in mpl.get_backend():
        from matplotlib_inline.backend_inline import set_matplotlib_formats
        set_matplotlib_formats("retina", bbox_inches=None, pil_kwargs={"optimize": True})


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


def curves(runs: Sequence[Sequence[float]], *, family: str, label: str, ax: Axes | None = None) -> Axes:
    """One value an epoch: every run a thin line, their mean a thick one, named at its end."""
    ax = ax or plt.figure().add_subplot()
    values, colour = np.asarray(runs, float), FAMILY[family]
    epochs = np.arange(1, values.shape[1] + 1)
    if len(values) > 1:
        ax.plot(epochs, values.T, color=colour, linewidth=0.8, alpha=0.8)
    mean = values.mean(0)
    ax.plot(epochs, mean, color=colour)
    ax.annotate(label, (epochs[-1], mean[-1]), xytext=(6, 0), textcoords="offset points", va="center",
                color=colour, fontweight="semibold", annotation_clip=False)
    ax.set_xlabel("epoch")
    return ax


def paired_shares(names: Sequence[str], shares: dict[str, Sequence[float]], *, family: str) -> Axes:
    """Two shares a row, in per cent: the first as a dot, the second as a square, joined by a hairline."""
    ax = plt.figure(figsize=(5.6, 3.4)).add_subplot()
    rows, colour = np.arange(len(names)), FAMILY[family]
    first, second = (100 * np.asarray(values, float) for values in shares.values())
    ax.hlines(rows, first, second, color=RULE, linewidth=1.2, zorder=1)
    for values, marker, fill in ((first, "o", colour), (second, "s", INK)):
        ax.scatter(values, rows, s=38, marker=marker, color=fill, zorder=2)
    for label, values, fill in zip(shares, (first, second), (colour, INK), strict=True):
        ax.annotate(label, (values[0], 0), xytext=(0, 10), textcoords="offset points", ha="center",
                    color=fill, fontweight="semibold", annotation_clip=False)
    ax.set_yticks(rows, names)
    ax.set(ylim=(len(names) - 0.5, -1.1), xlim=(-1.5, None), xlabel="% of the network")
    ax.grid(visible=False)
    return ax


def confusion_matrix(confusion: np.ndarray, classes: Sequence[str], *, family: str,
                     full: float = FULL_COLOUR) -> Axes:
    """Per cent of each true class (rows) by predicted class. Errors are coloured, up to ``full`` per cent;
    the diagonal is written only, and what is below half a per cent is left empty."""
    share = 100 * confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    deep = FAMILY[family]
    colours = LinearSegmentedColormap.from_list(family, [PAGE, mix(PAGE, deep, 0.5), deep])
    ax = plt.figure(figsize=(5.6, 4.6)).add_subplot()
    errors = np.where(np.eye(len(share), dtype=bool), 0, share)
    ax.imshow(errors, cmap=colours, vmin=0, vmax=full)
    for (row, column), value in np.ndenumerate(share):
        _confusion_cell(ax, row, column, value, dark=errors[row, column] > 0.55 * full)
    _confusion_frame(ax, classes)
    return ax


def _confusion_frame(ax: Axes, classes: Sequence[str]) -> None:
    """Class names on top and at the left, gaps of paper between the cells."""
    ax.set_xticks(range(len(classes)), classes, rotation=32, ha="left", rotation_mode="anchor")
    ax.set_yticks(range(len(classes)), classes)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    gaps = np.arange(0.5, len(classes) - 1)
    ax.set_xticks(gaps, minor=True)
    ax.set_yticks(gaps, minor=True)
    ax.tick_params(which="minor", length=0)
    ax.grid(visible=True, which="minor", axis="both", color=PAGE, linewidth=2)
    ax.annotate("true ↓  predicted →", (0, 1), xycoords="axes fraction", xytext=(-8, 8), color=MUTED,
                textcoords="offset points", ha="right", fontsize=10.5)


def _confusion_cell(ax: Axes, row: int, column: int, value: float, *, dark: bool) -> None:
    if row == column:
        ax.add_patch(plt.Rectangle((column - 0.48, row - 0.48), 0.96, 0.96, color=SURFACE))
    elif value < 0.5:
        return
    text = f"{value:.0f}" if value >= 9.95 else f"{value:.1f}"
    colour = MUTED if row == column else PAGE if dark else INK
    ax.text(column, row, text, ha="center", va="center", color=colour,
            fontweight="normal" if row == column else "semibold")


def pictures(images: Sequence, titles: Sequence[str], *, columns: int = 6):
    """A sheet of pictures (PIL images or arrays) with a title of one or more lines under each.

    It comes as an IPython Image in a palette of 256 colours: drawn grain in full colour weighs four times as
    much.
    """
    from IPython.display import Image as Displayed

    figure, stored = sheet(images, titles, columns=columns), BytesIO()
    figure.savefig(stored, dpi=200)
    plt.close(figure)
    small, width = BytesIO(), round(100 * figure.get_figwidth())
    Image.open(stored).convert("RGB").quantize(256).save(small, "PNG", optimize=True)
    return Displayed(small.getvalue(), width=width)


def sheet(images: Sequence, titles: Sequence[str], *, columns: int = 6) -> Figure:
    """The figure of `pictures`, with an Axes a picture."""
    rows, lines = -(-len(images) // columns), 1 + max(title.count("\n") for title in titles)
    side, text = (5.6 + 0.1) / columns, 0.14 + 0.17 * lines  # inches; the gap between pictures is 0.1
    height = rows * (side + text)
    figure = plt.figure(figsize=(5.6, height), layout="none")
    for i, (image, title) in enumerate(zip(images, titles, strict=True)):
        row, column = divmod(i, columns)
        top = height - row * (side + text)
        ax = figure.add_axes((column * side / 5.6, (top - side + 0.1) / height, (side - 0.1) / 5.6,
                              (side - 0.1) / height))
        ax.axis("off")
        ax.imshow(image)
        ax.text(0, -0.06, title, transform=ax.transAxes, va="top", fontsize=10, color=MUTED)
    return figure
