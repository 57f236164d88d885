"""Where did the points go? The known ways to evaluate a network wrongly, measured on one's own."""
from cvlib.forensics.evidence import Evidence, Finding, load_evidence
from cvlib.forensics.examination import Answers, examine
from cvlib.forensics.network import other_weights
from cvlib.forensics.suspect import HONEST, Suspect, together
from cvlib.forensics.suspects import SUSPECTS, named
from cvlib.forensics.witnesses import TORCHVISION, family_of, torchvision_witness

__all__ = ["HONEST", "SUSPECTS", "TORCHVISION", "Answers", "Evidence", "Finding", "Suspect", "examine",
           "family_of", "load_evidence", "named", "other_weights", "together", "torchvision_witness"]
