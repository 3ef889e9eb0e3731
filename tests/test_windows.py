"""Convolution and pooling: PyTorch's numbers, a naive sum, and the singular points of a maximum."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradcheck

Require = Callable[[str], Any]


def naive_conv(x: Any, w: Any, stride: int, padding: int, dilation: int, groups: int) -> Any:
    """The sum as it is written, one number at a time."""
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    inner, per_group = w.shape[1], len(w) // groups
    count = [(n - (k - 1) * dilation - 1) // stride + 1 for n, k in zip(x.shape[2:], w.shape[2:])]
    out = np.zeros((len(x), len(w), *count))
    for n, o, p, q in np.ndindex(out.shape):
        for c, i, j in np.ndindex(w.shape[1:]):
            channel = o // per_group * inner + c
            seen = x[n, channel, p * stride + i * dilation, q * stride + j * dilation]
            out[n, o, p, q] += w[o, c, i, j] * seen
    return out


@pytest.mark.parametrize("groups", [1, 2])
def test_convolution_is_the_sum_that_defines_it(groups: int) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 4, 6, 5)), rng.standard_normal((6, 4 // groups, 3, 2))
    for stride, padding, dilation in itertools.product((1, 2), (0, 1), (1, 2)):
        out = autograd.conv(x, w, stride, padding, dilation, groups)
        expected = naive_conv(x, w, stride, padding, dilation, groups)
        np.testing.assert_allclose(out, expected, rtol=1e-12, atol=1e-12)


def against_torch(torch: Any, ours: Any, theirs: Any, *arrays: Any) -> None:
    """Value and gradients of ``ours`` equal those of ``theirs`` to 1e-10."""
    tensors = [Tensor(a) for a in arrays]
    nodes = [torch.tensor(a, requires_grad=True) for a in arrays]
    out, expected = ours(*tensors), theirs(*nodes)
    np.testing.assert_allclose(out.data, expected.detach().numpy(), rtol=1e-10, atol=1e-12)
    g = np.random.default_rng(1).standard_normal(out.shape)
    out.backward(g)
    expected.backward(torch.tensor(g))
    for tensor, node in zip(tensors, nodes):
        np.testing.assert_allclose(tensor.grad, node.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_convolution_is_pytorchs(require: Require) -> None:
    torch = require("torch")
    rng = np.random.default_rng(2)
    F = torch.nn.functional
    steps = list(itertools.product((1, 2), (0, 2), (1, 2), (1, 2)))
    for stride, padding, dilation, groups in steps:
        for ndim, theirs in ((1, F.conv1d), (2, F.conv2d)):
            x = rng.standard_normal((2, 4, *(7, 8)[:ndim]))
            w = rng.standard_normal((6, 4 // groups, *(3, 2)[:ndim]))
            against_torch(
                torch,
                lambda x, w, s=(stride, padding, dilation, groups): autograd.conv(x, w, *s),
                lambda x, w, f=theirs, s=(stride, padding, dilation, groups): f(x, w, None, *s),
                x,
                w,
            )


def test_transposed_convolution_is_pytorchs(require: Require) -> None:
    torch = require("torch")
    rng = np.random.default_rng(3)
    for stride, padding, dilation, groups in itertools.product((1, 2), (0, 1), (1, 2), (1, 2)):
        x, w = rng.standard_normal((2, 4, 3, 4)), rng.standard_normal((4, 3, 3, 2))
        against_torch(
            torch,
            lambda x, w, s=(stride, padding, dilation, groups): autograd.conv_transpose(
                x, w, None, *s
            ),
            lambda x, w, s=(stride, padding, groups, dilation): (
                torch.nn.functional.conv_transpose2d(x, w, None, s[0], s[1], 0, *s[2:])
            ),
            x,
            w,
        )


def test_pooling_is_pytorchs_where_nothing_ties(require: Require) -> None:
    torch = require("torch")
    rng = np.random.default_rng(4)
    F = torch.nn.functional
    for size, stride, padding in itertools.product((2, 3), (None, 1, 2), (0, 1)):
        for x, maxima, means in (
            (rng.standard_normal((2, 3, 7)), F.max_pool1d, F.avg_pool1d),
            (rng.standard_normal((2, 3, 7, 6)), F.max_pool2d, F.avg_pool2d),
        ):
            for ours, theirs in ((autograd.max_pool, maxima), (autograd.avg_pool, means)):
                against_torch(
                    torch,
                    lambda x, f=ours, s=(size, stride, padding): f(x, *s),
                    lambda x, f=theirs, s=(size, stride, padding): f(x, *s),
                    x,
                )


def test_windows_are_pytorchs(require: Require) -> None:
    torch = require("torch")
    x = np.random.default_rng(5).standard_normal((2, 3, 6, 5))
    for size, stride, padding, dilation in itertools.product((2, 3), (1, 2), (0, 1), (1, 2)):
        against_torch(
            torch,
            lambda x, s=(size, stride, padding, dilation): autograd.unfold(x, *s).reshape(
                (2, 3 * s[0] ** 2, -1)
            ),
            lambda x, s=(size, dilation, padding, stride): torch.nn.functional.unfold(x, *s),
            x,
        )


def test_the_largest_of_a_window_share_its_gradient() -> None:
    x = Tensor([[[1.0, 1.0, 0.0, 2.0]]])
    autograd.max_pool(x, 2, 1).backward(np.array([[[1.0, 10.0, 100.0]]]))
    np.testing.assert_array_equal(x.grad, [[[0.5, 10.5, 0.0, 100.0]]])


def test_a_nan_is_the_largest_of_its_window_and_takes_the_gradient() -> None:
    x = Tensor([[[1.0, np.nan, 3.0, 4.0]]])
    out = autograd.max_pool(x, 2)
    np.testing.assert_array_equal(out.data, [[[np.nan, 4.0]]])
    out.backward(np.array([[[2.0, 3.0]]]))
    np.testing.assert_array_equal(x.grad, [[[0.0, 2.0, 0.0, 3.0]]])


def test_padding_is_never_the_largest() -> None:
    x = Tensor(np.full((1, 1, 3), -2.0))
    out = autograd.max_pool(x, 2, padding=1)
    np.testing.assert_array_equal(out.data, [[[-2.0, -2.0]]])
    out.backward(np.ones((1, 1, 2)))
    np.testing.assert_array_equal(x.grad, [[[1.0, 0.5, 0.5]]])
    whole = autograd.max_pool(np.array([[[-3, -5]]]), 2, padding=1)
    assert whole.dtype.kind == "i" and whole.tolist() == [[[-3, -5]]]


def test_memory_that_is_laid_out_otherwise_changes_no_number() -> None:
    rng = np.random.default_rng(6)
    x, w = rng.standard_normal((2, 3, 5, 4)), rng.standard_normal((4, 3, 2, 2))
    other = np.ascontiguousarray(x.transpose(3, 2, 1, 0)).transpose(3, 2, 1, 0)
    calls: tuple[Callable[[Any], Any], ...] = (
        lambda x: autograd.conv(x, w, padding=1),
        lambda x: autograd.max_pool(x, 2, 1),
        lambda x: autograd.avg_pool(x, 2, padding=1),
        lambda x: autograd.unfold(x, 2, padding=1),
    )
    for call in calls:
        np.testing.assert_allclose(call(other), call(x), rtol=1e-13, atol=1e-14)
        np.testing.assert_array_equal(call(x[::-1])[0], call(x)[1])


def test_a_window_that_is_kept_is_not_the_picture() -> None:
    """What ``unfold`` gives is a view: nobody writes through it, and a graph keeps a copy of it."""
    numbers = np.arange(4.0).reshape(1, 1, 4)
    seen = autograd.unfold(numbers, 2)
    assert not seen.flags.writeable
    w = Tensor(1.0)
    out = (seen * w).sum()
    numbers[:] = 100.0
    out.backward()
    assert w.grad == 9.0


def test_third_derivatives_of_a_small_network() -> None:
    rng = np.random.default_rng(7)
    w = rng.standard_normal((2, 1, 2, 2))

    def f(x: Any, w: Any) -> Any:
        h = autograd.tanh(autograd.conv(x, w, padding=1))
        return (autograd.avg_pool(h, 2) ** 2).sum()

    def slope(x: Any) -> Any:
        return (autograd.grad(lambda x: f(x, w))(x) ** 2).sum()

    assert gradcheck(slope, rng.standard_normal((1, 1, 3, 2)), order=2)
