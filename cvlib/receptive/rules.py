"""What a unit behind a function of PyTorch's sees: a rule a function, with the function's own arguments."""
from dataclasses import dataclass, replace

from torch import Tensor

__all__ = ["POINTWISE", "RULES", "Seen", "joined"]

POINTWISE = {  # each place of what they give hangs on that place of what they read, on all its channels
    "add", "batch_norm", "clone", "contiguous", "div", "dropout", "elu", "exp", "float", "gelu",
    "hardsigmoid", "hardswish", "iadd", "imul", "isub", "mul", "neg", "pow", "radd", "reciprocal", "relu",
    "rmul", "rsqrt", "sigmoid", "silu", "sqrt", "square", "sub", "tanh", "to", "truediv"}


@dataclass(frozen=True)
class Seen:
    """What the units of a tensor see, as in `Field`, of pictures ``side`` pixels wide; ``axes`` are those of
    the tensor's that are the picture's rows and columns, none where they are gone."""

    side: int
    axes: tuple[int, ...] = (2, 3)
    size: int = 1
    stride: int = 1
    start: int = 0

    def whole(self, axes: tuple[int, ...] = ()) -> "Seen":
        """Of units that read all places."""
        return Seen(self.side, axes, self.side, 0, 0)


def joined(read: list[Tensor]) -> Seen:
    """The smallest field that holds those of all tensors. Raises ValueError where their units are not equally
    far apart."""
    fields = [tensor.seen for tensor in read]
    first = max(fields, key=lambda seen: len(seen.axes))
    if any(not seen.stride for seen in fields):
        return first.whole(first.axes)
    if len({(seen.stride, seen.axes) for seen in fields}) > 1:
        raise ValueError("branches join whose units are "
                         f"{' and '.join(str(seen.stride) for seen in fields)} pixels apart")
    start, end = min(seen.start for seen in fields), max(seen.start + seen.size for seen in fields)
    return replace(first, size=end - start, start=start)


def _window(x: Tensor, kernel, stride, padding, dilation) -> Seen:
    """What units see that read windows of units of ``x``."""
    if isinstance(padding, str):
        raise ValueError(f"only padding with zeros, counted in pixels, is known here, not {padding!r}")
    kernel, stride, padding, dilation = map(_side, (kernel, stride, padding, dilation))
    if not x.seen.stride:
        return x.seen
    if x.seen.axes != (2, 3):
        raise ValueError("windows slide over maps (N, C, H, W)")
    return replace(x.seen, size=x.seen.size + dilation * (kernel - 1) * x.seen.stride,
                   stride=x.seen.stride * stride, start=x.seen.start - padding * x.seen.stride)


def _side(value: int | tuple[int, int]) -> int:
    """Of a kernel size and the like, the same for both sides."""
    sides = {value} if isinstance(value, int) else set(value)
    if len(sides) > 1:
        raise ValueError(f"windows are square, not {tuple(value)}")
    return sides.pop()


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    return _window(x, weight.shape[2:], stride, padding, dilation)


def max_pool2d(x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    return _window(x, kernel_size, stride or kernel_size, padding, dilation)


def avg_pool2d(x, kernel_size, stride=None, padding=0, *rest, **more):
    return _window(x, kernel_size, stride or kernel_size, padding, 1)


def adaptive_avg_pool2d(x, output_size):
    places, after = x.shape[-1], _side(output_size)
    if after == 1:
        return x.seen.whole(x.seen.axes)
    if places % after:
        raise ValueError(f"a pool that makes {after} of {places} places has windows of several sizes")
    return _window(x, places // after, places // after, 0, 1)


def pad(x, pad, mode="constant", value=None):
    if mode != "constant":
        raise ValueError(f"only padding with zeros, counted in pixels, is known here, not {mode!r}")
    left, _, top, _ = (*pad, 0, 0)[:4]
    return _window(x, 1, 1, _side((left, top)), 1)


def flatten(x, *rest, **more):
    return x.seen.whole()


def linear(x, weight, bias=None):
    if x.dim() - 1 in x.seen.axes:
        raise ValueError("a linear layer reads along a row of places")
    return x.seen


def layer_norm(x, normalized_shape, *rest, **more):
    over = range(x.dim() - len(normalized_shape), x.dim())
    return x.seen.whole(x.seen.axes) if set(x.seen.axes) & {*over} else x.seen


def mean(x, dim=None, keepdim=False, **more):
    dims = range(x.dim()) if dim is None else [dim] if isinstance(dim, int) else dim
    over, axes = {one % x.dim() for one in dims}, {*x.seen.axes}
    if axes <= over:
        return x.seen.whole(x.seen.axes if keepdim else ())
    if axes & over or not keepdim:
        raise ValueError("a mean is known over all places, or over channels with keepdim")
    return x.seen


def permute(x, *order):
    order = [axis % x.dim() for axis in (order if isinstance(order[0], int) else order[0])]
    return replace(x.seen, axes=tuple(order.index(axis) for axis in x.seen.axes))


def cat(tensors, dim=0):
    if dim % tensors[0].dim() in tensors[0].seen.axes:
        raise ValueError("maps are put together along their channels alone")
    return joined(list(tensors))


def getitem(x, index):
    slices = [one for one in index if isinstance(one, slice)] if isinstance(index, tuple) else []
    if len(slices) < x.dim():
        raise ValueError("parts of maps are slices of every axis")
    rows, columns = (slices[axis] for axis in x.seen.axes)
    if rows.start or columns.start or (rows.stop, columns.stop) != (None, None):
        raise ValueError("of the places all are taken, or every n-th from the first on")
    return _window(x, 1, (rows.step or 1, columns.step or 1), 0, 1)


RULES = {rule.__name__: rule for rule in (conv2d, max_pool2d, avg_pool2d, adaptive_avg_pool2d, pad, flatten,
                                          linear, layer_norm, mean, permute, cat, getitem)}
