"""Pictures that networks name wrongly: by file, and as pictures where the reader has them."""
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cvlib.analysis.mistakes import Mistakes

__all__ = ["Examples"]


@dataclass(frozen=True)
class Examples:
    """The ``count`` surest of the mistakes that all ``records`` make alike; ``files`` are those of their
    pictures, in the order of the answers; ``pairs`` the confusions asked for, (true, said), any where None.

    Raises ValueError where there is not a file for each answer.
    """

    records: Sequence
    files: Sequence[str]
    count: int = 6
    pairs: Sequence[tuple[str, str]] | None = None

    def __post_init__(self):
        if len(self.files) != len(self.records[0].labels):
            raise ValueError(f"{len(self.files):,} files for {len(self.records[0].labels):,} answers")

    @cached_property
    def mistakes(self) -> Mistakes:
        """What the records say."""
        return Mistakes(self.records)

    def names(self, picture: int) -> tuple[str, str]:
        """The true class of a picture, and what the first record said."""
        classes = self.mistakes.classes
        return classes[self.mistakes.labels[picture]], classes[self.mistakes.predictions[0, picture]]

    @cached_property
    def chosen(self) -> np.ndarray:
        """Their places in ``files``, the surest first."""
        surest = self.mistakes.surest(len(self.files))
        kept = [i for i in surest if self.pairs is None or self.names(i) in self.pairs]
        return np.array(kept[:self.count], dtype=int)

    def lines(self) -> list[str]:
        """A line a picture: its file, what it was called and the least sure record's probability."""
        wide = max((len(self.files[i]) for i in self.chosen), default=0)
        return [f"{self.files[i]:<{wide}}  said {self.names(i)[1]:<10}{self.mistakes.sure[i]:.2f}"
                for i in self.chosen]

    def pictures(self, dataset) -> tuple[list, list[str]]:
        """The pictures out of the reader's own ``dataset``, and a title for each, as `plot.pictures` takes
        them.

        Raises LookupError that names a file which the data set lacks.
        """
        places = {path: place for place, path in enumerate(dataset.paths)}
        missing = [self.files[i] for i in self.chosen if self.files[i] not in places]
        if missing:
            raise LookupError(f"{dataset.name} has no {missing[0]} and lacks {len(missing)} of "
                              f"{len(self.chosen)} files: it is another data set, or another copy of it")
        titles = [f"{true}\nsaid {said}" for true, said in map(self.names, self.chosen)]
        return [dataset.image(places[self.files[i]]) for i in self.chosen], titles
