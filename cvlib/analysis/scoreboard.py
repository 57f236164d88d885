"""Which of the four networks has been run on Intel scenes, how, and with what scores."""
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan

from cvlib.analysis.printed import Printed
from cvlib.metrics import ClassificationScores, classification_scores
from cvlib.stats import mean_interval

__all__ = ["FAMILIES", "KINDS", "Entry", "Scoreboard"]

FAMILIES = {"alexnet": "AlexNet", "vgg": "VGG", "resnet": "ResNet", "convnext": "ConvNeXt"}
KINDS = {  # the second word of a recipe's name -> what the page calls such runs
    "report": "the report's recipe", "full": "whole network, 64 px", "common": "small, one recipe",
    "era": "small, own recipe",
}
SINGLE = {"intel": "whole, its paper's recipe"}  # not of every family: a row only where it has run
NAME = re.compile(rf"({'|'.join(FAMILIES)})_({'|'.join(KINDS | SINGLE)})(?:\+(.+))?")


@dataclass(frozen=True)
class Entry:
    """The seeds of one recipe, scored on the same test pictures; empty where nobody has run it."""

    records: Sequence = ()

    @cached_property
    def scores(self) -> list[ClassificationScores]:
        """Of each record, from its own predictions."""
        return [classification_scores(record.labels, record.predictions, len(record.data["classes"]))
                for record in self.records]

    @property
    def accuracies(self) -> list[float]:
        """Of each record, in per cent."""
        return [100 * scores.accuracy for scores in self.scores]

    def mean(self, score: str = "accuracy") -> float:
        """The mean over the seeds of a score, by its name in ClassificationScores, in per cent; NaN where
        there is none."""
        values = [100 * getattr(scores, score) for scores in self.scores]
        return sum(values) / len(values) if values else nan

    @property
    def interval(self) -> tuple[float, float]:
        """Of the accuracy, in per cent: of one run Wilson's for other pictures, of several Student's for
        their mean."""
        if len(self.records) > 1:
            return mean_interval(self.accuracies)[1:]
        low, high = self.records[0].scores["test"]["accuracy_interval"] if self.records else (nan, nan)
        return 100 * low, 100 * high


@dataclass(frozen=True)
class Scoreboard:
    """``quoted`` rows of the report's table, by family, and ``records`` of runs on the same photographs.

    A record has its place by its recipe's name: `vgg_report`, `vgg_full`, `vgg_common` or `vgg_era`. With a +
    and a change behind it, as in `alexnet_report+image_size=96`, it stands beside, as does `alexnet_intel`.
    Others are passed over, as are those on other data.
    """

    quoted: Mapping[str, Printed]
    records: Sequence

    @cached_property
    def places(self) -> dict[tuple[str, str, str], Entry]:
        """What there is, by family, kind and change ("" for none)."""
        found: dict[tuple[str, str, str], list] = {}
        for record in self.records:
            match = NAME.fullmatch(record.recipe["name"])
            if match and record.data["name"] == "intel":
                family, kind, change = match.groups(default="")
                found.setdefault((family, kind, change), []).append(record)
        return {place: Entry(records) for place, records in sorted(found.items())}

    def entry(self, family: str, kind: str) -> Entry:
        """The seeds of that recipe as it stands."""
        return self.places.get((family, kind, ""), Entry())

    def lines(self, family: str) -> list[tuple[str, str, float, float, float, list[float]]]:
        """A family's rows for `cvlib.plot.scoreboard`: name, how we know, mean, the ends of its interval, and
        the runs where there are several; per cent."""
        lines = [("the report", "quoted", self.quoted[family].accuracy, nan, nan, [])]
        for kind, label in (KINDS | SINGLE).items():
            if kind in KINDS or self.entry(family, kind).records:
                lines.append(_line(label, self.entry(family, kind)))
            lines += [_line(f"{label}, {_said(change)}", entry)
                      for (one, other, change), entry in self.places.items()
                      if (one, other) == (family, kind) and change]
        return lines

    @property
    def shared(self) -> str | None:
        """The kind that has been run most often of all four, and so may be compared; None where there is
        none."""
        runs = {kind: min(len(self.entry(one, kind).records) for one in FAMILIES) for kind in KINDS}
        most = max(runs, key=runs.get)
        return most if runs[most] else None

    def order(self, kind: str) -> str:
        """The families by their mean accuracy, best first: "AlexNet 81.8, ..."; "not run yet" for a kind that
        not all four have."""
        means = {name: self.entry(family, kind).mean() for family, name in FAMILIES.items()}
        if any(mean != mean for mean in means.values()):
            return "not run yet"
        return ", ".join(f"{name} {means[name]:.1f}" for name in sorted(means, key=means.get, reverse=True))

    def numbers(self) -> dict[str, float | int | str]:
        """``measured`` and ``missing`` of the ``planned`` rows, and the ``runs`` behind them; what the
        ``shared`` kind is called, or "none"; of each kind ``<kind>_order``, and of each family and kind
        ``<family>_<kind>``: "81.8 %" or "not run yet"."""
        entries = {(family, kind): self.entry(family, kind) for family in FAMILIES for kind in KINDS}
        measured = [entry for entry in entries.values() if entry.records]
        numbers = {"planned": len(entries), "measured": len(measured),
                   "missing": len(entries) - len(measured),
                   "runs": sum(len(entry.records) for entry in self.places.values()),
                   "shared": KINDS.get(self.shared, "none")}
        numbers |= {f"{kind}_order": self.order(kind) for kind in KINDS}
        return numbers | {f"{family}_{kind}": f"{entry.mean():.1f} %" if entry.records else "not run yet"
                          for (family, kind), entry in entries.items()}


def _line(name: str, entry: Entry) -> tuple[str, str, float, float, float, list[float]]:
    several = entry.accuracies if len(entry.records) > 1 else []
    return name, "measured" if entry.records else "not run", entry.mean(), *entry.interval, several


def _said(change: str) -> str:
    """ "image_size=96" and "epochs=8" as the page says them."""
    return re.sub(r"^epochs=(\d+)$", r"\1 epochs", re.sub(r"^image_size=(\d+)$", r"\1 px", change))
