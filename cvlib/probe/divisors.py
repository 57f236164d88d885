"""By what local response normalisation divides."""
from collections import Counter
from collections.abc import Iterable
from math import ceil

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from cvlib.hooks import home, watched
from cvlib.layers import LocalResponseNorm

__all__ = ["lrn_divisors", "lrn_measures"]

MOST = 2**20  # values kept of one layer
ODD_PERCENT = np.arange(1, 100, 2) / 100
THINNER = 1.7  # no power of it is whole: no row or column of a map is preferred


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
