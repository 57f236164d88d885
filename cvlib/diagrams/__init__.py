"""Drawings of networks in one alphabet."""
from cvlib.diagrams.alexnet import TOWERS_SCALE, towers
from cvlib.diagrams.alphabet import canvas, chip, lrn_sign, plate, shortcut, sum_sign, wire
from cvlib.diagrams.residual import BLOCKS_SCALE, RESIDUAL_SCALE, residual_blocks, residual_network

__all__ = ["BLOCKS_SCALE", "RESIDUAL_SCALE", "TOWERS_SCALE", "canvas", "chip", "lrn_sign", "plate",
           "residual_blocks", "residual_network", "shortcut", "sum_sign", "towers", "wire"]
