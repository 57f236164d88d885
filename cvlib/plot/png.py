"""Figures as small files."""
from io import BytesIO

from matplotlib.figure import Figure
from PIL import Image

__all__ = ["retina", "small_png"]

SHARP = 2  # pixels of the file to one on the page


def small_png(figure: Figure) -> bytes:
    """The figure at double resolution in a palette of 256 colours: half the size of full colour, or less."""
    drawn, stored = BytesIO(), BytesIO()
    figure.savefig(drawn, format="png", dpi=SHARP * figure.dpi)
    Image.open(drawn).convert("RGB").quantize(256).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def retina(figure: Figure) -> tuple[bytes, dict[str, int]]:
    """What IPython shows of a figure: `small_png`, and its size on the page in pixels."""
    width, height = (round(inches * figure.dpi) for inches in figure.get_size_inches())
    return small_png(figure), {"width": width, "height": height}
