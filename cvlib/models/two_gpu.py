"""AlexNet cut in two, a tower on each of two devices, as the paper ran it on two GPUs (Sec. 3.2, Sec. 3.5).

A device holds half of the kernels and half of the hidden units. In conv2, conv4 and conv5 it reads what it
made itself; for conv3, fc6 and fc7 the towers send each other their outputs, and gradients come back the same
way. fc8 is whole and on the first device, as in the 2012 source (layers-145.cfg:297-299).

Differs from the source: it joins the halves in one order on both devices; the source's second tower reads
them the other way round (layers-145.cfg:277), which only names the columns of a weight otherwise.
"""
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from cvlib.layers import LocalResponseNorm
from cvlib.models import build
from cvlib.models.alexnet import AlexNet, check_pictures, layers_of

__all__ = ["Traffic", "TwoGPUAlexNet"]


@dataclass
class Traffic:
    """Bytes that crossed from one tower to the other since `clear`, in both directions together, by the name
    of the layer that reads them: activations ``forward``, their gradients ``back``."""

    forward: Counter = field(default_factory=Counter)
    back: Counter = field(default_factory=Counter)

    def clear(self) -> None:
        """Forget what was counted."""
        self.forward.clear()
        self.back.clear()

    @property
    def total(self) -> int:
        """All bytes, forward and back."""
        return self.forward.total() + self.back.total()


class _Cross(torch.autograd.Function):
    """A tensor sent to a device, and its gradient sent back: both counted, and copied even where the two
    towers share a device."""

    @staticmethod
    def forward(ctx, x: Tensor, device: torch.device, layer: str, traffic: Traffic) -> Tensor:
        ctx.home, ctx.layer, ctx.traffic = x.device, layer, traffic
        return _sent(x, device, traffic.forward, layer)

    @staticmethod
    def backward(ctx, g: Tensor):
        return _sent(g, ctx.home, ctx.traffic.back, ctx.layer), None, None, None


class TwoGPUAlexNet(nn.Module):
    """The towers of `alexnet` on two ``devices``, such as ("cuda:0", "cuda:1"); both may be the same one.

    (N, 3, 224, 224) on any device -> (N, num_classes) on the first. `gpu1` and `gpu2` hold the layers under
    the paper's names, `traffic` what crossed between them. `nn.Dropout` draws a mask of its own in each
    tower. `to` with a device moves both towers there.

    Raises ValueError unless there are two devices and both can be used here, and when it runs for pictures of
    another shape than `alexnet`'s.
    """

    def __init__(self, devices: Sequence[str | torch.device], *, num_classes: int = 1000):
        super().__init__()
        usable = _usable(devices)  # before the large network is built
        self._fill(build("alexnet", num_classes=num_classes), usable)

    @classmethod
    def from_alexnet(cls, model: AlexNet, devices: Sequence[str | torch.device]) -> "TwoGPUAlexNet":
        """The towers of ``model``, any `AlexNet` of two groups: copies of its weights, its type and its mode.

        Raises ValueError for another network, for layers that cannot be halved, and as the class does.
        """
        two = cls.__new__(cls)
        nn.Module.__init__(two)
        two._fill(model, _usable(devices))
        return two

    def to_alexnet(self) -> AlexNet:
        """Both towers as one grouped network on the first device: what `from_alexnet` was made from, with the
        weights as they are now."""
        whole, towers = deepcopy(self._whole), (self.gpu1, self.gpu2)
        for path, layer in whole.named_modules():
            halves = [tower[name] for tower in towers if (name := path.rpartition(".")[2]) in tower]
            for leaf, _ in list(layer.named_parameters(recurse=False)):
                parts = [half.get_parameter(leaf) for half in halves]
                joined = torch.cat([part.detach().to(self.devices[0]) for part in parts])
                setattr(layer, leaf, nn.Parameter(joined, requires_grad=parts[0].requires_grad))
        return whole.train(self.training)

    @property
    def devices(self) -> tuple[torch.device, torch.device]:
        """Where the towers are."""
        return tuple(next(tower.parameters()).device for tower in (self.gpu1, self.gpu2))

    def forward(self, images: Tensor) -> Tensor:
        check_pictures(images, self._whole.reads)
        halves = [images.to(device) for device in self.devices]
        for name in self._order:
            inputs = self._joined(halves, name) if name in self._meet else halves
            halves = [tower[name](x) for tower, x in zip((self.gpu1, self.gpu2), inputs, strict=True)]
        return self.gpu1["fc8"](self._joined(halves, "fc8", readers=1)[0])

    def _joined(self, halves: list[Tensor], layer: str, readers: int = 2) -> list[Tensor]:
        """What ``layer`` reads in each of the first ``readers`` towers: both halves, one of them sent."""
        devices = [half.device for half in halves]
        return [torch.cat([half if i == j else _Cross.apply(half, devices[j], layer, self.traffic)
                           for i, half in enumerate(halves)], dim=1) for j in range(readers)]

    def _fill(self, model: AlexNet, devices: Sequence[torch.device]) -> None:
        layers = _halvable(model)
        self.traffic = Traffic()
        self.gpu1, self.gpu2 = (
            nn.ModuleDict({name: _half(layer, i, device) for name, layer in layers.items() if name != "fc8"})
            for i, device in enumerate(devices))
        self.gpu1["fc8"] = deepcopy(layers["fc8"]).to(devices[0])
        self._order = [name for name in layers if name != "fc8"]
        self._meet = {name for name in self._order if name != "conv1" and _reads_everything(layers[name])}
        object.__setattr__(self, "_whole", _shape(model))  # nn.Module would make it a part of this network
        self.train(model.training)


def _sent(x: Tensor, device: torch.device, counted: Counter, layer: str) -> Tensor:
    counted[layer] += x.numel() * x.element_size()
    return x.to(device, copy=True)


def _usable(devices: Sequence[str | torch.device]) -> list[torch.device]:
    """Two devices that hold tensors here."""
    if not isinstance(devices, list | tuple) or len(devices) != 2:
        raise ValueError(f"two devices, such as ('cuda:0', 'cuda:1') or ('cpu', 'cpu'), not {devices!r}")
    for device in devices:
        try:
            torch.empty(0, device=torch.device(device))
        except (RuntimeError, AssertionError, TypeError) as error:
            here = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
            raise ValueError(f"no device {str(device)!r} here; there are {', '.join(here)}, and the two may "
                             "be the same") from error
    return [torch.empty(0, device=torch.device(device)).device for device in devices]


def _halvable(model: AlexNet) -> dict[str, nn.Module]:
    """The layers by name in the order in which they run; refused unless they can be cut in two."""
    layers = layers_of(model)
    groups = {name: layers[name].groups for name in ("conv2", "conv4", "conv5") if name in layers}
    if set(groups.values()) != {2}:
        raise ValueError(f"a network of two towers is needed, with conv2, conv4 and conv5 in 2 groups, "
                         f"not {groups}")
    odd = [name for name, layer in layers.items()
           if name != "fc8" and hasattr(layer, "weight") and len(layer.weight) % 2]
    if odd:
        raise ValueError(f"{', '.join(odd)}: an odd number of outputs cannot be halved")
    return layers


def _reads_everything(layer: nn.Module) -> bool:
    """A convolution or linear layer whose outputs read all of its inputs."""
    return hasattr(layer, "weight") and getattr(layer, "groups", 1) == 1


def _half(layer: nn.Module, i: int, device: torch.device) -> nn.Module:
    """Tower ``i``'s part of a layer: one half of its outputs, with all that they read."""
    half = _shape(layer)
    for name, whole in layer.named_parameters(recurse=False):
        rows = whole.detach().chunk(2)[i].to(device, copy=True)
        setattr(half, name, nn.Parameter(rows, requires_grad=whole.requires_grad))
    if isinstance(layer, nn.Conv2d):
        half.in_channels, half.out_channels = half.weight.shape[1], half.weight.shape[0]
    if isinstance(layer, nn.Linear):
        half.out_features = half.weight.shape[0]
    if isinstance(layer, nn.Conv2d | LocalResponseNorm):
        half.groups = 1
    return half


def _shape(module: nn.Module) -> nn.Module:
    """A copy without weights, in no memory."""
    return deepcopy(module, {id(p): nn.Parameter(p.detach().to("meta"), requires_grad=p.requires_grad)
                             for p in module.parameters()})
