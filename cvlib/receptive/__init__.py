"""Receptive fields: which pixels a unit can see, by arithmetic and by trying.

The arithmetic is that of Araujo, Norris and Sim (Distill, 2019): a layer of kernel k and stride s widens the
field by (k - 1) times the distance between its inputs, and multiplies that distance by s. Where branches
join, a unit sees what any of them sees.
"""
from cvlib.receptive.computed import Field, receptive_fields
from cvlib.receptive.measured import measured_field

__all__ = ["Field", "measured_field", "receptive_fields"]
