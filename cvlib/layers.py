"""Parts that networks share."""
from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

__all__ = ["DropPath", "LayerNorm2d", "LayerScale", "LocalResponseNorm", "TestTimeDropout", "WithinMapNorm"]


def band(channels: int, size: int, groups: int, like: Tensor) -> Tensor:
    """(C, C, 1, 1) kernel of ones: channel i sums the ``size`` channels around it, inside its group.

    Where ``size`` is even the longer half looks back, as in ``torch.nn.LocalResponseNorm``.
    """
    i = torch.arange(channels, device=like.device)
    offset = i[None, :] - i[:, None]
    group = i // (channels // groups)
    near = (offset >= -(size // 2)) & (offset <= (size - 1) // 2) & (group[None, :] == group[:, None])
    return near.to(like.dtype)[:, :, None, None]


def inverse_power(divisor: Tensor, beta: float) -> Tensor:
    """``divisor ** -beta``; the paper's 3/4 by two square roots, several times as fast on a CPU."""
    if beta == 0.75:
        root = divisor.sqrt()
        return (root * root.sqrt()).reciprocal_()
    return divisor.pow(-beta)


def divisor(a: Tensor, weight: Tensor, alpha: float, k: float) -> Tensor:
    """k + alpha W a^2, where W is the band."""
    return F.conv2d(a.square(), weight).mul_(alpha).add_(k)


class _Normalise(torch.autograd.Function):
    """b = a d^-beta with d = k + alpha W a^2, where W is the band; its gradient is
    da = g d^-beta - 2 alpha beta a W^T(g a d^(-beta - 1))."""

    @staticmethod
    def forward(ctx, a, weight, alpha, beta, k):
        d = divisor(a, weight, alpha, k)
        factor = inverse_power(d, beta)
        ctx.save_for_backward(a, weight, d, factor)
        ctx.alpha, ctx.beta = alpha, beta
        return a * factor

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        a, weight, d, factor = ctx.saved_tensors
        gf = g * factor
        spread = F.conv2d((gf * a).div_(d), weight.transpose(0, 1))
        return gf.addcmul_(a, spread, value=-2 * ctx.alpha * ctx.beta), None, None, None, None


class LocalResponseNorm(nn.Module):
    """Local response normalisation across channels, (N, C, H, W) -> (N, C, H, W), Sec. 3.3 of the paper.

    Each activity a_i is divided by (k + alpha * sum of a_j^2 over the ``size`` channels around i) ** beta.
    ``divide_by_size=False`` is that formula as printed; ``True`` divides alpha by ``size`` first, as the 2012
    source (layer.py:1183), Caffe and PyTorch do. Windows do not cross the borders of the ``groups`` equal
    parts of the channels: AlexNet's towers. There are no parameters and no buffers.

    The window sum is a 1x1 convolution with a banded matrix. Computed in float32 at least, whatever autocast
    says. Raises ValueError for a window or groups below 1; when it runs, for maps of another shape, and where
    the channels cannot be cut into ``groups``.
    """

    def __init__(self, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 2.0, *,
                 divide_by_size: bool, groups: int = 1):
        super().__init__()
        if size < 1 or groups < 1:
            raise ValueError(f"size and groups are at least 1, not {size} and {groups}")
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k
        self.divide_by_size, self.groups = divide_by_size, groups

    @property
    def effective_alpha(self) -> float:
        """The factor that multiplies the sum of squares."""
        return self.alpha / self.size if self.divide_by_size else self.alpha

    def forward(self, x: Tensor) -> Tensor:
        a = self._at_least_float32(x)
        with _without_autocast(a):
            weight, alpha = self._band(a), self.effective_alpha
            if torch.is_grad_enabled() and a.requires_grad:
                b = _Normalise.apply(a, weight, alpha, self.beta, self.k)
            else:
                b = a * inverse_power(divisor(a, weight, alpha, self.k), self.beta)
        return b.to(x.dtype)

    def divisor(self, x: Tensor) -> Tensor:
        """k + alpha * sum, before the power; same shape as ``x``: how hard each activity is pressed."""
        a = self._at_least_float32(x)
        with _without_autocast(a):
            return divisor(a, self._band(a), self.effective_alpha, self.k)

    def extra_repr(self) -> str:
        return (f"size={self.size}, alpha={self.alpha:g}, beta={self.beta:g}, k={self.k:g}, "
                f"divide_by_size={self.divide_by_size}, groups={self.groups}")

    @staticmethod
    def _at_least_float32(x: Tensor) -> Tensor:
        return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x

    def _band(self, a: Tensor) -> Tensor:
        if a.dim() != 4:
            raise ValueError(f"maps are (N, C, H, W), not {tuple(a.shape)}")
        if a.shape[1] % self.groups:
            raise ValueError(f"{a.shape[1]} channels cannot be cut into {self.groups} equal groups")
        return band(a.shape[1], self.size, self.groups, a)


class WithinMapNorm(nn.Module):
    """Response normalisation within each map, (N, C, H, W) -> (N, C, H, W): the second norm of the
    source's layer 2 (layers-145.cfg:107-117), of which the paper says nothing.

    Each activity is divided by (k + alpha / size^2 * sum of a^2 over the ``size`` x ``size`` places around
    it) ** beta; beyond the border there are zeros. Computed in float32 at least. Raises ValueError unless
    ``size`` is odd, so that a window has a middle.
    """

    def __init__(self, size: int = 5, alpha: float = 1e-3, beta: float = 0.75, k: float = 1.0):
        super().__init__()
        if size < 1 or size % 2 == 0:
            raise ValueError(f"size is an odd number, not {size}")
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def forward(self, x: Tensor) -> Tensor:
        a = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
        mean = F.avg_pool2d(a.square(), self.size, stride=1, padding=self.size // 2)
        return (a * inverse_power(self.k + self.alpha * mean, self.beta)).to(x.dtype)

    def extra_repr(self) -> str:
        return f"size={self.size}, alpha={self.alpha:g}, beta={self.beta:g}, k={self.k:g}"


class TestTimeDropout(nn.Module):
    """Dropout as published (Sec. 4.2): a share ``p`` of the activities is zero in training, and at test
    time all are multiplied by 1 - ``p``. `nn.Dropout` divides by 1 - ``p`` in training instead. Raises
    ValueError for a ``p`` that is no share."""

    __test__ = False  # no test, whatever pytest thinks of its name

    def __init__(self, p: float = 0.5):
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is a share, 0 ... 1, not {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.empty_like(x).bernoulli_(1 - self.p) if self.training else (1 - self.p) * x

    def extra_repr(self) -> str:
        return f"p={self.p:g}"


class LayerNorm2d(nn.LayerNorm):
    """Layer normalisation of maps, (N, C, H, W) -> (N, C, H, W), arXiv:1607.06450.

    At each place of each picture the ``channels`` activities get mean 0 and variance 1 together, then each
    map its own weight and bias. Other places and other pictures have no say, so that training and evaluation
    do the same.
    """

    def __init__(self, channels: int, eps: float = 1e-6):
        super().__init__(channels, eps=eps)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)  # channels last, and back


class LayerScale(nn.Module):
    """Each map times a weight that is learnt and begins at ``start``, (N, C, H, W) -> (N, C, H, W),
    arXiv:2103.17239, Sec. 2: with a small one a residual block starts as nearly the identity."""

    def __init__(self, channels: int, start: float = 1e-6):
        super().__init__()
        self.start = start
        self.weight = nn.Parameter(torch.full((channels,), float(start)))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.weight[:, None, None]

    def extra_repr(self) -> str:
        return f"{len(self.weight)}, start={self.start:g}"


class DropPath(nn.Module):
    """Stochastic depth for the residual branch of a block (arXiv:1603.09382), any shape with pictures first.

    In training the whole branch of a picture is zero with probability ``p`` and divided by 1 - ``p``
    otherwise, each picture by itself: the expectation stays. In evaluation nothing happens. The paper of 2016
    drops a block for the whole batch and scales in evaluation. Raises ValueError unless 0 <= ``p`` < 1.
    """

    def __init__(self, p: float = 0.0):
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError(f"p is a share below 1, 0 ... 1, not {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = x.new_empty(len(x), *[1] * (x.dim() - 1)).bernoulli_(1 - self.p)
        return x * (kept / (1 - self.p))

    def extra_repr(self) -> str:
        return f"p={self.p:g}"


def _without_autocast(x: Tensor):
    """Where autocast is on, switched off; the meta device and exporters do not know it."""
    if x.is_meta or not torch.is_autocast_enabled(x.device.type):
        return nullcontext()
    return torch.autocast(x.device.type, enabled=False)
