"""What public AlexNets say that they got on all of ImageNet."""
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cvlib.analysis.census import Census

__all__ = ["Claim", "Claims"]

NUMBER = r"(\d+(?:\.\d+)?)"
PAIR = re.compile(f"{NUMBER} / {NUMBER}")
VIEWS = {"ten": "ten-crop|ten-patch", "five": "5 random crops",
         "one": "centre crop|single crop|one squashed"}
NORMS = {"LRN alive": "alive", "LRN inert": "inert", "BatchNorm": "batch_norm", "no norm": "no_norm"}


@dataclass(frozen=True)
class Claim:
    """Errors in per cent, None where not given; ``again`` are further pairs that the repository prints, for
    a longer training or borrowed weights. ``views`` is ten, five, one or not said, ``year`` the ILSVRC's."""

    repo: str
    commit: str
    framework: str
    norm: str
    year: str
    views: str
    top1: float | None
    top5: float | None
    again: tuple[tuple[float, float], ...]
    where: str


@dataclass(frozen=True)
class Claims:
    """The results of a census that come from a training of the repository's own on all of ImageNet."""

    census: Census

    @property
    def all(self) -> list[Claim]:
        """Every claim, by views, then by top-1 error."""
        found = [claim(row, norm) for norm, question in NORMS.items()
                 for row in self.census.where("result", question).rows]
        order = [*VIEWS, "not said"]
        return sorted(found, key=lambda one: (one.year, order.index(one.views), one.top1 or 99))

    def errors(self, norm: str, *views: str, year: str = "2012") -> list[float]:
        """Top-1 errors of one kind of network by these ways of asking, smallest first."""
        return sorted(one.top1 for one in self.all if one.top1 is not None and one.views in views
                      and (one.norm, one.year) == (norm, year))

    def groups(self) -> list[tuple[str, list[tuple[str, list[float]]]]]:
        """Top-1 errors on ILSVRC-2012 in two groups, (title, rows of a kind and its errors): by one view, or
        where the views are not said, and by ten."""
        asked = {"one view, or not said": ("one", "not said"), "ten views": ("ten",)}
        return [(title, [(norm, errors) for norm in NORMS if (errors := self.errors(norm, *views))])
                for title, views in asked.items()]

    def numbers(self) -> dict[str, float | int]:
        """``count``; and on ILSVRC-2012 by one view, or where the views are not said, for each kind with
        results ``<kind>_count``, ``_least`` and ``_most``: top-1 errors in per cent. ``not_said`` is how
        many do not say, ``<kind>_ten`` the least top-1 error by ten views."""
        silent = [one for one in self.all if one.views == "not said"]
        numbers: dict[str, float | int] = {"count": len(self.all), "not_said": len(silent)}
        for norm in NORMS:
            errors, name = self.errors(norm, "one", "not said"), norm.lower().replace(" ", "_")
            numbers[f"{name}_count"] = len(errors)
            numbers |= {f"{name}_least": errors[0], f"{name}_most": errors[-1]} if errors else {}
            numbers |= {f"{name}_ten": ten[0]} if (ten := self.errors(norm, "ten")) else {}
        return numbers


def claim(row: Mapping[str, str], norm: str) -> Claim:
    """A row's claim as errors. Raises ValueError where its text holds no number."""
    text, place = row["claim"], row["claim_place_and_views"]
    said = [tuple(map(float, pair)) for pair in PAIR.findall(text)]
    if text.startswith("accuracy"):
        said = [(round(100 - first, 3), round(100 - fifth, 3)) for first, fifth in said]
    if not said:
        said = [_single(text)]
    views = next((name for name, pattern in VIEWS.items() if re.search(pattern, place)), "not said")
    (top1, top5), *again = said
    year = re.search(r"20\d\d", row["dataset"])[0]
    return Claim(row["repo"], row["commit"], row["framework"], norm, year, views, top1, top5, tuple(again),
                 place)


def _single(text: str) -> tuple[float | None, float | None]:
    """A claim of one number: "accuracy 58 top-1" or "top-5 accuracy 76 (error 24)"."""
    if match := re.match(f"accuracy {NUMBER} top-1", text):
        return 100 - float(match[1]), None
    if match := re.match(f"top-5 accuracy {NUMBER}", text):
        return None, 100 - float(match[1])
    raise ValueError(f"no error in the claim {text!r}")
