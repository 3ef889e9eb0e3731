"""Every pair of shapes up to rank 3 that broadcast, and those that do not."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, gradients
from autograd.calculus.array_rules import unbroadcast
from autograd.engine.contributions import ARRAYS, NODES

Shape = tuple[int, ...]

#: All shapes of rank 0 to 3 over axes of length 1, its own length, and 0.
SHAPES: list[Shape] = [
    tuple(n for n in shape)
    for rank in range(4)
    for shape in itertools.product(*[(1, n) for n in (4, 3, 2)[3 - rank :]])
]
EMPTY: list[Shape] = [(0,), (0, 1), (1, 0), (3, 0), (0, 3, 2), (1, 0, 1)]
PAIRS = list(itertools.product(SHAPES, repeat=2))


def naive(g: Any, shape: Shape) -> Any:
    """The gradient of an operand of ``shape``: each element of ``g`` added where it came from."""
    total = np.zeros(shape)
    places = np.broadcast_to(np.arange(total.size).reshape(shape), g.shape)
    for place, value in zip(places.ravel(), np.ravel(g), strict=True):
        total.flat[place] += value
    return total


def check(a: Any, b: Any, op: Any, da: Any, db: Any) -> None:
    x, y = Tensor(a), Tensor(b)
    out = op(x, y)
    expected = op(a, b)
    assert out.shape == np.shape(expected)
    np.testing.assert_array_equal(out.data, expected)
    g = np.arange(1.0, 1.0 + out.size).reshape(out.shape)
    out.backward(g)
    for leaf, partial in ((x, da), (y, db)):
        assert leaf.grad.shape == leaf.shape
        np.testing.assert_allclose(leaf.grad, naive(g * partial(a, b), leaf.shape), rtol=1e-14)
    recorded = gradients(out, [x, y], gradient=Tensor(g), create_graph=True)
    for leaf, grad in zip((x, y), recorded, strict=True):
        np.testing.assert_allclose(grad.data, leaf.grad, rtol=1e-14)


@pytest.mark.parametrize(
    "op, da, db",
    [
        (operator.add, lambda a, b: 1.0, lambda a, b: 1.0),
        (operator.sub, lambda a, b: 1.0, lambda a, b: -1.0),
        (operator.mul, lambda a, b: b, lambda a, b: a),
        (operator.truediv, lambda a, b: 1 / b, lambda a, b: -a / b**2),
        (operator.pow, lambda a, b: b * a ** (b - 1), lambda a, b: a**b * np.log(a)),
    ],
    ids=["add", "sub", "mul", "div", "pow"],
)
def test_every_pair_of_shapes_that_broadcast(op: Any, da: Any, db: Any) -> None:
    rng = np.random.default_rng(0)
    for left, right in PAIRS:
        a, b = rng.uniform(0.5, 2.0, left), rng.uniform(0.5, 2.0, right)
        check(a, b, op, da, db)


def test_a_choice_of_three_shapes_broadcasts() -> None:
    rng = np.random.default_rng(1)
    for one, two, three in itertools.product(SHAPES[::3], SHAPES[::2], SHAPES[::4]):
        mask = np.asarray(rng.uniform(size=one) > 0.5)
        a, b = rng.standard_normal(two), rng.standard_normal(three)
        x, y = Tensor(a), Tensor(b)
        out = autograd.where(mask, x, y)
        expected = np.where(mask, a, b)
        np.testing.assert_array_equal(out.data, expected)
        g = rng.standard_normal(out.shape)
        out.backward(g)
        np.testing.assert_allclose(x.grad, naive(g * mask, two), atol=1e-14)
        np.testing.assert_allclose(y.grad, naive(g * ~mask, three), atol=1e-14)


def test_empty_shapes_broadcast() -> None:
    for left, right in itertools.product(EMPTY, EMPTY + SHAPES):
        try:
            np.broadcast_shapes(left, right)
        except ValueError:
            continue
        check(np.ones(left), np.ones(right), operator.mul, lambda a, b: b, lambda a, b: a)
        check(np.ones(right), np.ones(left), operator.mul, lambda a, b: b, lambda a, b: a)


def test_the_unbroadcast_over_arrays_and_over_nodes_is_the_naive_one() -> None:
    rng = np.random.default_rng(2)
    for shape, other in PAIRS:
        g = rng.standard_normal(np.broadcast_shapes(shape, other))
        expected = naive(g, shape)
        np.testing.assert_allclose(unbroadcast(ARRAYS, g, shape), expected, atol=1e-13)
        node = Tensor(g)
        out = unbroadcast(NODES, node, shape)
        np.testing.assert_allclose(out.data, expected, atol=1e-13)
        weights = rng.standard_normal(shape)
        (out * weights).sum().backward()
        np.testing.assert_allclose(node.grad, np.broadcast_to(weights, g.shape))


@pytest.mark.parametrize(
    "left, right",
    [
        ((2,), (3,)),
        ((2, 3), (2,)),
        ((2, 3), (3, 2)),
        ((4, 1, 2), (4, 3)),
        ((0,), (2,)),
        ((2, 3), (4, 1, 1, 2)),
    ],
)
def test_shapes_that_do_not_broadcast_raise_and_are_named(left: Shape, right: Shape) -> None:
    for a, b in ((Tensor(np.ones(left)), np.ones(right)), (np.ones(right), Tensor(np.ones(left)))):
        with pytest.raises(ValueError, match=r"^mul: ") as caught:
            a * b
        assert str(left) in str(caught.value) and str(right) in str(caught.value)
