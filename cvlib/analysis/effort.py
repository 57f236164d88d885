"""How much arithmetic a training is, and what share of their peak some GPUs reached in it."""
from dataclasses import dataclass

__all__ = ["Effort"]

DAY = 86_400  # seconds


@dataclass(frozen=True)
class Effort:
    """A training of ``epochs`` over ``pictures`` pictures, each ``macs`` multiply-accumulates forward.

    Backward costs twice the forward pass, one product for the gradients of the weights and one for those of
    the inputs, but for ``first_macs`` of the first layer: nobody asks for the gradient of a picture. A
    multiply-accumulate is two floating-point operations. ``peak`` is what all GPUs together can do in a
    second, and ``days`` from shortest to longest is how long they took.
    """

    macs: int
    first_macs: int
    pictures: int
    epochs: int
    peak: float
    days: tuple[float, float]

    @property
    def flops(self) -> float:
        """Floating-point operations of the whole training."""
        return 2 * (3 * self.macs - self.first_macs) * self.pictures * self.epochs

    @property
    def days_at_peak(self) -> float:
        """How long it would have taken at the peak."""
        return self.flops / self.peak / DAY

    def share(self, per_second: float) -> float:
        """Which share of the peak it is to train on so many pictures a second, a fraction."""
        return self.flops / self.pictures / self.epochs * per_second / self.peak

    def numbers(self) -> dict[str, float]:
        """``exaflops`` in all, ``picture_gflops`` for one picture once, ``days_at_peak``, ``share_low`` and
        ``share_high`` of the peak in per cent, ``per_second_low`` and ``_high`` pictures a second."""
        shortest, longest = self.days
        seen = self.pictures * self.epochs / DAY
        return {"exaflops": self.flops / 1e18, "days_at_peak": self.days_at_peak,
                "picture_gflops": self.flops / self.pictures / self.epochs / 1e9,
                "share_low": 100 * self.days_at_peak / longest,
                "share_high": 100 * self.days_at_peak / shortest,
                "per_second_low": seen / longest, "per_second_high": seen / shortest}
