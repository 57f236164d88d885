"""What happens to a picture before a crop is cut from it, as a value. Needs no torch."""
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from numbers import Real

from PIL import Image

__all__ = ["FILTERS", "Preprocess", "centre", "preprocess_of"]

ORDERS = ("square", "shorter")
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}  # antialiased in PIL
SCALES = {  # Recipe.input_scale -> mean and std
    "raw": ("picture", None),
    "channel": ("channel", None),
    "bytes": ((0.0, 0.0, 0.0), None),  # as they come, 0 ... 255
    "unit": ("channel", "channel"),
    "imagenet": ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),  # torchvision's, times 255
}
LONGEST = 64  # times the shorter side; beyond it the whole resized picture would not fit into memory


def centre(outer: int, inner: int) -> int:
    """Where a centred window starts: torchvision's CenterCrop, which rounds halves to the even number."""
    return round((outer - inner) / 2)


@dataclass(frozen=True)
class Preprocess:
    """Resize a picture to a square of ``size``, of which the network sees ``crop``; subtract and divide.

    ``order`` "square" takes the largest centred square and resizes it once, as the AlexNet paper's 256 x 256
    (Sec. 2); "shorter" resizes the shorter side to ``size`` and keeps the middle: its centre crop is that of
    torchvision's Resize(size) and CenterCrop(crop), pixel for pixel. ``mean`` is "picture" (one value a pixel
    and channel), "channel", or three values in 0 ... 255; ``std`` is None, "channel", or three values.

    Raises ValueError for values that mean nothing.
    """

    size: int
    crop: int
    order: str = "square"
    interpolation: str = "bilinear"
    mean: str | tuple[float, float, float] = "picture"
    std: str | tuple[float, float, float] | None = None

    def __post_init__(self):
        for name in ("mean", "std"):
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        problems = [text for wrong, text in (
            (not _is_side(self.crop), f"crop must be a whole number above 0, not {self.crop!r}"),
            (not _is_side(self.size) or (_is_side(self.crop) and self.size < self.crop),
             f"size must be a whole number, at least the crop's {self.crop!r}, not {self.size!r}"),
            (self.order not in ORDERS, f"order must be one of {', '.join(ORDERS)}, not {self.order!r}"),
            (self.interpolation not in FILTERS,
             f"interpolation must be one of {', '.join(FILTERS)}, not {self.interpolation!r}"),
            (self.mean not in ("picture", "channel") and not _is_triple(self.mean),
             f"mean must be 'picture', 'channel' or three numbers, not {self.mean!r}"),
            (self.std not in (None, "channel") and not (_is_triple(self.std) and min(self.std) > 0),
             f"std must be None, 'channel' or three numbers above 0, not {self.std!r}"),
        ) if wrong]
        if problems:
            raise ValueError("preprocessing: " + "; ".join(problems))

    def resized(self, image: Image.Image) -> Image.Image:
        """The square from which crops are cut, ``size`` x ``size``."""
        how = FILTERS[self.interpolation]
        if self.order == "square":
            side = min(image.size)
            left, top = (image.width - side) // 2, (image.height - side) // 2
            return image.resize((self.size, self.size), how, box=(left, top, left + side, top + side))
        width, height = self._sides(image)
        left, top = self._start(width), self._start(height)
        right, bottom = left + self.size, top + self.size
        if max(image.size) > LONGEST * min(image.size):
            across, down = image.width / width, image.height / height
            box = (left * across, top * down,
                   min(right * across, image.width), min(bottom * down, image.height))
            return image.resize((self.size, self.size), how, box=box)
        return image.resize((width, height), how).crop((left, top, right, bottom))

    def cropped(self, image: Image.Image) -> Image.Image:
        """What the network sees of it without augmentation, ``crop`` x ``crop``."""
        start = centre(self.size, self.crop)
        return self.resized(image).crop((start, start, start + self.crop, start + self.crop))

    def _sides(self, image: Image.Image) -> tuple[int, int]:
        """As torchvision's Resize has them: what is left of a pixel of the longer side is dropped."""
        longer = int(self.size * max(image.size) / min(image.size))
        return (self.size, longer) if image.width <= image.height else (longer, self.size)

    def _start(self, length: int) -> int:
        """Where the square starts, so that its centre crop is the centre crop of the whole ``length``."""
        return centre(length, self.crop) - centre(self.size, self.crop)

    @property
    def geometry(self) -> tuple:
        """What decides the stored squares."""
        middle = (self.crop,) if self.order == "shorter" else ()
        return (self.size, self.order, self.interpolation, *middle)

    def as_dict(self) -> dict:
        """All fields, as JSON would give them back."""
        return {name: list(value) if isinstance(value, tuple) else value
                for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping) -> "Preprocess":
        """What `as_dict` made; raises ValueError as the class does, and for a value without a size."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        if not {"size", "crop"} <= known.keys():
            raise ValueError(f"preprocessing needs a size and a crop, and has {sorted(known)}")
        return cls(**known)


def preprocess_of(recipe) -> Preprocess:
    """What ``recipe`` says of pictures; raises ValueError for an input scale that there is not."""
    if recipe.input_scale not in SCALES:
        raise ValueError(f"input_scale must be one of {', '.join(SCALES)}, not {recipe.input_scale!r}")
    mean, std = SCALES[recipe.input_scale]
    return Preprocess(round(recipe.image_size * recipe.resize_ratio), recipe.image_size, recipe.resize_order,
                      recipe.interpolation, mean, std)


def _is_side(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_triple(value) -> bool:
    return isinstance(value, tuple) and len(value) == 3 and all(isinstance(v, Real) for v in value)
