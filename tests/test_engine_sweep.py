"""The reverse sweep, by graph shape: what adds up, what is reset, what is refused."""

from __future__ import annotations

import inspect
import itertools
import re
import textwrap
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import autograd
import autograd.engine
from autograd import Tensor, Value, gradients

KINDS = pytest.mark.parametrize("kind", [Value, Tensor])


def grad(x: Any) -> float:
    return float(x.grad)


@KINDS
def test_a_second_backward_adds_into_the_leaf_and_resets_the_interior(kind: Any) -> None:
    x = kind(2.0)
    y = x * x
    z = y * 1.0
    z.backward()
    assert (grad(x), grad(y), grad(z)) == (4.0, 1.0, 1.0)
    z.backward()
    assert (grad(x), grad(y), grad(z)) == (8.0, 1.0, 1.0)


@KINDS
def test_two_outputs_share_an_interior_node(kind: Any) -> None:
    x = kind(2.0)
    y = x * 3
    (y * y).backward()
    assert (grad(x), grad(y)) == (36.0, 12.0)
    (y * 5).backward()
    assert (grad(x), grad(y)) == (51.0, 5.0)


@KINDS
def test_backward_from_an_interior_node_after_the_output(kind: Any) -> None:
    x = kind(2.0)
    y = x * 3
    z = y * y
    z.backward()
    y.backward()
    assert (grad(x), grad(y), grad(z)) == (39.0, 1.0, 12.0 / 12.0)


@KINDS
def test_leaves_keep_the_sum_until_their_gradient_is_set(kind: Any) -> None:
    x = kind(2.0)
    (x * x).backward()
    x.grad = None
    (x * x).backward()
    assert grad(x) == 4.0
    x.grad = None
    autograd.where(1.0, x, 2 * x).backward()
    assert grad(x) == 1.0
    x.grad = None
    x.backward()
    assert grad(x) == 1.0
    x.grad = None
    handle = x.register_hook(lambda g: g)
    (x * x).backward()
    assert grad(x) == 4.0
    handle.remove()
    x.grad = kind(100.0).data
    (x * x).backward()
    assert grad(x) == 104.0


@KINDS
@pytest.mark.parametrize(
    "f, slope",
    [
        (lambda x: x + x, 2.0),
        (lambda x: x - x, 0.0),
        (lambda x: x * x, 6.0),
        (lambda x: x / x, 0.0),
        (lambda x: x**x, 27 * (np.log(3) + 1)),
        (lambda x: x * x * x, 27.0),
        (lambda x: x + x + x + x, 4.0),
        (lambda x: autograd.maximum(x, x), 1.0),
        (lambda x: autograd.where(1.0, x, x), 1.0),
        (lambda x: autograd.clip(x, x, x), 1.0),
        (lambda x: autograd.hypot(x, x), 2**0.5),
        (lambda x: autograd.arctan2(x, x), 0.0),
    ],
)
def test_repeated_operand(kind: Any, f: Any, slope: float) -> None:
    x = kind(3.0)
    f(x).backward()
    assert grad(x) == pytest.approx(slope, abs=1e-15)


@KINDS
def test_diamond(kind: Any) -> None:
    x = kind(3.0)
    a, b = x * 2, x * x
    (a * b).backward()
    assert (grad(x), grad(a), grad(b)) == (54.0, 9.0, 6.0)


@KINDS
def test_diamond_of_diamonds(kind: Any) -> None:
    x = kind(1.0)
    y = x
    for _ in range(60):  # 2**60 paths
        y = y + y
    y.backward()
    assert grad(x) == 2.0**60


@KINDS
def test_diamond_with_arms_of_different_length(kind: Any) -> None:
    x = kind(0.5)
    y = x.sin()
    long = y
    for _ in range(30):
        long = long.tanh()
    z = y * long + y
    z.backward()
    (expected,) = gradients(z, [x])
    step = 1e-6

    def f(a: float) -> float:
        s = t = np.sin(a)
        for _ in range(30):
            t = np.tanh(t)
        return float(s * t + s)

    assert grad(x) == pytest.approx((f(0.5 + step) - f(0.5 - step)) / (2 * step), rel=1e-8)
    assert float(expected.data) == pytest.approx(grad(x), rel=1e-15)


@KINDS
def test_wide_node_of_10000_consumers(kind: Any) -> None:
    x = kind(3.0)
    y = x * 2
    total = y * 0.0
    for i in range(10_000):
        total = total + y * float(i % 7)
    total.backward()
    weights = sum(i % 7 for i in range(10_000))
    assert grad(x) == 2.0 * weights
    assert grad(y) == weights


@KINDS
def test_disconnected_leaf_keeps_its_gradient(kind: Any) -> None:
    x, other = kind(3.0), kind(4.0)
    unused = x * other
    (x * 2).backward()
    assert grad(x) == 2.0
    assert other.grad is None or other.grad == 0.0
    assert unused.grad is None or unused.grad == 0.0
    assert gradients(x * 2, [other]) == [None]


@KINDS
def test_a_leaf_is_its_own_output(kind: Any) -> None:
    x = kind(3.0)
    x.backward()
    x.backward()
    assert grad(x) == 2.0
    (found,) = gradients(x, [x])
    assert float(found.data) == 1.0


@KINDS
def test_constants_in_the_graph_get_no_gradient(kind: Any) -> None:
    x, c = kind(3.0), kind(4.0).detach()
    y = x * c + c
    y.backward()
    assert grad(x) == 4.0
    assert c.grad is None or c.grad == 0.0
    assert not c.requires_grad and not (c * c).requires_grad


@KINDS
def test_detach_cuts_the_graph_and_keeps_the_number(kind: Any) -> None:
    x = kind(3.0)
    y = x * x
    z = y.detach() * x
    z.backward()
    assert float(z.data) == 27.0
    assert grad(x) == 9.0
    assert y.detach().is_leaf


@KINDS
def test_an_upstream_gradient_scales_everything(kind: Any) -> None:
    x = kind(3.0)
    (x * x).backward(0.5)
    (x * x).backward(gradient=10)
    assert grad(x) == 3.0 + 60.0
    (x * x).backward(0.0)
    assert grad(x) == 63.0


@KINDS
def test_a_constant_has_nothing_to_sweep(kind: Any) -> None:
    for constant in (kind(3.0).detach(), kind(3.0).detach() * 2 + 1):
        with pytest.raises(RuntimeError, match="depends on nothing that takes a gradient"):
            constant.backward()


@KINDS
def test_nothing_flows_into_a_condition(kind: Any) -> None:
    c, a = kind(1.0), kind(2.0)
    out = autograd.where(c, a, 3.0)
    out.backward()
    assert float(a.grad) == 1.0 and not c.grad
    constant = autograd.where(c, 2.0, 3.0)
    assert float(constant.data) == 2.0 and not constant.requires_grad
    with pytest.raises(RuntimeError, match="depends on nothing that takes a gradient"):
        constant.backward()


def test_a_nonscalar_output_asks_for_a_sum_or_a_gradient() -> None:
    x = Tensor([1.0, 2.0, 3.0])
    y = x * x
    with pytest.raises(ValueError, match=r"shape \(3,\) has no single gradient; take \.sum\(\)"):
        y.backward()
    with pytest.raises(ValueError, match=r"shape \(3,\) has no single gradient"):
        gradients(y, [x])
    for wrong in ([1.0], 1.0, np.ones((3, 1)), np.ones((2, 3))):
        with pytest.raises(ValueError, match=r"does not fit the output's \(3,\)"):
            y.backward(wrong)
        for record in (False, True):
            with pytest.raises(ValueError, match=r"gradients: .* does not fit the output's \(3,\)"):
                gradients(y, [x], gradient=wrong, create_graph=record)
    assert x.grad is None
    y.backward([1, 0, -1])
    np.testing.assert_array_equal(x.grad, [2, 0, -6])
    (found,) = gradients(y, [x], gradient=np.array([0.0, 1.0, 0.0]))
    np.testing.assert_array_equal(found.data, [0, 4, 0])


@pytest.mark.parametrize("shape", [(1,), (1, 1), (1, 1, 1)])
def test_one_element_of_any_shape_needs_no_upstream_gradient(shape: tuple[int, ...]) -> None:
    x = Tensor(np.full(shape, 3.0))
    (x * x).backward()
    np.testing.assert_array_equal(x.grad, np.full(shape, 6.0))


def test_an_upstream_gradient_is_not_kept_or_changed() -> None:
    g = np.ones(2)
    x = Tensor([1.0, 2.0])
    x.backward(g)
    x.backward(g)
    np.testing.assert_array_equal(g, [1, 1])
    assert not np.shares_memory(x.grad, g)
    y = x + 0.0
    y.backward(g)
    g[:] = 99
    np.testing.assert_array_equal(x.grad, [3, 3])


def test_gradients_of_two_leaves_never_share_memory() -> None:
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    c = a + b
    (c + 1.5 + (a + c)).sum().backward()
    assert not np.shares_memory(a.grad, b.grad)
    a.grad += 100
    np.testing.assert_array_equal(b.grad, [2, 2])


def test_contributions_that_are_views_of_one_gradient_do_not_corrupt_each_other() -> None:
    a = Tensor(np.arange(6.0).reshape(2, 3))
    b = a + 1.0
    c = b[0] + 1.5
    d = b.T.reshape(2, 3)[0] + c
    e = (d + c + b[1]).sum() + b.sum()
    e.backward()
    expected = np.ones((2, 3))
    expected[0] += 2
    expected.reshape(-1)[[0, 3, 1]] += 1  # the first row of the transposed, reshaped array
    expected[1] += 1
    np.testing.assert_array_equal(a.grad, expected)


def test_a_gradient_buffer_receives_the_first_contribution_and_the_later_ones() -> None:
    x = Tensor([1.0, 2.0])
    flat = np.full(5, 9.0)
    x.grad_buffer = flat[1:3]
    y = (x * x).sum() + (x * 3).sum() + x[0]
    y.backward()
    assert x.grad is x.grad_buffer
    np.testing.assert_array_equal(flat, [9, 6, 7, 9, 9])
    y.backward()
    np.testing.assert_array_equal(flat, [9, 12, 14, 9, 9])
    x.grad = None
    y.backward()
    np.testing.assert_array_equal(flat, [9, 6, 7, 9, 9])


@KINDS
def test_permuting_the_order_of_terms_changes_nothing(kind: Any) -> None:
    found = set()
    for order in itertools.permutations(range(3)):
        x = kind(3.0)
        terms = [x * x, x * 2, 1 / x]
        sum((terms[i] for i in order), start=kind(0.0)).backward()
        found.add(round(grad(x), 12))
    assert found == {round(8 - 1 / 9, 12)}


@KINDS
def test_the_same_program_gives_the_same_relative_numbers(kind: Any) -> None:
    def run() -> list[int]:
        x = kind(2.0)
        y = x * x
        z = (y + x).tanh()
        return [node._number - x._number for node in (x, y, z)]

    assert run() == run()


def test_a_sum_of_a_list_of_nodes() -> None:
    xs = [Tensor([float(i), 1.0]) for i in range(5)]
    sum(x * x for x in xs).sum().backward()  # type: ignore[union-attr]
    assert [x.grad[0] for x in xs] == [0, 2, 4, 6, 8]
    vs = [Value(i) for i in range(5)]
    sum(v * v for v in vs).backward()  # type: ignore[union-attr]
    assert [v.grad for v in vs] == [0, 2, 4, 6, 8]


@KINDS
def test_augmented_assignment_rebinds(kind: Any) -> None:
    x = kind(3.0)
    y = x * 1  # a leaf is changed inside no_grad only
    y += 1
    y *= y
    y -= x
    y /= 2
    y **= 2
    y.backward()
    assert float(x.data) == 3.0
    assert grad(x) == 2 * 6.5 * (2 * 4 - 1) / 2


def test_the_walk_of_a_multiplication_shows_the_method_that_runs() -> None:
    source = inspect.getsource(Value.__mul__)
    assert textwrap.indent(source, "    ") in str(autograd.engine.__doc__)
    for name in re.findall(r"``(\w+\.\w+)``", str(autograd.engine.__doc__)):
        module, _, attribute = name.partition(".")
        if module in ("value", "fast_lanes", "operations", "sweep"):
            assert hasattr(import_module(f"autograd.engine.{module}"), attribute), name
