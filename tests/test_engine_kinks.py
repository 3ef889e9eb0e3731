"""Zero times infinity, kinks, and domain errors: what the sweep decides where calculus does not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradients

INF = math.inf
KINDS = pytest.mark.parametrize("kind", [Value, Tensor])


def slopes(f: Any, x: Any) -> list[float]:
    """First and second derivative, and that by a sweep through a sweep."""
    (first,) = gradients(f(x), [x], create_graph=True)
    if not first.requires_grad:
        return [float(first.data), 0.0]
    (second,) = gradients(first, [x], create_graph=True)
    return [float(first.data), 0.0 if second is None else float(second.data)]


def with_backward(f: Any, x: Any) -> float:
    f(x).backward()
    return float(x.grad)


def guard(x: Any) -> Any:
    return x.data > 0


#: A branch not taken, at the point where the derivative of the other one is not finite.
UNTAKEN = {
    "where(x > 0, sqrt(x), 0)": (lambda x: autograd.where(guard(x), autograd.sqrt(x), 0.0), 0.0),
    "where(x > 0, log(x), x)": (lambda x: autograd.where(guard(x), autograd.log(x), x), 1.0),
    "where(x > 0, 1 / x, x * x)": (lambda x: autograd.where(guard(x), 1 / x, x * x), 0.0),
    "where(x > 0, x ** 0.5, 3 * x)": (lambda x: autograd.where(guard(x), x**0.5, 3 * x), 3.0),
    "sqrt(where(x > 0, x, 0))": (lambda x: autograd.sqrt(autograd.where(guard(x), x, 0.0)), 0.0),
    "sqrt(relu(x))": (lambda x: autograd.sqrt(autograd.relu(x)), 0.0),
    "log(relu(x))": (lambda x: autograd.log(autograd.relu(x)), 0.0),
    "1 / maximum(x - 1, 0)": (lambda x: 1 / autograd.maximum(x - 1, 0.0), 0.0),
    "sqrt(minimum(x + 1, 0))": (lambda x: autograd.sqrt(autograd.minimum(x + 1, 0.0)), 0.0),
    "maximum(sqrt(x), 1)": (lambda x: autograd.maximum(autograd.sqrt(x), 1.0), 0.0),
    "minimum(log(x), -1)": (lambda x: autograd.minimum(autograd.log(x), -1.0), None),
    "relu(sqrt(x) - 1)": (lambda x: autograd.relu(autograd.sqrt(x) - 1), 0.0),
    "clip(sqrt(x), 1, 2)": (lambda x: autograd.clip(autograd.sqrt(x), 1, 2), 0.0),
    "sqrt(clip(x, 1e-9, 1) * 0)": (lambda x: autograd.sqrt(autograd.clip(x, 1e-9, 1) * 0.0), 0.0),
    "sqrt(floor(x))": (lambda x: autograd.sqrt(autograd.floor(x)), 0.0),
    "sqrt(sign(x))": (lambda x: autograd.sqrt(autograd.sign(x)), 0.0),
    "sqrt(x * 0)": (lambda x: autograd.sqrt(x * 0.0), 0.0),
    "0 * sqrt(x)": (lambda x: 0.0 * autograd.sqrt(x), 0.0),
    "sqrt(x) ** 2 by a zero": (lambda x: autograd.sqrt(x) ** 2, 0.0),
}


@KINDS
@pytest.mark.parametrize(
    "case", [name for name, (_, slope) in UNTAKEN.items() if slope is not None]
)
def test_a_branch_not_taken_never_leaks_nan(kind: Any, case: str) -> None:
    f, slope = UNTAKEN[case]
    with np.errstate(all="ignore"):
        assert with_backward(f, kind(0.0)) == slope
        first, second = slopes(f, kind(0.0))
    assert first == slope
    assert math.isfinite(second)


@KINDS
@pytest.mark.parametrize(
    "f, at, first, second",
    [
        (lambda x: x.sin() ** 2, 0.0, 0.0, 2.0),
        (lambda x: x.sin() * x.sin(), 0.0, 0.0, 2.0),
        (lambda x: autograd.square(x.sin()), 0.0, 0.0, 2.0),
        (lambda x: (3 * x - 6) ** 2, 2.0, 0.0, 18.0),
        (lambda x: (3 * x - 6) ** Value(2.0).data, 2.0, 0.0, 18.0),
        (lambda x: (x * x + 1).sqrt(), 0.0, 0.0, 1.0),
        (lambda x: x * x.abs(), 0.0, 0.0, 0.0),
        (lambda x: x * x.relu(), 0.0, 0.0, 0.0),
        (lambda x: x**3, 0.0, 0.0, 0.0),
        (lambda x: 1 - x.cos(), 0.0, 0.0, 1.0),
        (lambda x: autograd.where(guard(x), x.sqrt(), x * x), 0.0, 0.0, 2.0),
        (lambda x: autograd.where(guard(x), x.log(), x**3 + x * x), 0.0, 0.0, 2.0),
        (lambda x: autograd.maximum(x * x, -1.0), 0.0, 0.0, 2.0),
        (lambda x: autograd.clip(x * x, -1, 1), 0.0, 0.0, 2.0),
    ],
)
def test_a_term_that_is_zero_here_keeps_its_slope(
    kind: Any, f: Any, at: float, first: float, second: float
) -> None:
    with np.errstate(all="ignore"):
        assert with_backward(f, kind(at)) == first
        assert slopes(f, kind(at)) == pytest.approx([first, second])


def test_repairs_are_made_element_by_element() -> None:
    x = Tensor([0.0, 4.0, -1.0, 9.0])
    with np.errstate(all="ignore"):
        out = autograd.where(np.array([False, True, False, True]), autograd.sqrt(x), x * 2)
    out.sum().backward()
    np.testing.assert_allclose(x.grad, [2, 0.25, 2, 1 / 6])
    (first,) = gradients(
        autograd.where(np.array([False, True]), autograd.sqrt(x[:2]), x[:2] ** 2).sum(),
        [x],
        create_graph=True,
    )
    first.sum().backward()
    np.testing.assert_allclose(x.grad, [2 + 2, 0.25 - 0.25 * 4**-1.5, 2, 1 / 6])


def test_repairs_hold_where_the_operand_was_stretched() -> None:
    b = Tensor([0.0, 1.0])
    with np.errstate(all="ignore"):
        out = autograd.where(np.array([[False], [True]]), Tensor([[1.0], [2.0]]) / b, 0.0 * b)
    out.sum().backward()
    np.testing.assert_array_equal(b.grad, [-INF, -2.0])


def test_a_real_nan_is_not_repaired_away() -> None:
    x = Value(2.0)
    (x * math.nan).backward()
    assert math.isnan(x.grad)
    t = Tensor([2.0, 3.0])
    (t * np.array([math.nan, 1.0])).sum().backward()
    np.testing.assert_array_equal(t.grad, [math.nan, 1.0])


@KINDS
@pytest.mark.parametrize(
    "f, at, slope",
    [
        (lambda x: x.relu(), 0.0, 0.0),
        (lambda x: x.abs(), 0.0, 0.0),
        (lambda x: abs(x), -0.0, 0.0),
        (lambda x: autograd.maximum(x, 1.5), 1.5, 0.5),
        (lambda x: autograd.minimum(x, 1.5), 1.5, 0.5),
        (lambda x: autograd.maximum(x, x * 1.0), 1.5, 1.0),
        (lambda x: autograd.clip(x, -1, 1), 1.0, 1.0),
        (lambda x: autograd.clip(x, -1, 1), -1.0, 1.0),
        (lambda x: autograd.clip(x, None, 1), 2.0, 0.0),
        (lambda x: autograd.clip(x, -1), -2.0, 0.0),
        (lambda x: autograd.leaky_relu(x, 0.1), 0.0, 0.1),
        (lambda x: autograd.elu(x, 0.5), 0.0, 0.5),
        (lambda x: x.sign(), 0.0, 0.0),
        (lambda x: x.floor(), 2.0, 0.0),
        (lambda x: x.ceil(), 2.0, 0.0),
        (lambda x: x.round(), 2.5, 0.0),
        (lambda x: x.sqrt(), 0.0, INF),
        (lambda x: x**0.5, 0.0, INF),
        (lambda x: x**2, 0.0, 0.0),
        (lambda x: x**1, 0.0, 1.0),
        (lambda x: x**0, 0.0, 0.0),
        (lambda x: 0.0**x, 2.0, 0.0),
        (lambda x: autograd.hypot(x, 0.0), 0.0, 0.0),
        (lambda x: autograd.norm(x), 0.0, 0.0),
    ],
)
def test_kinks_follow_pytorch(kind: Any, f: Any, at: float, slope: float) -> None:
    with np.errstate(all="ignore"):
        assert with_backward(f, kind(at)) == slope


@pytest.mark.parametrize("name", ["max", "amax", "min", "amin"])
def test_ties_of_a_reduction_share_equally(name: str) -> None:
    x = Tensor(
        [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]] if "max" in name else [[5.0, 3.0, 3.0], [2.0] * 3]
    )
    getattr(autograd, name)(x, axis=1).sum().backward()
    np.testing.assert_allclose(x.grad, np.array([[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]]))


def test_a_norm_has_gradient_zero_at_zero_in_each_of_its_rows() -> None:
    x = Tensor([[0.0, 0.0], [3.0, 4.0]])
    autograd.norm(x, axis=1).sum().backward()
    np.testing.assert_allclose(x.grad, [[0.0, 0.0], [0.6, 0.8]])


@KINDS
@pytest.mark.parametrize(
    "f, at, data, message",
    [
        (lambda x: x.log(), -1.0, math.nan, "invalid value"),
        (lambda x: x.log(), 0.0, -INF, "divide by zero"),
        (lambda x: x.sqrt(), -1.0, math.nan, "invalid value"),
        (lambda x: 1 / x, 0.0, INF, "divide by zero"),
        (lambda x: x / 0, 1.0, INF, "divide by zero"),
        (lambda x: x / x, 0.0, math.nan, "invalid value"),
        (lambda x: x**-1, 0.0, INF, "divide by zero"),
        (lambda x: x**0.5, -2.0, math.nan, "invalid value"),
        (lambda x: x.exp(), 1000.0, INF, "overflow"),
        (lambda x: x.arcsin(), 2.0, math.nan, "invalid value"),
    ],
)
def test_domain_errors_follow_numpy(
    kind: Any, f: Any, at: float, data: float, message: str
) -> None:
    with pytest.warns(RuntimeWarning, match=message):
        out = f(kind(at))
    np.testing.assert_equal(float(out.data), data)
    out.backward()  # quietly


@KINDS
def test_errstate_turns_a_domain_error_into_an_exception(kind: Any) -> None:
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        kind(-1.0).log()
    with np.errstate(all="raise"):
        (kind(0.0).sqrt() + kind(-2.0) ** 2).backward()


@pytest.mark.parametrize("number", [0.1, -0.9321166573881661, 1.4654638767242432, 1e8, 1e-300])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_std_of_equal_elements_has_gradient_zero_though_their_mean_rounds(
    number: float, dtype: Any
) -> None:
    for n in (3, 6, 7, 1000):
        x = Tensor(np.full((2, n), number), dtype=dtype)
        x.std(axis=1).sum().backward()
        assert not x.grad.any()
    y = Tensor([1.0, 1.0 + 1e-12])  # these differ, however little
    y.std().backward()
    assert y.grad.tolist() == pytest.approx([-0.5, 0.5], rel=1e-3)
