"""What was found, on disk: evidence.json to read, answers.npz to compute it again."""
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from cvlib.atomic import replaced
from cvlib.forensics.examination import Answers
from cvlib.forensics.suspect import HONEST
from cvlib.results import results_folder
from cvlib.stats import mean_interval

__all__ = ["Evidence", "Finding", "load_evidence"]

EVIDENCE, ANSWERS, SCHEMA = "evidence.json", "answers.npz", 1
REMEDY = "bring it back from where it came from, or delete the folder and run python -m cvlib.forensics again"


@dataclass(frozen=True)
class Finding:
    """One network as one suspect evaluates it: (N,) booleans, was it ``right``, was the right class ``among``
    the k best, and does the answer ``agree`` with that of the evaluation that ``against`` names."""

    network: str
    family: str
    suspect: str
    against: str
    right: np.ndarray
    among: np.ndarray
    agree: np.ndarray

    def summary(self, other: "Finding") -> dict:
        """For a table, as fractions; ``other`` is what it is compared with. ``difference`` is of accuracies,
        paired, with Student's 95 % interval over the pictures."""
        change = mean_interval(self.right.astype(int) - other.right)
        return {"network": self.network, "family": self.family, "suspect": self.suspect,
                "against": self.against, "n": len(self.right), "accuracy": float(self.right.mean()),
                "top": float(self.among.mean()), "difference": list(change),
                "agreement": float(self.agree.mean())}


@dataclass
class Evidence:
    """Findings on one set of pictures: ``about`` says which, and how they were asked; ``top`` is the k of
    "among the k best"."""

    about: dict
    top: int
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def add(self, network: str, family: str, answers: Mapping[str, Answers]) -> None:
        """Keep what `examine` gave of a network."""
        for name, said in answers.items():
            agree = said.best == answers[said.against].best
            self.findings[network, name] = Finding(network, family, name, said.against, said.right,
                                                   said.among, agree)

    @property
    def networks(self) -> list[str]:
        """In the order in which they were examined."""
        return list(dict.fromkeys(network for network, _ in self.findings))

    @property
    def suspects(self) -> list[str]:
        """In the order in which they were tried, the honest evaluations left out."""
        names = dict.fromkeys(name for _, name in self.findings)
        return [name for name in names if not name.startswith(HONEST.name)]

    def of_family(self, family: str, suspect: str) -> list[tuple[Finding, Finding]]:
        """(finding, what it is compared with) of each network of the family that the suspect was tried on."""
        return [(one, self.findings[one.network, one.against]) for one in self.findings.values()
                if (one.family, one.suspect) == (family, suspect)]

    def table(self) -> list[dict]:
        """A row for each finding, see `Finding.summary`."""
        return [one.summary(self.findings[one.network, one.against]) for one in self.findings.values()]

    def save(self, folder: Path) -> None:
        """Write both files, the answers first."""
        packed = {f"{one.network}/{one.suspect}": np.packbits([one.right, one.among, one.agree], axis=1)
                  for one in self.findings.values()}
        with replaced(folder / ANSWERS) as temporary, open(temporary, "wb") as file:
            np.savez_compressed(file, **packed)
        said = {"schema": SCHEMA, "about": self.about, "top": self.top, "findings": self.table()}
        with replaced(folder / EVIDENCE) as temporary:
            temporary.write_text(json.dumps(said, indent=1, allow_nan=False) + "\n")


def load_evidence(data: str | Path = "intel") -> Evidence:
    """Evidence by the name of the data under the results, or by its folder.

    Raises FileNotFoundError where there is none, ValueError that names a file which is cut or foreign.
    """
    folder = Path(data) if Path(data).is_dir() else results_folder() / "forensics" / str(data)
    path = folder / EVIDENCE
    if not path.is_file():
        raise FileNotFoundError(f"no evidence at {path}: python -m cvlib.forensics --data {data} leaves some")
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said["schema"] != SCHEMA:
            raise ValueError(f"schema {said['schema']}, and {SCHEMA} is read here")
        evidence = Evidence(said["about"], said["top"])
        with np.load(folder / ANSWERS) as packed:
            for row in said["findings"]:
                bits = np.unpackbits(packed[f"{row['network']}/{row['suspect']}"], axis=1, count=row["n"])
                finding = Finding(*(row[name] for name in ("network", "family", "suspect", "against")),
                                  *bits.astype(bool))
                evidence.findings[finding.network, finding.suspect] = finding
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"{folder} holds no evidence that can be read ({error}): {REMEDY}") from error
    return evidence
