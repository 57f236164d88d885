"""What a chapter says about records and networks: small objects with ``.numbers()`` for the page's text."""
from cvlib.analysis.answers import Answers
from cvlib.analysis.calibration import Calibration
from cvlib.analysis.census import Census
from cvlib.analysis.colours import ColourRule, colour_shares
from cvlib.analysis.coverage import Coverage
from cvlib.analysis.divisors import Divisors
from cvlib.analysis.firststeps import FirstSteps
from cvlib.analysis.mistakes import Mistakes
from cvlib.analysis.seeds import Seeds
from cvlib.analysis.shares import Shares
from cvlib.analysis.sides import Sides
from cvlib.analysis.variants import Variants
from cvlib.analysis.versus import Versus

__all__ = ["Answers", "Calibration", "Census", "ColourRule", "Coverage", "Divisors", "FirstSteps", "Mistakes",
           "Seeds", "Shares", "Sides", "Variants", "Versus", "colour_shares"]
