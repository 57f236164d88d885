"""What two GPUs say to each other in a step, and which way of sharing the work says less."""
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Exchange"]

BYTES = 4  # of a float32


@dataclass(frozen=True)
class Exchange:
    """Bytes that ``gpus`` GPUs send in one step, all of them together, in two ways of sharing the work.

    Cut by layers, the bytes of ``activations`` cross for each picture, forward and back, by the layer that
    reads them. Cut by pictures (data parallel), the gradients of ``parameters`` are summed over all GPUs once
    a step, whatever the ``batch``: in a ring each GPU sends 2 (k - 1) / k of them. Layers whose names start
    with "conv" are one part, the others are the other. Raises ValueError for fewer than two GPUs.
    """

    activations: Mapping[str, int]
    parameters: Mapping[str, int]
    batch: int = 128
    gpus: int = 2

    def __post_init__(self):
        if self.gpus < 2:
            raise ValueError(f"{self.gpus} GPU has nobody to talk to")

    def by_layers(self, part: str = "", batch: int | None = None) -> int:
        """Bytes of activations and their gradients in one step; ``part`` is "conv", "fc" or both."""
        return (batch or self.batch) * self._sum(self.activations, part)

    def by_pictures(self, part: str = "") -> int:
        """Bytes of gradients of parameters in one step."""
        return 2 * (self.gpus - 1) * BYTES * self._sum(self.parameters, part)

    def crossover(self, part: str = "") -> float:
        """The batch at which both ways send the same; a larger one favours data parallel."""
        return self.by_pictures(part) / self._sum(self.activations, part)

    def mixed(self, batch: int | None = None) -> int:
        """Bytes where the convolutions are shared by pictures and the rest by layers."""
        return self.by_pictures("conv") + self.by_layers("fc", batch)

    def numbers(self) -> dict[str, float | int]:
        """Millions of bytes a step: ``layers_mb``, ``pictures_mb``, ``mixed_mb``, and of each part
        ``conv_layers_mb`` and so on; batches at which both send alike as ``crossover``, ``conv_crossover``
        and ``fc_crossover``; ``times``, how often by_pictures holds by_layers; ``batch``."""
        parts = {"": "", "conv_": "conv", "fc_": "fc"}
        told = {f"{label}layers_mb": self.by_layers(part) / 1e6 for label, part in parts.items()}
        told |= {f"{label}pictures_mb": self.by_pictures(part) / 1e6 for label, part in parts.items()}
        told |= {f"{label}crossover": self.crossover(part) for label, part in parts.items()}
        return told | {"mixed_mb": self.mixed() / 1e6, "times": self.by_pictures() / self.by_layers(),
                       "batch": self.batch}

    @staticmethod
    def _sum(values: Mapping[str, int], part: str) -> int:
        return sum(value for name, value in values.items()
                   if not part or name.startswith("conv") == (part == "conv"))
