"""Where the windows of a convolution lie on a picture."""
from dataclasses import dataclass

__all__ = ["FIRST_LAYERS", "Windows"]


@dataclass(frozen=True)
class Windows:
    """Windows of ``kernel`` x ``kernel`` at every ``stride``-th pixel of a square picture of ``size``, with
    ``before`` rows and columns of zeros above and at the left, ``after`` below and at the right.

    Raises ValueError where not one fits.
    """

    size: int
    kernel: int = 11
    stride: int = 4
    before: int = 0
    after: int = 0

    def __post_init__(self):
        if self.kernel > self.size + self.before + self.after or min(self.kernel, self.stride) < 1:
            raise ValueError(f"{self} holds no window")

    @property
    def places(self) -> int:
        """How many fit along a side: what `nn.Conv2d` gives for the padded picture."""
        return 1 + (self.size + self.before + self.after - self.kernel) // self.stride

    @property
    def end(self) -> int:
        """The pixel of the picture before which the last window ends; beyond ``size`` there are zeros."""
        return self.stride * (self.places - 1) + self.kernel - self.before

    @property
    def says(self) -> str:
        """In words: the windows, what the first begins with, and where the last ends."""
        read, missed = self.end - self.size, self.size - self.end
        parts = [f"{self.places} windows a side"]
        if self.before:
            parts.append(f"the first begins with {_of(self.before, 'zero')}")
        if read > 0:
            parts.append(f"the last reads {read} of {_of(self.after, 'zero')}")
        elif missed > 0:
            parts.append(f"{_of(missed, 'pixel')} at the end read by none")
        else:
            parts.append("the last ends with the picture")
        return "; ".join(parts)


FIRST_LAYERS = (  # of AlexNet, by who lays them
    ("the source, 2012", Windows(224, after=3)), ("224 and no zeros", Windows(224)),
    ("Caffe", Windows(227)), ("torchvision", Windows(224, before=2, after=2)),
)


def _of(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
