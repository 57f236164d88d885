"""Widgets: static HTML that its own small script brings to life without a kernel; ipywidgets with one."""
from cvlib.widgets.bars import Bars
from cvlib.widgets.column import Column
from cvlib.widgets.crops import Crops
from cvlib.widgets.cut import Cut
from cvlib.widgets.depths import Depths
from cvlib.widgets.fields import Fields
from cvlib.widgets.grid import Grid
from cvlib.widgets.kernels import Kernels
from cvlib.widgets.light import Light
from cvlib.widgets.losses import Losses
from cvlib.widgets.masks import Masks
from cvlib.widgets.pairs import Pairs
from cvlib.widgets.rates import Rates
from cvlib.widgets.steps import Steps
from cvlib.widgets.toss import Toss
from cvlib.widgets.tosses import Tosses
from cvlib.widgets.variants import Variants
from cvlib.widgets.windows import Windows

__all__ = [
           "Bars",
           "Column",
           "Crops",
           "Cut",
           "Depths",
           "Fields",
           "Grid",
           "Kernels",
           "Light",
           "Losses",
           "Masks",
           "Pairs",
           "Rates",
           "Steps",
           "Toss",
           "Tosses",
           "Variants",
           "Windows",
]
