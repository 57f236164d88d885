"""What the audit of a data set found, and what an eye said of it."""
import csv
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scipy.cluster.hierarchy import DisjointSet

from cvlib.analysis.verdicts import LabelVerdicts, PairVerdicts
from cvlib.results import results_folder

__all__ = ["Audit"]


@dataclass(frozen=True)
class Audit:
    """The JSON that `cvlib.audit` writes, and the verdicts on pairs and labels that lie beside it."""

    found: Mapping
    pairs: PairVerdicts
    labels: LabelVerdicts

    @classmethod
    def load(cls, name: str = "intel", folder: str | Path | None = None) -> "Audit":
        """The committed one, or that in ``folder``; raises FileNotFoundError where there is none."""
        folder = Path(folder) if folder else results_folder() / "audit"
        path = folder / f"{name}.json"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is not there: python -m cvlib.audit {name} --out {folder}")
        return cls(json.loads(path.read_text(encoding="utf-8")),
                   PairVerdicts(_rows(folder / f"{name}-pairs.csv")),
                   LabelVerdicts(_rows(folder / f"{name}-labels.csv")))

    def known(self, path: str) -> Mapping:
        """Class, size, hashes and the like of a picture that a finding names."""
        return self.found["involved"][path]

    @cached_property
    def two_labels(self) -> list[list[str]]:
        """The groups of identical pictures that carry more than one label."""
        return [group for group in self.found["equal_pixels"]
                if len({self.known(path)["class"] for path in group}) > 1]

    @cached_property
    def near(self) -> list[tuple[str, str]]:
        """Pairs that are one photograph or one series: within the threshold unless the eye said no, and
        beyond it where the eye said yes."""
        said, threshold = self.pairs.alike(), self.found["threshold"]
        return [(a, b) for a, b, bits in self.found["near"] if said.get(frozenset((a, b)), bits <= threshold)]

    @cached_property
    def families(self) -> list[set[str]]:
        """Pictures held together by identical pixels or by `near`, a set each, the largest first (of equal
        ones, the first by name)."""
        joined = DisjointSet(self.found["involved"])
        for first, *others in (*self.found["equal_pixels"], *self.near):
            for other in others:
                joined.merge(first, other)
        families = [family for family in joined.subsets() if len(family) > 1]
        return sorted(families, key=lambda family: (-len(family), min(family)))

    @cached_property
    def copied(self) -> set[str]:
        """Test pictures whose very pixels are in train."""
        return {path for group in self.found["equal_pixels"] for path in self._leaks(group)}

    @cached_property
    def leaked(self) -> set[str]:
        """Test pictures of which train holds a copy, another version, or another shot of the series."""
        return {path for family in self.families for path in self._leaks(family)}

    def _leaks(self, family: Collection[str]) -> set[str]:
        tested = {path for path in family if self.known(path)["test"]}
        return tested if len(tested) < len(family) else set()

    @cached_property
    def disputed(self) -> set[str]:
        """Pictures with two labels, and those whose label the eye took for wrong or for one of two."""
        return {path for group in self.two_labels for path in group} | self.labels.faulty

    @cached_property
    def tested(self) -> set[str]:
        """Those of the pictures that are named anywhere which are in the test set."""
        return {path for path, known in self.found["involved"].items() if known["test"]} | self.labels.tested

    def in_test(self, paths: Collection[str]) -> set[str]:
        """Those of ``paths`` that are in the test set, as a record's file list calls them: <class>/<file>."""
        return {"/".join(path.split("/")[-2:]) for path in paths if path in self.tested}

    def numbers(self) -> dict[str, float | int | str]:
        """Pictures: ``pictures``, ``train``, ``test``, ``broken``, ``odd`` in size, the ``shortest`` side.

        Identical: groups by bytes, ``files``, and by pixels, ``groups``, with ``two_labels`` and with the
        ``same_label``; ``copied`` test pictures, ``copied_otherwise`` of them with another label in train.
        Alike: ``within`` pairs within the ``threshold``, ``near`` pairs after the eye, ``near_labels`` with
        two labels, ``families`` with ``members`` pictures, ``largest`` of them; ``leaked`` test pictures,
        ``leaked_share`` per cent of all. ``disputed`` pictures, ``disputed_test`` in the test set. And what
        the verdicts' ``numbers`` say."""
        sides = [min(self.known(path)["size"]) for path in self.found["odd_sizes"]]
        counts = self.found["pictures"]
        return {
            "pictures": f"{sum(counts.values()):,}", "train": f"{counts['train']:,}",
            "test": f"{counts['test']:,}", "broken": len(self.found["broken"]), "odd": len(sides),
            "shortest": min(sides, default=0), **self._copies(), **self._alike(),
            "disputed": len(self.disputed), "disputed_test": len(self.disputed & self.tested),
            **self.pairs.numbers(self.found["threshold"]), **self.labels.numbers(),
        }

    def _copies(self) -> dict[str, int]:
        groups = self.found["equal_pixels"]
        return {"files": len(self.found["equal_files"]), "groups": len(groups),
                "two_labels": len(self.two_labels), "same_label": len(groups) - len(self.two_labels),
                "copied": len(self.copied),
                "copied_otherwise": sum(len(self._leaks(group)) for group in self.two_labels)}

    def _alike(self) -> dict[str, float | int]:
        threshold, sizes = self.found["threshold"], [len(family) for family in self.families]
        return {"threshold": threshold, "within": sum(bits <= threshold for *_, bits in self.found["near"]),
                "near": len(self.near), "families": len(sizes), "members": sum(sizes),
                "largest": max(sizes, default=0), "leaked": len(self.leaked),
                "near_labels": sum(self.known(a)["class"] != self.known(b)["class"] for a, b in self.near),
                "leaked_share": 100 * len(self.leaked) / max(self.found["pictures"]["test"], 1)}


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
