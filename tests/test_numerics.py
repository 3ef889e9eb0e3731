"""Ties of large numbers, and numbers near the ends of their dtype."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value
from optim import clip_grad_norm_

INF = math.inf
Require = Callable[[str], Any]


def slopes(function: Callable[..., Any], *operands: Any) -> list[Any]:
    """The gradients of the summed result at ``operands``, which are nodes."""
    out = function(*operands)
    (out.sum() if isinstance(out, Tensor) else out).backward()
    return [x.grad for x in operands]


# -- ties of large numbers ----------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "a, b", [(1e8, 1e8), (1e16, 1e16), (1e16, 0.0), (INF, 0.0), (-INF, 0.0), (3e7, 3e7 - 4)]
)
def test_logaddexp_of_large_numbers_is_pytorchs(
    a: float, b: float, dtype: Any, require: Require
) -> None:
    torch = require("torch")
    ours = [Tensor(x, dtype=dtype) for x in (a, b)]
    theirs = [torch.tensor(x.data, requires_grad=True) for x in ours]
    torch.logaddexp(*theirs).backward()
    expected = [x.grad.item() for x in theirs]
    assert slopes(autograd.logaddexp, *ours) == pytest.approx(expected, rel=1e-6)
    if dtype is np.float64:
        assert slopes(autograd.logaddexp, Value(a), Value(b)) == pytest.approx(expected)


@pytest.mark.parametrize("end", [INF, -INF])
def test_equal_infinities_share_the_gradient_of_logaddexp(end: float) -> None:
    assert slopes(autograd.logaddexp, Tensor(end), Tensor(end)) == [0.5, 0.5]
    assert slopes(autograd.logaddexp, Value(end), Value(end)) == [0.5, 0.5]


def test_logaddexp_is_curved_at_a_tie() -> None:
    assert autograd.grad(autograd.grad(lambda a: autograd.logaddexp(a, 2.0)))(2.0) == 0.25


def test_the_gradient_of_logsumexp_adds_up_to_one_at_ties_of_large_numbers() -> None:
    for size in (1e8, -1e8):
        (da,) = slopes(autograd.logsumexp, Tensor(np.full(4, size, np.float32)))
        np.testing.assert_array_equal(da, np.full(4, 0.25, np.float32))
    (da,) = slopes(lambda a: autograd.logsumexp(a, axis=1), Tensor([[-INF, -INF], [1e16, 1e16]]))
    np.testing.assert_array_equal(da, [[0.0, 0.0], [0.5, 0.5]])


@pytest.mark.parametrize("kind", [Value, Tensor])
def test_the_gradient_of_arctan2_is_0_at_the_origin_as_in_pytorch(
    kind: Any, require: Require
) -> None:
    torch = require("torch")
    theirs = [torch.tensor(0.0, requires_grad=True) for _ in range(2)]
    torch.atan2(*theirs).backward()
    assert slopes(autograd.arctan2, kind(0.0), kind(0.0)) == [x.grad.item() for x in theirs]


def test_the_gradient_of_arctan2_far_from_the_origin_and_near_it() -> None:
    for size in (1e200, 1e-200):
        found = slopes(autograd.arctan2, Value(3 * size), Value(4 * size))
        assert found == pytest.approx([0.16 / size, -0.12 / size])
    half = [Tensor(np.float16(x)) for x in (300.0, 400.0)]
    assert slopes(autograd.arctan2, *half) == pytest.approx([0.0016, -0.0012], rel=1e-3)


# -- the ends of float16, and of the others -----------------------------------------------------


def half(*entries: float) -> Tensor:
    return Tensor(np.array(entries, np.float16))


def test_the_norm_in_float16(require: Require) -> None:
    torch = require("torch")
    for order in (None, 1, 3, INF):
        x = half(300.0, -400.0)
        # In float32: the cubes of PyTorch leave float16.
        theirs = torch.tensor(x.data.astype(np.float32), requires_grad=True)
        expected = torch.linalg.vector_norm(theirs, 2 if order is None else order)
        expected.backward()
        out = autograd.norm(x, order)
        out.backward()
        assert out.dtype == x.grad.dtype == np.float16
        assert float(out.data) == pytest.approx(expected.item(), rel=1e-3)
        np.testing.assert_allclose(x.grad, theirs.grad.numpy(), rtol=2e-3)


@pytest.mark.parametrize("dtype, size", [(np.float32, 1e30), (np.float64, 1e200)])
def test_the_norm_of_numbers_whose_squares_leave_the_dtype(dtype: Any, size: float) -> None:
    for scale in (size, 1 / size):
        x = Tensor(np.array([[3.0, -4.0], [1 / scale, 0.0], [0.0, 0.0]]) * scale, dtype=dtype)
        out = autograd.norm(x, axis=1)
        out.backward(np.ones(3))
        assert out.dtype == dtype
        np.testing.assert_allclose(out.data, np.array([5 * scale, 1.0, 0.0]), rtol=1e-6)
        np.testing.assert_allclose(
            x.grad, np.array([[0.6, -0.8], [1.0, 0.0], [0.0, 0.0]]), rtol=1e-6
        )
        frobenius = autograd.norm(Tensor(np.full((2, 2), scale), dtype=dtype), keepdims=True)
        np.testing.assert_allclose(frobenius.data, [[2 * scale]], rtol=1e-6)


def test_the_norm_of_one_number_is_its_size() -> None:
    for dtype, entry in itertools.product((np.float16, np.float64), (0.0, -3.0, INF)):
        x = Tensor(np.array(entry, dtype))
        out = autograd.norm(x)
        assert out.data == abs(entry) and out.dtype == dtype and out.shape == ()
        if math.isfinite(entry):
            out.backward()
            assert x.grad == np.sign(entry)


def test_the_norm_of_an_infinite_vector_is_infinite() -> None:
    assert autograd.norm(np.array([INF, 1.0])) == INF
    assert np.isnan(autograd.norm(np.array([np.nan, 0.0])))


def test_the_mean_of_many_in_float16() -> None:
    for n in (400, 100_000):
        x = Tensor(np.full(n, 300, np.float16))
        out = x.mean()
        out.backward()
        assert out.dtype == x.grad.dtype == np.float16 and out.data == 300
        np.testing.assert_allclose(x.grad, 1 / n, rtol=5e-3)
    assert autograd.mean(np.array([1, 2])) == 1.5


def test_the_standard_deviation_in_float16(require: Require) -> None:
    torch = require("torch")
    for n in (2, 1000):
        entries = np.where(np.arange(n) % 2, 350, -350).astype(np.float16)
        x, theirs = Tensor(entries), torch.tensor(entries, requires_grad=True)
        out, expected = x.std(), theirs.std(correction=0)
        out.backward()
        expected.backward()
        assert out.dtype == np.float16 and out.data == expected.item() == 350
        np.testing.assert_allclose(x.grad, theirs.grad.numpy(), rtol=2e-3)
    spread = half(0.0, 10.0)
    (da,) = slopes(lambda a: autograd.var(a), spread)
    assert autograd.var(spread).dtype == np.float16 and da.tolist() == [-5.0, 5.0]


class Weight:
    def __init__(self, grad: Any) -> None:
        self.data, self.grad = np.zeros_like(grad), grad


@pytest.mark.parametrize(
    "dtype, size", [(np.float16, 100.0), (np.float32, 1e30), (np.float64, 1e200)]
)
def test_gradients_whose_squares_leave_the_dtype_are_clipped(dtype: Any, size: float) -> None:
    w = Weight((np.array([3.0, 4.0]) * size).astype(dtype))
    assert clip_grad_norm_([w], 1.0) == pytest.approx(5 * size, rel=1e-6)
    assert w.grad.dtype == dtype
    np.testing.assert_allclose(w.grad, [0.6, 0.8], rtol=1e-3)


def test_clipping_to_a_norm_that_float16_hardly_has() -> None:
    w, other = Weight(np.array([60000.0], np.float16)), Weight(np.array([1e12], np.float32))
    clip_grad_norm_([w, other], 1.0)
    np.testing.assert_allclose(w.grad, 6e-8, rtol=0.01)


@pytest.mark.parametrize("entry", [INF, np.nan])
def test_gradients_that_are_not_finite_are_told(entry: float) -> None:
    with pytest.raises(FloatingPointError, match=f"is {entry}"):
        clip_grad_norm_([Weight(np.array([entry, 1.0]))], 1.0, error_if_nonfinite=True)
