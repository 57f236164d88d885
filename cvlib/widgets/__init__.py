"""Widgets: static HTML that its own small script brings to life without a kernel; ipywidgets with one."""
from cvlib.widgets.bars import Bars
from cvlib.widgets.column import Column
from cvlib.widgets.fields import Fields
from cvlib.widgets.grid import Grid
from cvlib.widgets.pairs import Pairs
from cvlib.widgets.variants import Variants
from cvlib.widgets.windows import Windows

__all__ = ["Bars", "Column", "Fields", "Grid", "Pairs", "Variants", "Windows"]
