"""What goes on inside a network."""
from cvlib.probe.activations import capture_activations, moved_by_pictures
from cvlib.probe.divisors import lrn_divisors, lrn_measures
from cvlib.probe.first import first_convolution
from cvlib.probe.hidden import occlusion
from cvlib.probe.masks import masked_answers
from cvlib.probe.nearest import Neighbours, neighbours
from cvlib.probe.steps import Signal, signals

__all__ = ["Neighbours", "Signal", "capture_activations", "first_convolution", "lrn_divisors",
           "lrn_measures", "masked_answers", "moved_by_pictures", "neighbours", "occlusion", "signals"]
