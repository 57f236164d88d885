"""Drawn pictures with Intel's six class names, for when there are no photographs."""
from cvlib.scenes.drawing import CLASSES, EDITION, PAINTERS, PARTS, SIZES, draw, label_of

__all__ = ["CLASSES", "EDITION", "PAINTERS", "PARTS", "SIZES", "draw", "label_of"]
