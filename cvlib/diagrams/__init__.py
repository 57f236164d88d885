"""Drawings of networks in one alphabet."""
from cvlib.diagrams.alexnet import TOWERS_SCALE, towers
from cvlib.diagrams.alphabet import canvas, lrn_sign, plate, wire

__all__ = ["TOWERS_SCALE", "canvas", "lrn_sign", "plate", "towers", "wire"]
