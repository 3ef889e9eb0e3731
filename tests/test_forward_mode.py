"""Tangents pushed over nodes: single ones, whole graphs, both kinds, and once more."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Tensor, Value, gradients, jvp, tangents
from autograd.calculus.array_rules import ARRAY_RULES
from autograd.calculus.rules import RULES
from autograd.engine.operations import applier
from autograd.engine.order import reachable

F = autograd


@pytest.mark.parametrize("name", [n for n, r in RULES.items() if None not in r.partials])
def test_every_row_pushes_what_it_pulls(name: str) -> None:
    rule = RULES[name]
    rng = np.random.default_rng(3)
    for point in itertools.islice(itertools.product(*rule.samples), 0, None, 5):
        v = rng.standard_normal(rule.arity)
        xs = [Value(x) for x in point]
        out = getattr(F, name)(*xs)
        slopes = [g.data if g is not None else 0.0 for g in gradients(out, xs)]
        pushed = tangents(out, xs, list(v))
        expected = float(np.dot(slopes, v))
        assert (pushed.data if pushed is not None else 0.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", ARRAY_RULES)
def test_every_structural_row_pushes_nodes_that_can_be_differentiated(name: str) -> None:
    rule = ARRAY_RULES[name]
    rng = np.random.default_rng(4)
    for sample in [s for s in rule.samples if s.smooth][:3]:
        operands = list(sample.operands(rng))
        moving = [
            i for i, x in enumerate(operands) if getattr(getattr(x, "dtype", 0), "kind", "") == "f"
        ]
        moving = [i for i in moving if rule.adjoint(i) is not None]
        xs = [Tensor(operands[i]) for i in moving]
        vs = [rng.standard_normal(np.shape(operands[i])) for i in moving]
        for i, x in zip(moving, xs):
            operands[i] = x
        out = applier(rule)(tuple(operands), dict(sample.attrs))
        u = rng.standard_normal(out.shape)
        plain = tangents(out, xs, vs)
        nodes = tangents(out, xs, vs, create_graph=True)
        assert plain.shape == nodes.shape == out.shape
        np.testing.assert_allclose(plain.data, nodes.data, rtol=1e-12, atol=1e-13)
        pulled = gradients(out, xs, u)
        expected = sum(float((g.data * v).sum()) for g, v in zip(pulled, vs) if g is not None)
        assert float((plain.data * u).sum()) == pytest.approx(expected, rel=1e-10, abs=1e-10)


def test_one_node_and_many() -> None:
    x, y = Value(3.0), Value(-2.0)
    p = x * y
    q = p + x
    assert tangents(q, x, 1.0).data == -1.0
    a, b, c = tangents([p, q, y], [x, y], [1.0, 10.0])
    assert (a.data, b.data, c.data) == (28.0, 29.0, 10.0)
    assert tangents([x * 2], [y], [1.0]) == [None]


def test_repeated_operands_diamonds_and_a_long_chain() -> None:
    x = Value(1.5)
    assert tangents(x * x, x, 1.0).data == 3.0
    a = x * 2
    assert tangents(a * a + a, x, 1.0).data == pytest.approx(8 * 1.5 + 2)
    node = x
    for _ in range(20_000):
        node = node + 1.0
    assert tangents(node, x, 1.0).data == 1.0


def test_broadcasting_and_float32() -> None:
    x, row = Tensor(np.ones((2, 3), np.float32)), Tensor(np.ones(3, np.float32))
    out = x * row + row
    moved = tangents(out, [row], [np.array([1.0, 2.0, 3.0])])
    assert moved.dtype == np.float32
    np.testing.assert_array_equal(moved.data, [[2, 4, 6], [2, 4, 6]])
    # A sum takes no part of the other operand's shape from its local derivative, which is 1.
    stretched = tangents(x + row, [row], [np.array([1.0, 2.0, 3.0])])
    np.testing.assert_array_equal(stretched.data, [[1, 2, 3], [1, 2, 3]])
    again = tangents(x + row, [row], [np.array([1.0, 2.0, 3.0])], create_graph=True)
    np.testing.assert_array_equal(again.data, [[1, 2, 3], [1, 2, 3]])
    again = tangents(out, [row], [np.array([1.0, 2.0, 3.0], np.float32)], create_graph=True)
    assert again.dtype == np.float32 and again.requires_grad


def test_an_untaken_branch_leaks_no_nan() -> None:
    x = Tensor([0.0, 4.0])
    safe = F.where(x.data > 0, F.sqrt(x), 0.0)
    np.testing.assert_array_equal(tangents(safe, x, np.ones(2)).data, [0.0, 0.25])
    v = Value(0.0)
    assert tangents(F.where(v > 0, F.sqrt(v), 0.0), v, 1.0).data == 0.0


def test_forward_over_forward_and_reverse_over_forward() -> None:
    x = Tensor(0.7)
    first = tangents(F.sin(x) ** 2, x, 1.0, create_graph=True)
    assert tangents(first, x, 1.0).item() == pytest.approx(2 * math.cos(1.4))
    assert gradients(first, [x])[0].item() == pytest.approx(2 * math.cos(1.4))
    y = Value(0.0)
    first = tangents(F.sin(y) ** 2, y, 1.0, create_graph=True)
    assert tangents(first, y, 1.0).data == 2.0  # repaired, never dropped


def test_a_direction_may_be_a_node() -> None:
    x, v = Tensor([1.0, 2.0]), Tensor([3.0, 5.0])
    moved = tangents((x**3).sum(), x, v, create_graph=True)
    np.testing.assert_array_equal(gradients(moved, [v])[0].data, [3.0, 12.0])


BAD: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "shape": (lambda: tangents(Tensor([1.0]), Tensor([1.0]), 1.0), ValueError, "does not fit"),
    "count": (lambda: tangents(Value(1.0), [Value(1.0)], []), ValueError, "1 inputs but 0"),
    "no node": (lambda: tangents(Value(1.0), [3.0], [1.0]), TypeError, "is no node"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    call, kind, message = BAD[name]
    with pytest.raises(kind, match=message):
        call()


def test_data_assigned_since_is_refused() -> None:
    w = Tensor([1.0, 2.0], name="w")
    out = (w * w).sum()
    w.data = np.zeros(2)
    with pytest.raises(RuntimeError, match="parameter 'w'"):
        tangents(out, w, np.ones(2))


def test_jvp_agrees_with_pytorch(require: Callable[[str], Any]) -> None:
    torch = require("torch")
    A = np.random.default_rng(0).standard_normal((3, 3))
    x, v = np.array([0.1, 0.2, 0.3]), np.array([1.0, -1.0, 2.0])
    T = torch.tensor(A)
    value, moved = torch.autograd.functional.jvp(
        lambda x: torch.softmax(torch.tanh(T @ x), 0), torch.tensor(x), torch.tensor(v)
    )
    ours = jvp(lambda x: F.softmax(F.tanh(A @ x)), x, v)
    np.testing.assert_allclose(ours[0], value.numpy(), rtol=1e-12)
    np.testing.assert_allclose(ours[1], moved.numpy(), rtol=1e-12)


def test_a_transform_in_a_loop_under_another_does_not_walk_the_graph_around_it() -> None:
    seen = []

    def outer(x: Any) -> Any:
        for _ in range(30):
            y = x * 1.0
            seen.append(len(reachable(y * y, leaves=True, since=y._number)))
            x = F.grad(lambda y: y * y)(x) * 0.5
        return x

    assert F.grad(outer)(3.0) == pytest.approx(1.0)
    assert set(seen) == {2}
