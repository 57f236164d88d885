"""Drawings of networks in one alphabet."""
from cvlib.diagrams.alexnet import towers
from cvlib.diagrams.alphabet import canvas, lrn_sign, plate, wire

__all__ = ["canvas", "lrn_sign", "plate", "towers", "wire"]
