"""Charts: records and arrays in, matplotlib Axes out."""
from cvlib.plot.confusion import FULL_COLOUR, confusion_matrix
from cvlib.plot.dots import strips
from cvlib.plot.epochs import curves
from cvlib.plot.intervals import estimates
from cvlib.plot.lines import bundles
from cvlib.plot.reliability import calibration
from cvlib.plot.shares import paired_shares
from cvlib.plot.sheets import pictures, sheet
from cvlib.plot.squares import cuts
from cvlib.plot.style import (
    FAMILY,
    GREY,
    HAIR,
    INK,
    INK2,
    MUTED,
    PAGE,
    RULE,
    SURFACE,
    mix,
    name_axis,
    use_style,
)

__all__ = ["FAMILY", "FULL_COLOUR", "GREY", "HAIR", "INK", "INK2", "MUTED", "PAGE", "RULE", "SURFACE",
           "bundles", "calibration", "confusion_matrix", "curves", "cuts", "estimates", "mix", "name_axis",
           "paired_shares", "pictures", "sheet", "strips", "use_style"]
