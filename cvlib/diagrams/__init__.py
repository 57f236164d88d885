"""Drawings of networks in one alphabet."""
from cvlib.diagrams.alexnet import TOWERS_SCALE, towers
from cvlib.diagrams.alphabet import canvas, lrn_sign, plate, wire
from cvlib.diagrams.chips import CHIPS_SCALE, Chip, blocks, chips_of
from cvlib.diagrams.stages import BESIDE_SCALE, PYRAMID_SCALE, beside, pyramid

__all__ = ["BESIDE_SCALE", "CHIPS_SCALE", "PYRAMID_SCALE", "TOWERS_SCALE", "Chip", "beside", "blocks",
           "canvas", "chips_of", "lrn_sign", "plate", "pyramid", "towers", "wire"]
