"""What goes on inside a network."""
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from cvlib.layers import LocalResponseNorm

__all__ = ["first_convolution", "lrn_divisors"]


@torch.no_grad()
def lrn_divisors(model: nn.Module, loader: DataLoader, quantiles=(0.01, 0.5, 0.99)) -> dict[str, list[float]]:
    """``quantiles`` of k + alpha * sum in each LRN over the batches of ``loader``, before the power.

    Where the outer two are within 2 % of each other the layer divides by a constant: it is inert at that
    input scale. Every 16th value of a batch is taken.
    """
    values: dict[str, list[Tensor]] = {}
    layers = {name.rpartition(".")[2]: module for name, module in model.named_modules()
              if isinstance(module, LocalResponseNorm)}
    handles = [layer.register_forward_hook(
        lambda layer, args, _, name=name: values.setdefault(name, []).append(_sample(layer.divisor(args[0]))))
        for name, layer in layers.items()]
    device = next(model.parameters()).device
    model.eval()
    for images, _ in loader:
        model(images.to(device))
    for handle in handles:
        handle.remove()
    return {name: [float(q) for q in np.quantile(torch.cat(parts).numpy(), quantiles)]
            for name, parts in values.items()}


def first_convolution(model: nn.Module) -> nn.Conv2d:
    """The convolution that reads the picture."""
    return next(module for module in model.modules() if isinstance(module, nn.Conv2d))


def _sample(values: Tensor) -> Tensor:
    return values.flatten()[::16].cpu()
