"""LocalResponseNorm, forward and backward, against nn.LocalResponseNorm at AlexNet's two shapes, batch 16.

    python benchmarks/lrn.py              # two threads

The best of several runs of each, in turn; the ratio is theirs over ours. Both compute the same: outputs and
gradients are compared to 1e-5 first.
"""
import time
from math import prod

import torch
from torch import nn
from torch.testing import assert_close

from cvlib.layers import LocalResponseNorm

THREADS, BATCH, REPEATS, WANTED = 2, 16, 15, 3.0
SHAPES = {"conv1": (96, 55, 55), "conv2": (256, 27, 27)}
LAYOUTS = {"contiguous": torch.contiguous_format, "channels-last": torch.channels_last}


def step(norm: nn.Module, x: torch.Tensor, upstream: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Output, and gradient of the input."""
    leaf = x.detach().requires_grad_()
    out = norm(leaf)
    out.backward(upstream)
    return out.detach(), leaf.grad


def best(*norms: nn.Module, x: torch.Tensor, upstream: torch.Tensor) -> list[float]:
    """The shortest wall time of each, taken in turn."""
    times = [[] for _ in norms]
    for _ in range(REPEATS):
        for norm, taken in zip(norms, times, strict=True):
            start = time.perf_counter()
            step(norm, x, upstream)
            taken.append(time.perf_counter() - start)
    return [min(taken) for taken in times]


def main() -> None:
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    ours = LocalResponseNorm(5, 1e-4, 0.75, 2.0, divide_by_size=True)
    theirs = nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0)
    ratios = []
    for (layer, shape), (layout, memory_format) in [(s, m) for s in SHAPES.items() for m in LAYOUTS.items()]:
        x = torch.randn(BATCH, *shape).mul_(30).relu_().to(memory_format=memory_format)  # as of 0-255 inputs
        upstream = torch.randn_like(x)
        assert_close(step(ours, x, upstream), step(theirs, x, upstream), rtol=1e-5, atol=1e-5)
        mine, others = best(ours, theirs, x=x, upstream=upstream)
        ratios.append(others / mine)
        print(f"{layer} {shape!s:<14} {layout:<14} {ratios[-1]:5.2f} times nn.LocalResponseNorm")
    print(f"geometric mean {prod(ratios) ** (1 / len(ratios)):.2f} (wanted {WANTED})")


if __name__ == "__main__":
    main()
