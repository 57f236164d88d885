"""Drawings of networks in one alphabet."""
from cvlib.diagrams.alexnet import TOWERS_SCALE, towers
from cvlib.diagrams.alphabet import canvas, chip, lrn_sign, plate, shortcut, sum_sign, wire
from cvlib.diagrams.chips import CHIPS_SCALE, Chip, blocks, chips_of
from cvlib.diagrams.residual import BLOCKS_SCALE, RESIDUAL_SCALE, residual_blocks, residual_network
from cvlib.diagrams.stages import BESIDE_SCALE, PYRAMID_SCALE, beside, pyramid
from cvlib.diagrams.vgg import COLUMNS_SCALE, columns

__all__ = ["BESIDE_SCALE", "BLOCKS_SCALE", "CHIPS_SCALE", "COLUMNS_SCALE", "PYRAMID_SCALE", "RESIDUAL_SCALE",
           "TOWERS_SCALE", "Chip", "beside", "blocks", "canvas", "chip", "chips_of", "columns", "lrn_sign",
           "plate", "pyramid",
           "residual_blocks", "residual_network", "shortcut", "sum_sign", "towers", "wire"]
