"""Drawings of networks in one alphabet."""
from cvlib.diagrams.alexnet import TOWERS_SCALE, towers
<<<<<<< HEAD
from cvlib.diagrams.alphabet import canvas, lrn_sign, plate, wire
from cvlib.diagrams.vgg import COLUMNS_SCALE, columns

__all__ = ["COLUMNS_SCALE", "TOWERS_SCALE", "canvas", "columns", "lrn_sign", "plate", "towers", "wire"]
=======
from cvlib.diagrams.alphabet import canvas, chip, lrn_sign, plate, shortcut, sum_sign, wire
from cvlib.diagrams.chips import CHIPS_SCALE, Chip, blocks, chips_of
from cvlib.diagrams.residual import BLOCKS_SCALE, RESIDUAL_SCALE, residual_blocks, residual_network
from cvlib.diagrams.stages import BESIDE_SCALE, PYRAMID_SCALE, beside, pyramid

__all__ = ["BESIDE_SCALE", "BLOCKS_SCALE", "CHIPS_SCALE", "PYRAMID_SCALE", "RESIDUAL_SCALE", "TOWERS_SCALE",
           "Chip", "beside", "blocks", "canvas", "chip", "chips_of", "lrn_sign", "plate", "pyramid",
           "residual_blocks", "residual_network", "shortcut", "sum_sign", "towers", "wire"]
>>>>>>> main
