"""Drawings of networks in one alphabet."""
from cvlib.diagrams.alexnet import TOWERS_SCALE, towers
from cvlib.diagrams.alphabet import canvas, lrn_sign, plate, wire
from cvlib.diagrams.vgg import COLUMNS_SCALE, columns

__all__ = ["COLUMNS_SCALE", "TOWERS_SCALE", "canvas", "columns", "lrn_sign", "plate", "towers", "wire"]
