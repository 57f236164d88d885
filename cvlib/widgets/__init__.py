"""Widgets: static HTML that its own small script brings to life without a kernel; ipywidgets with one."""
from cvlib.widgets.bars import Bars
from cvlib.widgets.grid import Grid
from cvlib.widgets.windows import Windows

__all__ = ["Bars", "Grid", "Windows"]
