"""How long a training would take on GPUs that nobody has tried it on: a prediction, said as one."""
from collections.abc import Mapping
from dataclasses import dataclass

from cvlib.analysis.effort import Effort

__all__ = ["IMAGENET_TRAIN", "Forecast"]

IMAGENET_TRAIN = 1_281_167  # training pictures of ILSVRC 2012 (arXiv:1409.0575, Table 2)
HOUR = 3600  # seconds


@dataclass(frozen=True)
class Forecast:
    """``efforts`` by network, ``peaks`` by machine: floating-point operations a second of all its GPUs.

    ``share`` is the assumption: which share of the peak is reached, from least to most. ``decoding`` is how
    many pictures a second the processors decode, from least to most, by machine: no GPU trains faster than it
    is fed. A machine that it does not name is taken to be fed fast enough. Raises ValueError for a share
    outside 0 ... 1.
    """

    efforts: Mapping[str, Effort]
    peaks: Mapping[str, float]
    share: tuple[float, float]
    decoding: Mapping[str, tuple[float, float]]

    def __post_init__(self):
        least, most = self.share
        if not 0 < least <= most <= 1:
            raise ValueError(f"share is the least and the most of the peak, in 0 ... 1, not {self.share}")

    def hours(self, network: str, machine: str) -> tuple[float, float]:
        """The shortest and the longest time, in hours."""
        (short, long), (fed, slowly) = self.multiplied(network, machine), self.fed(network, machine)
        return max(short, fed), max(long, slowly)

    def multiplied(self, network: str, machine: str) -> tuple[float, float]:
        """How many hours the arithmetic alone takes."""
        least, most = self.share
        at_peak = self.efforts[network].flops / self.peaks[machine] / HOUR
        return at_peak / most, at_peak / least

    def fed(self, network: str, machine: str) -> tuple[float, float]:
        """How many hours the processors take to decode all pictures of all epochs."""
        effort, (least, most) = self.efforts[network], self.decoding.get(machine, (float("inf"),) * 2)
        pictures = effort.pictures * effort.epochs
        return pictures / most / HOUR, pictures / least / HOUR

    def starved(self, network: str, machine: str) -> bool:
        """Whether decoding, not arithmetic, decides both the shortest and the longest time."""
        return self.hours(network, machine) == self.fed(network, machine)

    def numbers(self) -> dict[str, float]:
        """``<network>_exaflops`` and ``<network>_images`` (millions), and of each machine in turn
        ``<network>_<machine>_short`` and ``_long`` in hours, names in small letters with underscores."""
        said = {}
        for network, effort in self.efforts.items():
            said |= {f"{_key(network)}_exaflops": effort.flops / 1e18,
                     f"{_key(network)}_images": effort.pictures * effort.epochs / 1e6}
            for machine in self.peaks:
                short, long = self.hours(network, machine)
                said |= {f"{_key(network)}_{_key(machine)}_short": short,
                         f"{_key(network)}_{_key(machine)}_long": long}
        return said


def _key(name: str) -> str:
    """"VGG-16" as a name that can be glued: vgg_16."""
    return "".join(letter if letter.isalnum() else "_" for letter in name.lower())
