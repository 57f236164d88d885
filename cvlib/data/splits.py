"""The splits of one data set, read from one look at its tree."""
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from cvlib.data.images import ImageDataset
from cvlib.data.names import printable
from cvlib.data.places import DatasetLayoutError

__all__ = ["Splits", "UnknownSplit"]

SHOWN = 12  # classes that a message counts one by one


class UnknownSplit(ValueError, KeyError):  # noqa: N818
    """A split that the data set does not have; the message lists those it has."""

    def __str__(self) -> str:
        return self.args[0]


class Splits(Mapping[str, ImageDataset]):
    """``splits["train"]``, ``splits["val"]`` and what else there is, in that order.

    ``left_out`` are sentences about what was passed over, ``reasons`` say why a split is not there. Of a
    ``sample`` no split needs to hold every class. Asking for another split raises UnknownSplit (a ValueError
    and a KeyError), `check` DatasetLayoutError.
    """

    def __init__(self, parts: Mapping[str, ImageDataset], *, left_out: Sequence[str] = (),
                 reasons: Mapping[str, str] | None = None, sample: bool = False):
        self._parts, self.left_out, self.sample = dict(parts), list(left_out), sample
        self._reasons = dict(reasons or {})
        first = next(iter(self._parts.values()))
        self.name, self.classes = first.name, first.classes

    def __getitem__(self, split: str) -> ImageDataset:
        if split not in self._parts:
            reason = f": {self._reasons[split]}" if split in self._reasons else ""
            raise UnknownSplit(f"{self.name} has no split {split!r}{reason}; there are {', '.join(self)}")
        return self._parts[split]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)

    def check(self) -> None:
        """Raise DatasetLayoutError where train or val is missing, or a split lacks pictures of a class.

        It says how many each class has and what can be done. Splits by hash are counted, so pictures that
        nobody has looked at are decoded here.
        """
        missing = [f"no {split} ({self._reasons.get(split, 'not in this data set')})"
                   for split in ("train", "val") if split not in self]
        if missing:
            raise DatasetLayoutError(f"{printable(self.name)} cannot be trained on: {' and '.join(missing)}")
        most = len(self.classes)
        counts = {split: np.bincount(part.labels, minlength=most) for split, part in self.items()}
        empty = [split for split, count in counts.items() if not count.sum()]
        lacking = [k for k in range(most) if not all(count[k] for count in counts.values())]
        if empty or (lacking and not self.sample):
            raise DatasetLayoutError(_shortage(self, counts, empty, lacking))


def _shortage(splits: Splits, counts: dict[str, np.ndarray], empty: list[str],
              lacking: list[int]) -> str:
    what = (f"{' and '.join(empty)} would be empty" if empty
            else f"{len(lacking)} of {len(splits.classes)} classes would be missing from a split")
    table = [f"{printable(splits.classes[k])}: {', '.join(f'{counts[split][k]} {split}' for split in splits)}"
             for k in lacking[:SHOWN]]
    more = [f"and {len(lacking) - SHOWN} more classes"] if len(lacking) > SHOWN else []
    return "\n  ".join([
        f"{printable(splits.name)} cannot be trained on as it is: {what}", *table, *more,
    ]) + "\nWays out:\n  " + "\n  ".join([
        "more pictures of these classes (a hash of its pixels puts each where it belongs);",
        "choose yourself: folders train/, val/ and test/, every class with pictures in each;",
        "leave these classes out: take their folders away from every split.",
    ])
