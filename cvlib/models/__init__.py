"""The networks, by name."""
from difflib import get_close_matches
from inspect import signature

from torch import nn

from cvlib.models.alexnet import alexnet, alexnet_mini, alexnet_one_tower

__all__ = ["MODELS", "build", "list_models", "options_of"]

MODELS = {builder.__name__: builder for builder in (alexnet, alexnet_mini, alexnet_one_tower)}


def list_models() -> list[str]:
    """The names that `build` knows, in the order of the course."""
    return list(MODELS)


def build(name: str, **options) -> nn.Module:
    """An untrained network; ``options`` are its builder's. Raises ValueError that lists the nearest names."""
    unknown = [option for option in options if option not in options_of(name)]
    if unknown:
        raise ValueError(f"{name} has no option {unknown[0]!r}; it has {', '.join(options_of(name))}")
    return MODELS[name](**options)


def options_of(name: str) -> list[str]:
    """What the builder of that name takes; raises ValueError that lists the nearest names."""
    if name not in MODELS:
        near = get_close_matches(name, MODELS, n=3, cutoff=0.0)
        raise ValueError(f"no model {name!r}; did you mean {', '.join(near)}?")
    return list(signature(MODELS[name]).parameters)
