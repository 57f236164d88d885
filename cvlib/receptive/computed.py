"""Receptive fields by arithmetic: a network runs on shapes alone, and each function of PyTorch's hands the
field of what it reads on to what it gives. So there is a rule a function, and none a network."""
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

from cvlib.hooks import watched
from cvlib.receptive.rules import POINTWISE, RULES, Seen, joined

__all__ = ["Field", "receptive_fields"]


@dataclass(frozen=True)
class Field:
    """What one unit of ``layer`` sees: ``size`` pixels a side, ``stride`` pixels from that of its neighbour.

    ``start`` is the first pixel of the first unit's, below 0 where it reads padding; ``places`` the units a
    side. Of a layer that reads all places, ``size`` is the picture's side, ``stride`` 0 and ``places`` 1.
    """

    layer: str
    size: int
    stride: int
    start: int
    places: int

    def window(self, place: int) -> tuple[int, int]:
        """The first pixel and the one behind the last of unit ``place``, padding included.

        Raises IndexError for a place that is not there.
        """
        if not 0 <= place < self.places:
            raise IndexError(f"{self.layer} has places 0 ... {self.places - 1}, not {place}")
        return self.start + place * self.stride, self.start + place * self.stride + self.size


class _Follow(TorchFunctionMode):
    """Gives each tensor that comes from pictures its `Seen`; ``running`` are the modules that run."""

    def __init__(self):
        super().__init__()
        self.running: list[str] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        output, name = func(*args, **(kwargs or {})), func.__name__.strip("_")
        read = [leaf for leaf in tree_leaves((args, kwargs)) if hasattr(leaf, "seen")]
        gives = name == "setitem" or any(isinstance(leaf, Tensor) for leaf in tree_leaves(output))
        if not read or not gives:
            return output
        try:
            if name not in POINTWISE and name not in RULES:
                raise ValueError(f"the receptive field of {name} is not known here")
            seen = joined(read) if name in POINTWISE else RULES[name](*args, **(kwargs or {}))
        except ValueError as error:
            raise ValueError(f"{self.running[-1] or 'the network'}: {error}") from error
        output.seen = replace(seen)
        return output


def receptive_fields(model: nn.Module, input_shape: tuple[int, int, int]) -> list[Field]:
    """The field of each innermost module, in the order in which they end, on pictures (C, S, S), and of any
    other module that gives what no module in it gave: a block whose last step is a sum.

    Where branches join, the field is the smallest window that holds theirs. Raises ValueError for a picture
    that is not square, for branches that join units of unlike distances, and for a step whose field is not
    known.
    """
    if len(input_shape) != 3 or input_shape[1] != input_shape[2]:
        raise ValueError(f"pictures are square, (C, S, S), not {' x '.join(map(str, input_shape))}")
    shadow = {name: torch.empty_like(tensor, device="meta")
              for part in (model.named_parameters(), model.named_buffers()) for name, tensor in part}
    picture, follow, fields, listed = torch.empty(1, *input_shape, device="meta"), _Follow(), [], []
    picture.seen = Seen(input_shape[1])

    def end(name, module, arguments, output):
        follow.running.pop()
        seen = getattr(output, "seen", None)
        if seen is None:
            raise ValueError(f"{name} gives nothing whose receptive field is known here")
        if next(module.children(), None) is None or not any(seen is one for one in listed):
            listed.append(seen)
            places = output.shape[seen.axes[0]] if seen.axes else 1
            fields.append(Field(name, seen.size, seen.stride, seen.start, places))

    with torch.device("meta"), follow, watched(model, dict(model.named_modules()), end,
                                               before=follow.running.append):
        functional_call(model, shadow, (picture,))
    return fields
