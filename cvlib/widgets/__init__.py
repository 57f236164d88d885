"""Widgets: static HTML that its own small script brings to life without a kernel; ipywidgets with one."""
from cvlib.widgets.bars import Bars
from cvlib.widgets.fields import Fields

__all__ = ["Bars", "Fields"]
