"""All suspects side by side: whose losses have the pattern of the report's?"""
from collections.abc import Mapping
from dataclasses import dataclass

from cvlib.analysis.missing import FAMILIES, Missing
from cvlib.analysis.signature import Signature
from cvlib.stats import Interval

__all__ = ["Lineup"]


@dataclass(frozen=True)
class Lineup:
    """The `Signature` of every suspect, by name."""

    signatures: Mapping[str, Signature]
    networks: int = 0

    @classmethod
    def of(cls, evidence, says: Mapping[str, str]) -> "Lineup":
        """From `cvlib.forensics.Evidence` of networks of all four families; ``says`` has the suspects in
        words, and those that it lacks are left out."""
        found = {}
        for suspect in (name for name in evidence.suspects if name in says):
            pairs = {family: evidence.of_family(family, suspect) for family in FAMILIES}
            before, after = ({family: [pair[which].right for pair in several]
                              for family, several in pairs.items()} for which in (1, 0))
            found[suspect] = Signature(says[suspect], before, after)
        return cls(found, len(evidence.networks))

    def ranked(self) -> list[tuple[str, Signature, Interval]]:
        """(name, signature, misfit), the best fit first."""
        rows = [(name, one, one.misfit()) for name, one in self.signatures.items()]
        return sorted(rows, key=lambda row: row[2].mean)

    def table(self) -> str:
        """A line a suspect: points lost by each family, misfit, size."""
        head = "".join(f"{name:>10}" for name in FAMILIES.values())
        lines = [f"{'':<15}{head}{'misfit':>8}{'size':>6}"]
        for name, one, fit in self.ranked():
            lost = "".join(f"{-points:>10.1f}" for points in one.points.values())
            lines.append(f"{name:<15}{lost}{fit.mean:>8.2f}{one.size:>6.1f}")
        return "\n".join(lines).replace("-", "−")

    def numbers(self) -> dict[str, float | int | str]:
        """``suspects``, ``networks`` and ``n`` pictures; how many suspects are ``better`` than equal losses
        for all by the whole of their interval, and how many have ConvNeXt lose ``least`` in more than 95 % of
        the draws; of the ``first`` (in words) its ``misfit``, ``low`` and ``high``, and its ``size``; of each
        suspect by name its ``_misfit`` and the points lost by each family, ``<suspect>_<family>``."""
        rows, equal = self.ranked(), Missing().numbers()["equal"]
        name, one, fit = rows[0]
        told = {"suspects": len(rows), "networks": self.networks, "n": one.n,
                "better": sum(row[2].high < equal for row in rows),
                "least": sum(row[1].least() > 0.95 for row in rows),
                "first": one.says, "misfit": fit.mean, "low": fit.low, "high": fit.high, "size": one.size}
        for name, one, fit in rows:
            told |= {f"{name}_misfit": fit.mean}
            told |= {f"{name}_{family}": points for family, points in one.points.items()}
        return told
