"""Charts: records and arrays in, matplotlib Axes out."""
from cvlib.plot.confusion import FULL_COLOUR, confusion_matrix
from cvlib.plot.epochs import curves
from cvlib.plot.intervals import estimates
from cvlib.plot.reached import epochs_needed
from cvlib.plot.reliability import calibration
from cvlib.plot.shares import paired_shares
from cvlib.plot.sheets import pictures, sheet
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
           "calibration", "confusion_matrix", "curves", "epochs_needed", "estimates", "mix", "name_axis",
           "paired_shares", "pictures", "sheet", "use_style"]
