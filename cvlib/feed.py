"""What a run feeds its network: from data set and recipe to batches."""
from functools import cached_property

import torch
from torch import nn
from torch.utils.data import DataLoader

from cvlib.data import ColorPCA, Crops, Preprocess, describe, loader, normalise_of, open_source, preprocess_of
from cvlib.data.source import Source
from cvlib.data.splits import Splits
from cvlib.recipes import Lighting, Recipe

__all__ = ["Feed", "told"]


class Feed:
    """Batches of ``datasets`` as ``recipe`` and ``seed`` say, for a network on ``device``."""

    def __init__(self, recipe: Recipe, datasets: Splits, seed: int, device: torch.device):
        self.recipe, self.datasets, self.seed, self.device = recipe, datasets, seed, device
        self._sources: dict[str, Source] = {}

    @cached_property
    def data(self) -> dict:
        """Name, hash, classes and sizes of the data set, for the record."""
        return describe(self.datasets)

    @property
    def content(self) -> dict:
        """What of the data set decides a run."""
        return told(self.data)

    @cached_property
    def preprocess(self) -> Preprocess:
        """What happens to a picture before a crop is cut."""
        return preprocess_of(self.recipe)

    @cached_property
    def normalise(self) -> nn.Module:
        """As the training set's pixels say."""
        return normalise_of(self._source("train"))

    @cached_property
    def pca(self) -> ColorPCA | None:
        """The axes of the training set's colours, where the recipe lights along them."""
        lit = any(isinstance(value, Lighting) for value in self.recipe.augment)
        return ColorPCA.of(self._source("train").statistics) if lit else None

    def loader(self, split: str, *, views: int = 1, training: bool = False) -> DataLoader:
        """Batches of a split in its order, or for ``training`` shuffled and augmented.

        Raises OSError that lists the pictures which cannot be decoded.
        """
        crops = Crops(self.datasets[split], self._source(split), self.normalise, seed=self.seed, views=views,
                      augment=self.recipe.augment if training else (), pca=self.pca)
        crops.content = self.content
        return loader(crops, self.recipe.batch_size, shuffle=training, device=self.device)

    @property
    def source(self) -> str:
        """How the training pictures are read: "decoded" once, or "on the fly"."""
        return self._source("train").kind

    def _source(self, split: str) -> Source:
        """Opened once: what is on the disk may change while the run goes on."""
        if split not in self._sources:
            self._sources[split] = open_source(self.datasets[split], self.preprocess)
        return self._sources[split]


def told(data: dict) -> dict:
    """What of a record's ``data`` decides a run."""
    return {name: data[name] for name in ("name", "hash", "classes")}
