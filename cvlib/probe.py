"""What goes on inside a network."""
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import product
from math import ceil

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from cvlib.hooks import first_tensor, home, named_module, watched
from cvlib.layers import LocalResponseNorm, TestTimeDropout

__all__ = ["Signal", "capture_activations", "first_convolution", "lrn_divisors", "lrn_measures",
           "masked_answers", "moved_by_pictures", "occlusion", "signals"]

MOST = 2**20  # values kept of one layer
ODD_PERCENT = np.arange(1, 100, 2) / 100
THINNER = 1.7  # no power of it is whole: no row or column of a map is preferred


def capture_activations(model: nn.Module, images: Tensor, names: Sequence[str]) -> dict[str, Tensor]:
    """What the modules ``names`` give for ``images`` (N, C, H, W), in evaluation mode: copies, since a later
    layer may overwrite it.

    A name is a module's full one (`stages.conv1`) or its last part where that is unique. Raises ValueError
    that lists the nearest for a name that is not there, and for a module that does not run exactly once or
    gives no tensor.
    """
    modules = {name: named_module(model, name) for name in names}
    seen: dict[str, list[Tensor | None]] = {name: [] for name in modules}

    def keep(name, module, arguments, output):
        tensor = first_tensor(output)
        seen[name].append(None if tensor is None else tensor.clone())

    with watched(model, modules, keep):
        model(images.to(home(model)))
    for name, outputs in seen.items():
        if len(outputs) != 1 or outputs[0] is None:
            raise ValueError(f"{name} ran {len(outputs)} times or gave no tensor: name one that runs once "
                             "and gives one")
    return {name: outputs[0] for name, outputs in seen.items()}


def moved_by_pictures(model: nn.Module, images: Tensor, names: Sequence[str]) -> dict[str, float]:
    """How far the modules ``names`` tell ``images`` (N, C, H, W) apart: the standard deviation over the
    pictures of each value that they give in evaluation mode, root mean square over the values.

    Raises ValueError as `capture_activations` does, and for fewer than two pictures.
    """
    if len(images) < 2:
        raise ValueError(f"{len(images)} pictures: nothing can be told apart from nothing")
    seen = capture_activations(model, images, names)
    return {name: values.double().var(0).mean().sqrt().item() for name, values in seen.items()}


@torch.no_grad()
def masked_answers(model: nn.Module, images: Tensor, count: int, *, rate: float | None = None,
                   seed: int = 0) -> Tensor:
    """What the networks say that dropout makes of an AlexNet or a VGG: logarithms of probabilities
    (count, N, C) for ``images`` (N, C, H, W), new masks in its `head` for each picture and each time.

    ``rate`` is the share dropped, the network's own where None. The maps before the head are computed once.
    The masks follow from ``seed``. Raises ValueError for a head without dropout.
    """
    dropouts = [module for module in model.head.modules() if isinstance(module, nn.Dropout | TestTimeDropout)]
    if not dropouts:
        raise ValueError("the head of this network drops nothing: there is one network and no mask")
    rates = [module.p for module in dropouts]
    try:
        with torch.random.fork_rng(devices=[]), watched(model, {}, None):
            maps = model.stages(model.stem(images.to(home(model))))
            for module in dropouts:
                module.train()
                module.p = module.p if rate is None else rate
            torch.manual_seed(seed)
            return torch.stack([model.head(maps).log_softmax(1) for _ in range(count)])
    finally:
        for module, own in zip(dropouts, rates, strict=True):
            module.p = own


@dataclass(frozen=True)
class Signal:
    """What passes one module in a step of training: the ``deviation`` of the values that it gives, and the
    norm of the loss's ``gradient`` with respect to all of them."""

    name: str
    deviation: float
    gradient: float


def signals(model: nn.Module, images: Tensor, labels: Tensor, names: Sequence[str]) -> list[Signal]:
    """The signals of the modules ``names``, in the order in which they run, in a step of training with
    cross-entropy on ``images`` (N, C, H, W) and ``labels`` (N,); ``model`` is left as it was.

    Raises ValueError as `capture_activations` does for a name that is not there.
    """
    copy, outputs = deepcopy(model), {}
    modules = {name: named_module(copy, name) for name in names}

    def keep(name, module, arguments, output):
        output.retain_grad()
        outputs[name] = output

    with watched(copy, modules, keep, training=True):
        F.cross_entropy(copy(images.to(home(copy))), labels).backward()
    return [Signal(name, output.std().item(), output.grad.norm().item()) for name, output in outputs.items()]


def lrn_divisors(model: nn.Module, loader: DataLoader, quantiles=(0.01, 0.5, 0.99)) -> dict[str, list[float]]:
    """``quantiles`` of k + alpha * sum in each LRN over the batches of ``loader``, before the power.

    Where the outer two are within 2 % of each other the layer divides by a constant: it is inert at that
    input scale. Of more than a million values of a layer a million are taken, evenly spread, the same ones
    each time. A layer is called by the last part of its name where that is unique. Batches are
    (images, labels), or what the data set's `finish` makes into them.
    """
    layers = {name: module for name, module in model.named_modules() if isinstance(module, LocalResponseNorm)}
    if not layers:
        return {}
    samples = {name: _Sample() for name in layers}
    finish = getattr(getattr(loader, "dataset", None), "finish", tuple)

    def keep(name, layer, arguments, output):
        samples[name].add(layer.divisor(arguments[0]))

    with watched(model, layers, keep):
        for batch in loader:
            images, _ = finish(batch)
            model(images.flatten(0, -4).to(home(model)))
    return {short: np.quantile(samples[name].values, quantiles).tolist()
            for name, short in _short_names(layers).items() if len(samples[name].values)}


def lrn_measures(trained: nn.Module, start: nn.Module, loader: DataLoader) -> dict[str, dict]:
    """What a record says of LRN: ``lrn_divisors`` of the ``trained`` network, and in ``lrn_percentiles``, of
    it and of the network at its ``start``, the 1, 3, 5 ... 99 % quantiles of each layer's divisor."""
    percentiles = {
        name: {layer: [float(f"{value:.6g}") for value in values]
               for layer, values in lrn_divisors(model, loader, ODD_PERCENT).items()}
        for name, model in (("start", start), ("trained", trained))}
    return {"lrn_divisors": lrn_divisors(trained, loader), "lrn_percentiles": percentiles}


def occlusion(predict: Callable[[Tensor], Tensor], image: Tensor, label: int, *, side: int, stride: int,
              grey: float = 128.0) -> Tensor:
    """By how much the probability of class ``label`` falls when a grey square hides a part of ``image``
    (3, H, W): (H', W'), one value for each place of a square of ``side`` pixels, ``stride`` pixels apart
    (Zeiler and Fergus 2014, section 4.2). Below 0 where hiding helps.

    ``predict`` gives probabilities (N, C) of pictures (N, 3, H, W), as what `load_predictor` returns does;
    all places are one batch. ``grey`` is in the picture's own unit. Raises ValueError for a square that does
    not fit into the picture and for a stride below 1.
    """
    if image.ndim != 3 or not 1 <= side <= min(image.shape[1:]) or stride < 1:
        raise ValueError(f"a square of {side} pixels, {stride} apart, for a picture {tuple(image.shape)}: "
                         "the picture is (3, H, W), the square fits into it, and the stride is 1 or more")
    rows, columns = (range(0, length - side + 1, stride) for length in image.shape[1:])
    batch = image.repeat(1 + len(rows) * len(columns), 1, 1, 1)
    for hidden, (top, left) in zip(batch[1:], product(rows, columns), strict=True):
        hidden[:, top:top + side, left:left + side] = grey
    with torch.no_grad():
        whole, *parts = predict(batch)[:, label]
    return (whole - torch.stack(parts)).reshape(len(rows), len(columns))


def first_convolution(model: nn.Module) -> nn.Conv2d:
    """The convolution that reads the picture; raises ValueError where there is none."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            return module
    raise ValueError(f"{type(model).__name__} has no convolution")


class _Sample:
    """Everything that is added up to `MOST` values, evenly spread ones beyond."""

    def __init__(self):
        self.stride, self.values = 1.0, np.empty(0, np.float32)

    def add(self, values: Tensor) -> None:
        while len(self.values) + values.numel() / self.stride > MOST:
            self.stride, self.values = THINNER * self.stride, self.values[_places(len(self.values), THINNER)]
        places = torch.from_numpy(_places(values.numel(), self.stride))
        chosen = values.flatten()[places.to(values.device)].float().cpu().numpy()
        self.values = np.concatenate([self.values, chosen])


def _places(count: int, stride: float) -> np.ndarray:
    return (np.arange(ceil(count / stride)) * stride).astype(np.int64)


def _short_names(names: Iterable[str]) -> dict[str, str]:
    """Full name -> its last part, or itself where another ends alike."""
    last = {name: name.rpartition(".")[2] for name in names}
    alike = Counter(last.values())
    return {name: short if alike[short] == 1 else name for name, short in last.items()}
