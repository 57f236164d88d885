"""What a step of training holds, as values in bytes."""
from dataclasses import dataclass, replace

__all__ = ["OPTIMIZERS", "LayerMemory", "TrainingMemory"]

OPTIMIZERS = {"sgd": 1, "adam": 2, "adamw": 2}  # values kept a parameter; SGD with momentum
IN_PLACE = {"ReLU", "Dropout", "TestTimeDropout", "ZeroPad2d", "Flatten", "Identity"}  # no matrices of 2012
NORMS = {"LocalResponseNorm", "WithinMapNorm"}  # keep their divisors
GIB = 2**30  # a GTX 580 of "3 GB" has 3 of these


@dataclass(frozen=True)
class LayerMemory:
    """One layer, in bytes: its own ``parameters``, those of them that are ``trainable``, the ``activations``
    that it is the first to keep for the backward pass, and its ``output``, 0 where that is only another view
    of something. What two layers keep counts for the first: the output of a ReLU is the ReLU's, though the
    next convolution needs it too."""

    name: str
    kind: str
    parameters: int
    trainable: int
    activations: int
    output: int = 0

    @property
    def short(self) -> str:
        """The last part of the name: `conv1`."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class TrainingMemory:
    """What a step of training holds, in bytes, with a batch of ``batch_size`` and ``optimizer`` (one of
    `OPTIMIZERS`). ``layers`` are in the order in which they run, the loss last; ``batch`` is the pictures
    and their labels."""

    layers: tuple[LayerMemory, ...]
    batch: int
    batch_size: int
    optimizer: str

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def gradients(self) -> int:
        """One value for each trainable parameter."""
        return sum(layer.trainable for layer in self.layers)

    @property
    def state(self) -> int:
        """What the optimizer remembers: momentum, or Adam's two moments."""
        return OPTIMIZERS[self.optimizer] * self.gradients

    @property
    def activations(self) -> int:
        """What autograd keeps of the forward pass, parameters and batch apart, each storage once."""
        return sum(layer.activations for layer in self.layers)

    @property
    def fixed(self) -> int:
        """What does not grow with the batch: parameters, gradients and state."""
        return self.parameters + self.gradients + self.state

    @property
    def total(self) -> int:
        """All of it."""
        return self.fixed + self.activations + self.batch

    @property
    def in_pairs(self) -> int:
        """All of it as the source of 2012 keeps it: each layer's output and its gradient in place of what
        autograd keeps, and the divisors of norms."""
        pairs = sum((2 + (layer.kind in NORMS)) * layer.output for layer in self.layers
                    if layer.kind not in IN_PLACE)
        return self.fixed + pairs + self.batch

    def largest_batch(self, capacity: int) -> int:
        """With how many pictures `total` reaches ``capacity`` bytes, to a picture."""
        return max(0, (capacity - self.fixed) * self.batch_size // (self.activations + self.batch))

    def part(self, prefix: str) -> "TrainingMemory":
        """What lies in the modules below ``prefix`` ("towers.0"), with the whole batch: a GPU's share, where
        such a part is alone on a GPU. The loss is in no part. Raises ValueError where nothing is there."""
        kept = tuple(layer for layer in self.layers if f"{layer.name}.".startswith(f"{prefix}."))
        if not kept:
            raise ValueError(f"no layer lies below {prefix!r}; there are "
                             f"{', '.join(layer.name for layer in self.layers[:8])}")
        return replace(self, layers=kept)

    def fits(self, capacity: int) -> bool:
        """Whether all of it goes into ``capacity`` bytes; that it does is no promise (see the module)."""
        return self.total <= capacity

    def numbers(self) -> dict[str, float | int]:
        """In GiB (2^30 bytes): ``parameters``, ``gradients``, ``state``, ``activations``, ``batch``,
        ``fixed``, ``total`` and ``in_pairs``; in MiB ``picture``, what one more picture in the batch adds;
        and ``batch_size``."""
        parts = ("parameters", "gradients", "state", "activations", "batch", "fixed", "total", "in_pairs")
        grows = (self.activations + self.batch) / self.batch_size
        return {name: getattr(self, name) / GIB for name in parts} | {
            "picture": grows / 2**20, "batch_size": self.batch_size}
