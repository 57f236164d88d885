"""What a chapter says about records and networks: small objects with ``.numbers()`` for the page's text."""
from cvlib.analysis.answers import Answers
from cvlib.analysis.calibration import Calibration
from cvlib.analysis.census import Census
from cvlib.analysis.claims import Claim, Claims
from cvlib.analysis.colours import ColourRule, colour_shares
from cvlib.analysis.coverage import Coverage
from cvlib.analysis.degradation import Degradation
from cvlib.analysis.divisors import Divisors
from cvlib.analysis.effort import Effort
from cvlib.analysis.exchange import Exchange
from cvlib.analysis.firststeps import FirstSteps
from cvlib.analysis.flow import Flow
from cvlib.analysis.inert import INERT, InertCheck, divisor_change, scaled
from cvlib.analysis.ladder import Ladder
from cvlib.analysis.levels import Levels
from cvlib.analysis.lineup import Lineup
from cvlib.analysis.logs import LOGS, SourceLogs
from cvlib.analysis.missing import Missing
from cvlib.analysis.mistakes import Mistakes
from cvlib.analysis.neurons import Neurons
from cvlib.analysis.options import ShortcutOptions
from cvlib.analysis.road import TABLE_10, Road
from cvlib.analysis.saturation import Saturation
from cvlib.analysis.seeds import Seeds
from cvlib.analysis.selectivities import Selectivities
from cvlib.analysis.selectivity import Selectivity, colour_share
from cvlib.analysis.shares import Shares
from cvlib.analysis.sides import Sides
from cvlib.analysis.signature import Signature
from cvlib.analysis.spreads import Spreads
from cvlib.analysis.timed import Timed
from cvlib.analysis.variants import Variants
from cvlib.analysis.versus import Versus

__all__ = ["INERT", "LOGS", "TABLE_10", "Answers", "Calibration", "Census", "Claim", "Claims", "ColourRule",
           "Coverage", "Degradation", "Divisors", "Effort", "Exchange", "FirstSteps", "Flow", "InertCheck",
           "Ladder", "Levels", "Lineup", "Missing", "Mistakes", "Neurons", "Road", "Saturation", "Seeds",
           "Selectivities", "Selectivity", "Shares", "ShortcutOptions", "Sides", "Signature", "SourceLogs",
           "Spreads", "Timed", "Variants", "Versus", "colour_share", "colour_shares", "divisor_change",
           "scaled"]
