"""Charts: records and arrays in, matplotlib Axes out."""
from cvlib.plot.alike import retrievals
from cvlib.plot.apart import dumbbells
from cvlib.plot.averaged import averages
from cvlib.plot.banks import kernel_banks
from cvlib.plot.board import scoreboard
from cvlib.plot.classes import by_class
from cvlib.plot.confusion import FULL_COLOUR, confusion_matrices, confusion_matrix
from cvlib.plot.daniel import normal_plot
from cvlib.plot.depth import through_depth
from cvlib.plot.epochs import curves
from cvlib.plot.foretold import counted
from cvlib.plot.framed import centred_squares
from cvlib.plot.hours import spans
from cvlib.plot.intervals import estimates
from cvlib.plot.kernels import tower_kernels, tower_strips
from cvlib.plot.lines import bundles
from cvlib.plot.marks import dots
from cvlib.plot.pairwise import triangle
from cvlib.plot.planned import needed
from cvlib.plot.presence import checks
from cvlib.plot.quantiles import histograms
from cvlib.plot.reach import reaches
from cvlib.plot.reached import epochs_needed
from cvlib.plot.reliability import calibration
from cvlib.plot.rows import strips
from cvlib.plot.shares import paired_shares
from cvlib.plot.sheets import in_colours, in_ink, pictures, sheet
from cvlib.plot.squared import cuts
from cvlib.plot.squares import tally
from cvlib.plot.stacks import stacked
from cvlib.plot.stretched import patterns
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
           "averages", "bundles", "by_class", "calibration", "centred_squares", "checks",
           "confusion_matrices", "confusion_matrix", "counted", "curves", "cuts", "dots", "dumbbells",
           "epochs_needed", "estimates", "histograms", "in_colours", "in_ink", "kernel_banks", "mix",
           "name_axis", "needed", "normal_plot", "paired_shares", "patterns", "pictures", "reaches",
           "retrievals", "scoreboard", "sheet", "spans", "stacked", "strips", "tally", "through_depth",
           "tower_kernels", "tower_strips", "triangle", "use_style"]
