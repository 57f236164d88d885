"""The networks that dropout trains, one at a time."""
import torch
from torch import Tensor, nn

from cvlib.hooks import home, watched
from cvlib.layers import TestTimeDropout

__all__ = ["masked_answers"]


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
