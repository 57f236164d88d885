"""The networks, by name."""
from difflib import get_close_matches

from torch import nn

from cvlib.models.alexnet import alexnet, alexnet_mini, alexnet_one_tower

__all__ = ["MODELS", "build", "list_models"]

MODELS = {builder.__name__: builder for builder in (alexnet, alexnet_mini, alexnet_one_tower)}


def list_models() -> list[str]:
    """The names that `build` knows, in the order of the course."""
    return list(MODELS)


def build(name: str, **options) -> nn.Module:
    """An untrained network; ``options`` are its builder's. Raises ValueError that lists the nearest names."""
    if name not in MODELS:
        near = get_close_matches(name, MODELS, n=3, cutoff=0.0)
        raise ValueError(f"no model {name!r}; did you mean {', '.join(near)}?")
    return MODELS[name](**options)
