"""The student report's two tables, and what it prints of Intel scenes held against its own formulas."""
from dataclasses import dataclass
from math import floor

__all__ = ["PICTURES", "REPORT_IMAGENET", "REPORT_INTEL", "Printed", "ReportTable"]

PICTURES = 3000  # that it was scored on
HALF = 0.005  # of a unit in the last digit that it prints


@dataclass(frozen=True)
class Printed:
    """A row of its table of Intel scenes, in per cent."""

    accuracy: float
    precision: float
    recall: float
    f1: float

    @property
    def f1_of_macros(self) -> float:
        """What the formula in its text gives: the harmonic mean of macro precision and macro recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def could_be_the_text_s(self) -> bool:
        """Whether the printed F1 can be that formula's, with all three numbers rounded to two digits."""
        return abs(self.f1_of_macros - self.f1) <= 2 * HALF

    def right(self, pictures: int = PICTURES) -> int | None:
        """How many of ``pictures`` it had right; None where no whole number of them, rounded to two digits of
        a per cent, is the printed accuracy."""
        count = floor(self.accuracy / 100 * pictures + 0.5)
        return count if abs(100 * count / pictures - self.accuracy) <= HALF else None


REPORT_IMAGENET = {  # top-1 and top-5 on ImageNet's validation set, per cent
    "alexnet": (41.81, 65.54), "vgg": (56.27, 78.52), "resnet": (69.56, 87.07), "convnext": (80.28, 94.81),
}
REPORT_INTEL = {
    "alexnet": Printed(88.33, 88.57, 88.41, 88.42), "vgg": Printed(90.17, 90.85, 90.30, 90.35),
    "resnet": Printed(89.23, 89.52, 89.33, 89.39), "convnext": Printed(88.36, 88.50, 88.54, 88.48),
}


@dataclass(frozen=True)
class ReportTable:
    """All rows of such a table, by family."""

    rows: dict[str, Printed]

    def numbers(self) -> dict[str, float | int | str]:
        """Of each family ``<family>_text_f1``, the F1 that the report's formula gives, and
        ``<family>_right``, how many photographs it had right, or "none". ``text`` is how many rows print what
        the formula gives, ``above`` in how many the formula gives more; ``least`` and ``most`` by how many
        points. ``rows``, ``pictures``."""
        apart = [row.f1_of_macros - row.f1 for row in self.rows.values()]
        numbers = {"rows": len(self.rows), "pictures": f"{PICTURES:,}",
                   "text": sum(row.could_be_the_text_s for row in self.rows.values()),
                   "above": sum(one > 0 for one in apart), "least": min(apart), "most": max(apart)}
        for family, row in self.rows.items():
            right = row.right()
            numbers |= {f"{family}_text_f1": row.f1_of_macros,
                        f"{family}_right": "none" if right is None else f"{right:,}"}
        return numbers
