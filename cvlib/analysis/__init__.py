"""What a chapter says about records and networks: small objects with ``.numbers()`` for the page's text."""
from cvlib.analysis.answers import Answers
from cvlib.analysis.calibration import Calibration
from cvlib.analysis.colours import ColourRule, colour_shares
from cvlib.analysis.coverage import Coverage
from cvlib.analysis.divisors import Divisors
from cvlib.analysis.mistakes import Mistakes
from cvlib.analysis.neurons import Neurons
from cvlib.analysis.saturation import Saturation
from cvlib.analysis.seeds import Seeds
from cvlib.analysis.shares import Shares
from cvlib.analysis.timed import Timed
from cvlib.analysis.versus import Versus

__all__ = ["Answers", "Calibration", "ColourRule", "Coverage", "Divisors", "Mistakes", "Neurons",
           "Saturation", "Seeds", "Shares", "Timed", "Versus", "colour_shares"]
