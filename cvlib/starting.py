"""The network that a recipe names, before the first step of its training."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from cvlib import models
from cvlib.recipes import Recipe
from cvlib.weights import create_model, has_classes, origin

__all__ = ["Start"]


@dataclass(frozen=True)
class Start:
    """The network of ``recipe`` for ``classes``, as ``seed`` and the recipe's weights start it."""

    recipe: Recipe
    classes: Sequence[str]
    seed: int

    @classmethod
    def of(cls, record: Any) -> "Start":
        """That of a run, by its record: the run's network as it was before training, to the last digits of a
        float on another processor. Raises ValueError for a recipe that is no longer known."""
        return cls(Recipe.from_dict(record.recipe), record.data["classes"], record.seed)

    @property
    def options(self) -> dict[str, Any]:
        """What its builder is given: the classes and, where it asks for that, the picture size."""
        size = {"image_size": self.recipe.image_size}
        fitting = size if "image_size" in models.options_of(self.recipe.model) else {}
        return fitting | dict(self.recipe.model_options) | {"num_classes": len(self.classes)}

    @property
    def origin(self) -> str | None:
        """Which file the weights come from, for a record; None where they are drawn. Raises as `network`."""
        return self.recipe.weights and origin(self.recipe.model, self.recipe.weights)

    def network(self, *, filled: bool = True) -> nn.Module:
        """A new one. Its last layer is drawn by the seed unless the weights are of the same classes; where it
        is not ``filled``, all of it is, whatever the recipe says.

        Raises what `create_model` raises of weights that are not there, or that do not fit.
        """
        torch.manual_seed(self.seed)
        weights = self.recipe.weights if filled else None
        head = "new" if weights and not has_classes(weights, self.classes) else None
        model = create_model(self.recipe.model, weights=weights, head=head, **self.options)
        return model.to(memory_format=torch.channels_last)
