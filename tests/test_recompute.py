"""Checkpointed functions: the same derivatives, less memory, not much more time."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import (
    Tensor,
    Value,
    checkpoint,
    grad,
    gradcheck,
    hessian,
    jvp,
    no_grad,
    tangents,
    trace,
)

F = autograd
RNG = np.random.default_rng(0)
A = RNG.standard_normal((3, 3))
X = RNG.standard_normal(3)
NOTHING: Any = 3.0


def body(x: Any, scale: Any = 2.0) -> Any:
    return F.tanh(A @ x) * scale + F.sin(x)


def squared_twice(h: Callable[[Any], Any], x: Any) -> Any:
    return (h(h(x)) ** 2).sum()


def test_values_and_gradients_are_those_of_the_function() -> None:
    light = checkpoint(body)
    assert light.__name__ == "body"
    np.testing.assert_array_equal(light(Tensor(X)).data, body(X))
    np.testing.assert_allclose(
        grad(lambda x: light(x).sum())(X), grad(lambda x: body(x).sum())(X), rtol=1e-14
    )
    x, s = Tensor(X), Tensor(0.5)
    light(x, scale=s).sum().backward()
    y, t = Tensor(X), Tensor(0.5)
    body(y, scale=t).sum().backward()
    np.testing.assert_allclose(x.grad, y.grad, rtol=1e-14)
    np.testing.assert_allclose(s.grad, t.grad, rtol=1e-14)


def test_what_the_function_captures_gets_its_gradient() -> None:
    w, b = Tensor(A, name="w"), Tensor(X)
    hidden = b * 2.0

    def plain(x: Any) -> Any:
        return F.tanh(x @ w + hidden)

    layer = checkpoint(plain)
    x = Tensor(X)
    (layer(layer(x)) * 3.0).sum().backward()
    found = [node.grad.copy() for node in (w, b, x)]
    for node in (w, b, x):
        node.grad = None
    (plain(plain(x)) * 3.0).sum().backward()
    for g, node in zip(found, (w, b, x)):
        np.testing.assert_allclose(g, node.grad, rtol=1e-13)


def test_all_orders_and_both_modes() -> None:
    light = checkpoint(body)
    assert gradcheck(light, X, order=2)
    f, g = partial(squared_twice, light), partial(squared_twice, body)
    np.testing.assert_allclose(hessian(f)(X), hessian(g)(X), rtol=1e-11, atol=1e-12)
    v = RNG.standard_normal(3)
    np.testing.assert_allclose(jvp(light, X, v)[1], jvp(body, X, v)[1], rtol=1e-13)
    w = Tensor(A)
    out = checkpoint(lambda x: w @ x)(Tensor(X))
    moved = tangents(out, [w], [np.ones((3, 3))])
    np.testing.assert_allclose(moved.data, [X.sum()] * 3)
    np.testing.assert_allclose(
        grad(lambda s: grad(lambda x: checkpoint(lambda x: (s * x) ** 3)(x))(2.0))(3.0),
        3 * 3 * 3**2 * 2**2,
    )


def test_structures_constants_and_repeated_operands() -> None:
    light = checkpoint(lambda p, n: (p["a"] * p["b"][0]) ** n)
    a = Tensor(2.0)
    light({"a": a, "b": [a]}, 2).backward()
    assert a.grad == pytest.approx(4 * 2.0**3)
    assert not light({"a": 2.0, "b": [Tensor(3.0, requires_grad=False)]}, 2).requires_grad
    with no_grad():
        assert not light({"a": a, "b": [a]}, 2).requires_grad


def test_it_is_one_node_of_the_graph() -> None:
    x = Tensor(X, name="x")
    with F.scope("block"):
        out = checkpoint(body)(x)
    graph = trace(out.sum(), names={})
    assert [node.op for node in graph] == ["", "checkpoint", "sum"]
    assert graph.nodes[1].scope == ("block",)
    assert "gradient of the function, run again" in F.steps(graph).text()
    swept = graph.backward()
    np.testing.assert_allclose(swept["x"].grad, grad(lambda x: body(x).sum())(X))
    graph.validate()


def chain(h: Any, weights: list[Any]) -> Any:
    for w in weights:
        h = F.tanh(F.sin(h) * w + h)
    return h


def test_a_chain_of_200_layers_takes_a_fifth_of_the_memory() -> None:
    start = RNG.standard_normal((96, 96))
    weights = [Tensor(RNG.standard_normal(96)) for _ in range(200)]
    piece = checkpoint(chain)

    def plain() -> Any:
        return chain(Tensor(start), weights).sum()

    def light() -> Any:
        h: Any = Tensor(start)
        for i in range(0, 200, 14):
            h = piece(h, weights[i : i + 14])
        return h.sum()

    def run(f: Callable[[], Any]) -> list[Any]:
        for w in weights:
            w.grad = None
        f().backward()
        return [w.grad for w in weights]

    def peak(f: Callable[[], Any]) -> int:
        tracemalloc.start()
        run(f)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    for a, b in zip(run(plain), run(light)):
        np.testing.assert_array_equal(a, b)
    assert peak(plain) >= 5 * peak(light)


def test_nothing_is_kept_once_the_sweep_is_over() -> None:
    x = Tensor(X)
    out = checkpoint(body)(x)
    out.sum().backward()
    segment = out._attrs()["segment"]
    assert segment.value is None and segment._last is None
    assert repr(segment) == "body"


def test_another_value_the_second_time_is_an_error() -> None:
    rng = np.random.default_rng(0)
    out = checkpoint(lambda x: x * rng.standard_normal(3))(Tensor(X))
    with pytest.raises(RuntimeError, match="another value when it was run again"):
        out.sum().backward()


def test_a_parameter_assigned_since_is_an_error() -> None:
    w = Tensor(A, name="w")
    out = checkpoint(lambda x: x @ w)(Tensor(X)).sum()
    w.data = np.zeros((3, 3))
    with pytest.raises(RuntimeError, match="parameter 'w'"):
        out.backward()


BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "a Value": (lambda: checkpoint(lambda v: v)(Value(1.0)), "use Tensors"),
    "two results": (lambda: checkpoint(lambda x: (x, x))(Tensor(1.0)), "one Tensor is wanted"),
    "no result": (lambda: checkpoint(lambda x: None)(Tensor(1.0)), "returned None"),
    "no function": (lambda: checkpoint(NOTHING), "a function is wanted"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str) -> None:
    call, message = BAD[name]
    with pytest.raises(TypeError, match=message):
        call()
