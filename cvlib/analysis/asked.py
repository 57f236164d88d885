"""Of what a paper describes, how much each public training has."""
from collections.abc import Mapping
from dataclasses import dataclass

from cvlib.analysis.census import Census
from cvlib.analysis.claims import Claims

__all__ = ["Asked"]

UNKNOWN = {"the light": "pca_colour", "the start": "init"}  # "?" there is: not read


@dataclass(frozen=True)
class Asked:
    """``has``: by repository, of each thing asked for True, False, or None where it was not read."""

    has: Mapping[str, Mapping[str, bool | None]]

    @classmethod
    def of(cls, census: Census) -> "Asked":
        """Of the trainings on all of ImageNet: two towers that exchange maps; LRN that can act, with k = 2;
        the light without a fault of units or order; the paper's start, and no other; ten views on
        ILSVRC-2012."""
        trained = census.where("result")
        kept = {name: {row["repo"] for row in trained.where(*questions).rows} for name, questions in {
            "two towers": ("towers_meet",), "LRN acts": ("lrn", "alive", "k_two"),
            "the light": ("colour_plausible",), "the start": ("paper_start",)}.items()}
        kept["ten views"] = {one.repo for one in Claims(census).all
                             if (one.views, one.year) == ("ten", "2012")}
        has = {}
        for row in trained.rows:
            unread = {name for name, column in UNKNOWN.items() if row[column].startswith("?")}
            has[row["repo"]] = {name: None if name in unread else row["repo"] in repositories
                                for name, repositories in kept.items()}
        return cls(dict(sorted(has.items(), key=lambda item: -_count(item[1]))))

    @property
    def things(self) -> list[str]:
        """What is asked for."""
        return list(next(iter(self.has.values())))

    def numbers(self) -> dict[str, int]:
        """``trainings``, of how many each thing is known to be there (spaces as "_"), ``all`` those that have
        everything, and ``most`` the greatest number of things that one has."""
        counts = {thing.replace(" ", "_"): sum(row[thing] is True for row in self.has.values())
                  for thing in self.things}
        most = max(_count(row) for row in self.has.values())
        return counts | {"trainings": len(self.has), "most": most, "things": len(self.things),
                         "all": sum(_count(row) == len(self.things) for row in self.has.values())}


def _count(row: Mapping[str, bool | None]) -> int:
    return sum(value is True for value in row.values())
