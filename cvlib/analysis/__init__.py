"""What a chapter says about records and networks: small objects with ``.numbers()`` for the page's text."""
from cvlib.analysis.ablation import Ablation
from cvlib.analysis.answers import Answers
from cvlib.analysis.asked import Asked
from cvlib.analysis.audit import Audit
from cvlib.analysis.averaged import PAPER_AVERAGES, Averaged
from cvlib.analysis.by_class import ByClass
from cvlib.analysis.calibration import Calibration
from cvlib.analysis.census import Census
from cvlib.analysis.claims import Claim, Claims
from cvlib.analysis.colours import ColourRule, colour_shares
from cvlib.analysis.consistency import Consistency
from cvlib.analysis.corners import Corners
from cvlib.analysis.counted import alexnets
from cvlib.analysis.coverage import Coverage
from cvlib.analysis.degradation import Degradation
from cvlib.analysis.departures import Departures
from cvlib.analysis.directions import Directions
from cvlib.analysis.divisors import Divisors
from cvlib.analysis.effort import Effort
from cvlib.analysis.examples import Examples
from cvlib.analysis.exchange import Exchange
from cvlib.analysis.firststeps import FirstSteps
from cvlib.analysis.flow import Flow
from cvlib.analysis.forecast import IMAGENET_TRAIN, Forecast
from cvlib.analysis.inert import INERT, InertCheck, divisor_change, scaled
from cvlib.analysis.ladder import Ladder
from cvlib.analysis.levels import Levels
from cvlib.analysis.lineage import Lineage
from cvlib.analysis.lineup import Lineup
from cvlib.analysis.logs import LOGS, SourceLogs
from cvlib.analysis.mapped import MapsAgree
from cvlib.analysis.masked import Masked
from cvlib.analysis.missing import Missing
from cvlib.analysis.mistakes import Mistakes
from cvlib.analysis.neurons import Neurons
from cvlib.analysis.occluded import Occluded
from cvlib.analysis.options import ShortcutOptions
from cvlib.analysis.pace import Pace
from cvlib.analysis.parts import MEASURES, PAPER
from cvlib.analysis.printed import REPORT_IMAGENET, REPORT_INTEL, Printed, ReportTable
from cvlib.analysis.published import PUBLISHED, Published
from cvlib.analysis.ratecut import RateCut
from cvlib.analysis.recurring import Recurring
from cvlib.analysis.removal import Removal
from cvlib.analysis.reported import Reported
from cvlib.analysis.retrieved import Retrieved
from cvlib.analysis.rivals import Rivals
from cvlib.analysis.road import TABLE_10, Road
from cvlib.analysis.saturation import Saturation
from cvlib.analysis.scoreboard import FAMILIES, Scoreboard
from cvlib.analysis.seeds import Seeds
from cvlib.analysis.selectivities import Selectivities
from cvlib.analysis.selectivity import Selectivity, colour_share
from cvlib.analysis.sharedstarts import SharedStarts
from cvlib.analysis.shares import Shares
from cvlib.analysis.sides import Sides
from cvlib.analysis.signature import Signature
from cvlib.analysis.single_runs import Repeats, SingleRuns
from cvlib.analysis.singles import Singles
from cvlib.analysis.spreads import Spreads
from cvlib.analysis.starts import Starts
from cvlib.analysis.suspects import Suspects
from cvlib.analysis.symmetry import Confused, Symmetry
from cvlib.analysis.timed import Timed
from cvlib.analysis.together import SharedErrors, independent
from cvlib.analysis.told import contrasts, effect_rows
from cvlib.analysis.tuning import Tuning, coherence, stripe_angles, wavelengths
from cvlib.analysis.tunings import Tunings
from cvlib.analysis.twice_printed import TwicePrinted
from cvlib.analysis.variants import Variants
from cvlib.analysis.verdicts import LabelVerdicts, PairVerdicts
from cvlib.analysis.versus import Versus
from cvlib.analysis.walk import Walk
from cvlib.analysis.without import Shift, Without

__all__ = ["FAMILIES", "IMAGENET_TRAIN", "INERT", "LOGS", "MEASURES", "PAPER", "PAPER_AVERAGES",
           "PUBLISHED", "REPORT_IMAGENET", "REPORT_INTEL", "TABLE_10", "Ablation", "Answers", "Asked",
           "Audit", "Averaged", "ByClass", "Calibration", "Census", "Claim", "Claims", "ColourRule",
           "Confused", "Consistency", "Corners", "Coverage", "Degradation", "Departures", "Directions",
           "Divisors", "Effort", "Examples", "Exchange", "FirstSteps", "Flow", "Forecast", "InertCheck",
           "LabelVerdicts", "Ladder", "Levels", "Lineage", "Lineup", "MapsAgree", "Masked", "Missing",
           "Mistakes", "Neurons", "Occluded", "Pace", "PairVerdicts", "Printed", "Published", "RateCut",
           "Recurring", "Removal", "Repeats", "ReportTable", "Reported", "Retrieved", "Rivals", "Road",
           "Saturation", "Scoreboard", "Seeds", "Selectivities", "Selectivity", "SharedErrors",
           "SharedStarts", "Shares", "Shift", "ShortcutOptions", "Sides", "Signature", "SingleRuns",
           "Singles", "SourceLogs", "Spreads", "Starts", "Suspects", "Symmetry", "Timed", "Tuning", "Tunings",
           "TwicePrinted", "Variants", "Versus", "Walk", "Without", "alexnets", "coherence", "colour_share",
           "colour_shares", "contrasts", "divisor_change", "effect_rows", "independent", "scaled",
           "stripe_angles", "wavelengths"]
