"""How a network is trained: every number once."""
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from cvlib.recipes.augmentation import AUGMENTATIONS, MIXTURES, Crop, CutMix, Flip, MixUp
from cvlib.recipes.checks import faults
from cvlib.recipes.training import SCHEDULES, Constant, Cosine, Ema, Group, Levels, Linear, Steps
from cvlib.recipes.values import FrozenMap, Value, as_json, frozen, read_value

__all__ = ["Recipe", "completed", "differences"]

PARTS = {"augment": AUGMENTATIONS, "mix": MIXTURES, "groups": {"group": Group}}  # tuples of values
FALL = Linear()
SINGLE = {"schedule": SCHEDULES, "ema": {"ema": Ema}}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Everything that decides a run but data and seed; an ablation is a ``dataclasses.replace`` of it.

    Values may be given by their kind ("flip"), as {"kind": "zoom", "area": (0.5, 1)}, or as themselves. It
    can be hashed and pickled, and `as_dict` and `from_dict` are JSON without loss. Raises ValueError for
    values that no run could use, before any work starts.
    """

    name: str
    model: str  # a name of cvlib.list_models()
    model_options: Mapping[str, Any] = field(default_factory=FrozenMap)
    weights: str | None = None  # where it starts: "torchvision", "torchvision:TAG", a run or a .safetensors
    # file, all layers but the last; None: as its builder and the seed initialise it
    image_size: int  # pixels a side that the network sees
    resize_ratio: float = 256 / 224  # crops are cut from this times image_size (Sec. 2 of the AlexNet paper)
    resize_order: str = "square"  # the centre square, then one resize; or "shorter" side, then the centre
    interpolation: str = "bilinear"  # antialiased
    input_scale: str = "raw"  # 0 ... 255 minus the mean picture (Sec. 2); "channel": minus each channel's
    # mean; "bytes": 0 ... 255 as they come; "unit": zero mean, unit variance; "imagenet": torchvision's
    augment: tuple[Value, ...] = (Crop(), Flip())  # Sec. 4.1 of the AlexNet paper
    mix: tuple[MixUp | CutMix, ...] = ()  # of several one is drawn for each batch
    epochs: int
    batch_size: int  # over all processes
    optimizer: str = "sgd"  # or "paper_sgd", whose velocity holds the rate; "adam"; "adamw"
    lr: float  # at the start, after the warm-up
    momentum: float = 0.9  # that of both SGDs
    nesterov: bool = False  # SGD's
    betas: tuple[float, float] = (0.9, 0.999)  # Adam's and AdamW's
    eps: float = 1e-8  # Adam's and AdamW's
    weight_decay: float = 5e-4
    groups: tuple[Group, ...] = ()  # the first whose pattern matches a parameter has it
    schedule: Constant | Linear | Cosine | Steps | Levels = FALL  # how lr falls to the last step
    warmup_epochs: float = 0.0  # linear, from 0
    label_smoothing: float = 0.0
    clip_norm: float | None = None  # of the gradient of all parameters together
    ema: Ema | None = None
    views: int = 1  # crops a picture in the final scores: the centre, or the ten of Sec. 4.1
    score_train: bool = False  # in the end the training pictures too, not augmented, by one view
    step_losses: bool = False  # the history keeps every step's loss too
    precision: str = "float32"

    def __post_init__(self):
        problems = [*self._read_values(), *faults(self)]
        if problems:
            raise ValueError(f"recipe {self.name!r}: " + "; ".join(problems))

    def _read_values(self) -> list[str]:
        """Put values in the place of their descriptions; what could not be read, in words."""
        problems = []
        for name in (f.name for f in fields(self)):
            said = frozen(getattr(self, name))
            try:
                if name in PARTS:
                    said = (said,) if isinstance(said, str | Mapping | Value) else said
                    said = tuple(read_value(part, PARTS[name]) for part in said)
                elif name in SINGLE and said is not None:
                    said = read_value(said, SINGLE[name])
            except (ValueError, TypeError) as error:
                problems.append(f"{name}: {error}")
                said = ()
            object.__setattr__(self, name, said)
        return problems

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON would give them back."""
        return {f.name: as_json(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Recipe":
        """The recipe of a record. Unknown fields, of a later version, are passed over; missing ones have
        their defaults. Raises ValueError where a field without a default is missing, and as the class
        does."""
        known = {f.name: f for f in fields(cls)}
        needed = [name for name, f in known.items()
                  if f.default is MISSING and f.default_factory is MISSING and name not in values]
        if needed:
            raise ValueError(f"a recipe without {', '.join(needed)}")
        return cls(**{name: value for name, value in values.items() if name in known})


def completed(values: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe as a dictionary, with the default of each field that its version did not have yet."""
    with suppress(ValueError):  # of a version whose values this one cannot read: as written
        return dict(values) | Recipe.from_dict(values).as_dict()
    return dict(values)


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The fields in which two recipes, as dictionaries, differ: "lr 0.0005, now 0.001".

    A field that an older record lacks has its default there.
    """
    before = completed(before)
    return [f"{name} {before.get(name)!r}, now {now.get(name)!r}" for name in dict(now) | dict(before)
            if before.get(name) != now.get(name)]
