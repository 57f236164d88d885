"""LocalResponseNorm against torch's and against the printed formula in plain loops."""
import pytest
import torch
from torch.testing import assert_close

from cvlib.layers import LocalResponseNorm, TestTimeDropout, WithinMapNorm


def printed_formula(a, size=5, alpha=1e-4, beta=0.75, k=2.0, groups=1):
    """Sec. 3.3, written out: b_i = a_i / (k + alpha * sum over j of a_j^2) ** beta."""
    channels = a.shape[1]
    tower = channels // groups
    out = []
    for i in range(channels):
        first, last = i // tower * tower, i // tower * tower + tower - 1
        window = range(max(first, i - size // 2), min(last, i + size // 2) + 1)
        out.append(a[:, i] / (k + alpha * sum(a[:, j] ** 2 for j in window)) ** beta)
    return torch.stack(out, dim=1)


def activities(*shape, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 30 * torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)


@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("constants", [(5, 1e-4, 0.75, 2.0), (3, 5e-4, 0.5, 1.0)])
def test_matches_the_printed_formula_and_its_gradient(constants, groups):
    x = activities(2, 12, 3, 4).requires_grad_()
    y = x.detach().clone().requires_grad_()
    upstream = activities(2, 12, 3, 4, seed=1)

    ours = LocalResponseNorm(*constants, divide_by_size=False, groups=groups)(x)
    theirs = printed_formula(y, *constants, groups=groups)
    ours.backward(upstream)
    theirs.backward(upstream)

    assert_close(ours, theirs)
    assert_close(x.grad, y.grad)


@pytest.mark.parametrize("size", [3, 4, 5])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_matches_torch_where_alpha_is_divided_by_the_size(size, layout):
    x = activities(2, 16, 5, 5, dtype=torch.float32).to(memory_format=layout).requires_grad_()
    y = x.detach().clone().requires_grad_()
    upstream = activities(2, 16, 5, 5, dtype=torch.float32, seed=1)

    ours = LocalResponseNorm(size, 1e-2, 0.75, 2.0, divide_by_size=True)(x)
    theirs = torch.nn.LocalResponseNorm(size, 1e-2, 0.75, 2.0)(y)
    ours.backward(upstream)
    theirs.backward(upstream)

    assert_close(ours, theirs)
    assert_close(x.grad, y.grad)
    assert ours.is_contiguous(memory_format=layout)


def test_the_two_conventions_differ_by_the_size_in_alpha():
    x = activities(1, 16, 2, 2)

    printed = LocalResponseNorm(5, 1e-4, divide_by_size=False)(x)
    source = LocalResponseNorm(5, 5e-4, divide_by_size=True)(x)

    assert_close(printed, source)


def test_gradient_passes_gradcheck():
    x = activities(1, 6, 2, 2).requires_grad_()

    assert torch.autograd.gradcheck(LocalResponseNorm(5, 1e-2, divide_by_size=False, groups=2), (x,))


def test_divisor_is_what_the_activity_is_divided_by():
    x = activities(1, 8, 2, 2)
    norm = LocalResponseNorm(divide_by_size=False, groups=2)

    assert_close(norm(x), x / norm.divisor(x) ** norm.beta)


def test_bfloat16_is_computed_in_float32():
    x = activities(1, 16, 4, 4, dtype=torch.bfloat16)
    norm = LocalResponseNorm(divide_by_size=False)

    with torch.autocast("cpu", torch.bfloat16):
        half = norm(x)

    assert half.dtype == torch.bfloat16
    assert_close(half, norm(x.float()).bfloat16())


def test_has_no_state():
    assert not LocalResponseNorm(divide_by_size=True).state_dict()


def test_channels_that_do_not_fit_the_groups_are_refused():
    with pytest.raises(ValueError, match="7 channels cannot be cut into 2"):
        LocalResponseNorm(divide_by_size=True, groups=2)(torch.ones(1, 7, 1, 1))


@pytest.mark.parametrize(("build", "said"), [
    (lambda: LocalResponseNorm(0, divide_by_size=True), "size and groups are at least 1, not 0 and 1"),
    (lambda: LocalResponseNorm(divide_by_size=True, groups=0), "size and groups are at least 1, not 5 and 0"),
    (lambda: LocalResponseNorm(divide_by_size=True)(torch.ones(8, 3, 3)), r"\(N, C, H, W\), not \(8, 3, 3\)"),
    (lambda: WithinMapNorm(4), "size is an odd number, not 4"),
    (lambda: TestTimeDropout(1.5), "p is a share, 0 ... 1, not 1.5"),
])
def test_what_a_layer_cannot_be_is_refused(build, said):
    with pytest.raises(ValueError, match=said):
        build()


@pytest.mark.parametrize("beta", [0.75, 0.5])
def test_without_gradients_the_same_bits_come_out(beta):
    x = activities(2, 16, 5, 5, dtype=torch.float32)
    norm = LocalResponseNorm(5, 1e-2, beta, divide_by_size=False, groups=2)

    assert torch.equal(norm(x), norm(x.requires_grad_()).detach())


def test_an_exported_program_computes_the_same():
    x, norm = activities(2, 16, 5, 5, dtype=torch.float32), LocalResponseNorm(divide_by_size=False, groups=2)
    model = torch.nn.Sequential(torch.nn.Conv2d(16, 16, 1), norm)

    exported = torch.export.export(model, (x,)).module()

    assert_close(exported(x), model(x))


def test_shapes_are_found_without_memory():
    x = torch.empty(2, 16, 5, 5, device="meta", requires_grad=True)

    assert LocalResponseNorm(divide_by_size=False)(x).shape == x.shape
