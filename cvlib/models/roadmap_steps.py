"""The steps from ResNet-50 to ConvNeXt-T as data: the rows of Table 10 (arXiv:2201.03545, Appendix C)."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from torch import nn

from cvlib.layers import LayerNorm2d

__all__ = ["LAST", "STEPS", "Design", "Step", "design_of"]


@dataclass(frozen=True)
class Design:
    """What a step builds: blocks a stage, ``width`` of the first stage (each later one has twice as many),
    and which of the changes have been made."""

    depths: Sequence[int] = (3, 4, 6, 3)
    width: int = 64
    patchify: bool = False
    depthwise: bool = False
    inverted: bool = False  # a block is wide inside, not outside
    moved_up: bool = False  # its spatial convolution comes first
    kernel_size: int = 3
    act: type[nn.Module] = nn.ReLU
    one_act: bool = False
    one_norm: bool = False
    norm: type[nn.Module] = nn.BatchNorm2d
    separate: bool = False  # downsampling between the stages, and norms where the resolution changes


@dataclass(frozen=True)
class Step:
    """A row of Table 10: its name, its section, and what it changes in the `Design`."""

    name: str
    section: str
    changes: Mapping[str, Any] = field(default_factory=dict)


STEPS = (
    Step("ResNet-50", "2.1"),
    Step("stage ratio", "2.2", {"depths": (3, 3, 9, 3)}),
    Step("“patchify” stem", "2.2", {"patchify": True}),
    Step("depthwise conv", "2.3", {"depthwise": True}),
    Step("increase width", "2.3", {"width": 96}),
    Step("inverting dimensions", "2.4", {"inverted": True}),
    Step("move up depthwise conv", "2.5", {"moved_up": True}),
    Step("kernel size → 7", "2.5", {"kernel_size": 7}),
    Step("ReLU → GELU", "2.6", {"act": nn.GELU}),
    Step("fewer activations", "2.6", {"one_act": True}),
    Step("fewer norms", "2.6", {"one_norm": True}),
    Step("BN → LN", "2.6", {"norm": LayerNorm2d}),
    Step("separate d.s. conv", "2.6", {"separate": True}),
)
LAST = len(STEPS) - 1
KERNEL_SIZES = (3, 5, 7, 9, 11)  # Sec. 2.5: 7 was kept; with 3 the step changes nothing


def design_of(step: int, *, kernel_size: int = 7, depths: Sequence[Sequence[int]] = (),
              widths: Sequence[int] = ()) -> Design:
    """All changes of `STEPS` up to ``step``. ``kernel_size`` is that of the row "kernel size"; ``depths`` and
    ``widths``, each before and after the step that changes it, stand for the paper's.

    Raises ValueError for a step that is not there, a kernel size that the paper did not try or that this step
    does not have yet, and for depths or widths of another form.
    """
    if type(step) is not int or not 0 <= step <= LAST:
        raise ValueError(f"step is 0 ... {LAST}, from {STEPS[0].name} to ConvNeXt-T, not {step!r}")
    changes = {key: value for row in STEPS[:step + 1] for key, value in row.changes.items()}
    if kernel_size not in KERNEL_SIZES or (kernel_size != 7 and "kernel_size" not in changes):
        raise ValueError(f"kernel_size is one of {KERNEL_SIZES} and from step 7 on, not {kernel_size!r} at "
                         f"step {step}")
    if "kernel_size" in changes:
        changes["kernel_size"] = kernel_size
    if depths:
        changes["depths"] = _before_and_after("depths", depths, 4)["depths" in changes]
    if widths:
        changes["width"], = _before_and_after("widths", widths, 1)["width" in changes]
    return replace(Design(), **changes)


def _before_and_after(option: str, values: Sequence, count: int) -> list[tuple[int, ...]]:
    """Two rows of ``count`` whole numbers of at least 1; a single number is a row of its own."""
    rows = [(value,) if count == 1 else value for value in values] if isinstance(values, list | tuple) else []
    whole = [isinstance(row, list | tuple) and len(row) == count
             and all(type(number) is int and number > 0 for number in row) for row in rows]
    if whole != [True, True]:
        raise ValueError(f"{option} are those before and after the step that changes them, {count} whole "
                         f"{'numbers' if count > 1 else 'number'} each, not {values!r}")
    return rows
